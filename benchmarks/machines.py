"""What a run needs around it: PostgreSQL as durable as in production, and the mail sink."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.check import PRODUCTION, ROOT
from tests.servers import postgres
from tests.servers.processes import clean_environment
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port

# The server's own defaults for what protects against a power cut: fsync, synchronous commit.
DURABLE = ["max_connections=40", "shared_buffers=256MB", "max_wal_size=4GB"]


@dataclass
class Sink:
    """The mail sink, and what it has accepted so far."""

    port: int
    journal: Path

    def accepted(self) -> list[tuple[int, str]]:
        """The instant (steady clock, nanoseconds) and the Message-ID of each mail, in order."""
        if not self.journal.exists():
            return []
        rows = [line.split(" ", 1) for line in self.journal.read_text().splitlines()]
        return sorted((int(at), name) for at, name in rows)

    def copies(self) -> Counter[str]:
        """How often each mail was accepted."""
        return Counter(name for _, name in self.accepted())

    def forget(self) -> None:
        """Begin a new pass."""
        if self.journal.exists():
            os.truncate(self.journal, 0)


@dataclass
class Machines:
    """All of it, for one run."""

    server: postgres.Postgres
    sink: Sink
    folder: Path

    def environment(self, database: str, **more: str) -> dict[str, str]:
        """The variables of a process: as in production, over one database."""
        # Each database is an installation of its own: what it has sent is noted beside it.
        notes = self.folder / database
        notes.mkdir(exist_ok=True)
        return clean_environment(
            **{
                **PRODUCTION,
                "DATABASE_URL": self.server.database_url(database),
                "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
                "DATA_DIR": str(notes),
                **more,
            }
        )

    def copy(self, template: str, name: str) -> None:
        """A fresh database with the rows of another one."""
        self.server.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.server.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.server.run("CHECKPOINT")
        shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / name).mkdir(parents=True)


@contextmanager
def machines() -> Iterator[Machines]:
    """Start what a run needs, and stop it in the end."""
    with TemporaryDirectory(prefix="tracker-bench-") as name:
        folder, port = Path(name), free_port()
        journal = folder / "accepted"
        command = [sys.executable, "-m", "benchmarks.sink", str(port), str(journal)]
        child = Child("sink", command, os.environ, ROOT, folder / "sink.log")
        server = postgres.start(DURABLE)
        try:
            child.start()
            if not wait_until(journal.exists, 15):
                raise RuntimeError(f"The sink does not start:\n{child.tail()}")
            yield Machines(server, Sink(port, journal), folder)
        finally:
            child.stop()
            server.stop()
