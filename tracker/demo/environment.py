"""The environment of the demo's processes: the same variables a production start reads."""

import errno
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# A port below 1024 may be free and yet not ours to take.
BUSY = {errno.EADDRINUSE, errno.EACCES}
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


@dataclass(frozen=True)
class Place:
    """Where the demo keeps things, and at which port it answers."""

    root: Path
    data: Path
    port: int
    dev: bool = False

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        return f"http://localhost:{self.port}"

    @property
    def mail(self) -> Path:
        """The folder in which the SMTP sink keeps what it received."""
        return self.data / "mail"

    @property
    def accounts(self) -> Path:
        """The text with the demo accounts, as the loader of the demo data printed it."""
        return self.data / "accounts.txt"

    def log(self, name: str) -> Path | None:
        """The log file of one process; None sends it to the screen, for developers."""
        return None if self.dev else self.data / "log" / f"{name}.log"


def port_is_free(port: int) -> bool:
    """Say whether nothing listens at the port on any loopback address."""
    return all(can_listen(family, host, port) for family, host in LOOPBACK)


def can_listen(family: socket.AddressFamily, host: str, port: int) -> bool:
    """Try to listen; a machine without that kind of address is no obstacle."""
    try:
        line = socket.socket(family)
    except OSError:
        return True
    with line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((host, port))
            line.listen(1)
        except OSError as error:
            return error.errno not in BUSY
    return True


def free_port() -> int:
    """Let the kernel choose a free port of the loopback interface."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def secret_key(data: Path) -> str:
    """Read the demo's own key, or make it on the first start, readable by its owner only."""
    path = data / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


def child_environment(
    place: Place, *, inherited: Mapping[str, str], smtp_port: int, broker_url: str
) -> dict[str, str]:
    """Compose what every process of the demo is started with.

    DATABASE_URL and SECRET_KEY are taken from the caller when given; the addresses that
    the launcher itself decides (site, mail, broker) always are the launcher's.
    """
    return {
        "SECRET_KEY": inherited.get("SECRET_KEY") or secret_key(place.data),
        "STATIC_ROOT": str(place.data / "static"),
        **inherited,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONUNBUFFERED": "1",
        "DEBUG": "1" if place.dev else "0",
        "DATA_DIR": str(place.data),
        "SITE_URL": place.url,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "DEMO_MAIL_DIR": str(place.mail),
        "REDIS_URL": "" if broker_url == "memory://" else broker_url,
        "WEB_CONCURRENCY": "1",
        # The launcher itself starts a dead beat again; the web process would only take the
        # silence of the seconds before beat's first tick for one, and warn of it.
        "SWEEP_FROM_WEB": "0",
    }
