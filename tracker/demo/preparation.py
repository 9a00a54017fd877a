"""What has to stand before the servers start: tables, demo data, static files."""

import hashlib
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands

from tracker.demo.environment import Place


def prepare(place: Place) -> None:
    """Bring database, demo data and static files up to date; safe to run again."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    load_demo_data(place)
    if not settings.DEBUG:
        collect_static_files(place)


def load_demo_data(place: Place) -> None:
    """Load the demo data and keep the table of accounts that the command prints."""
    if "demo_data" not in get_commands():
        return
    printed = StringIO()
    call_command("demo_data", stdout=printed)
    place.accounts.write_text(printed.getvalue())


def collect_static_files(place: Place) -> None:
    """Copy, hash and compress the static files, unless none has changed since last time."""
    stamp = place.data / "static.sha256"
    digest = static_digest()
    if stamp.exists() and stamp.read_text() == digest and Path(settings.STATIC_ROOT).exists():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest)


def static_digest() -> str:
    """Name the state of all source files by path, size and time of change."""
    digest = hashlib.sha256(str(settings.STORAGES).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
