"""Real Celery workers as their supervisor sees them: killed, and begun anew."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from tests.chaos.arena import Arena
from tests.servers.processes import Processes
from tracker.demo.children import Child


@dataclass
class Crew:
    """Two workers of two processes each, and one beat."""

    arena: Arena
    processes: Processes
    workers: list[Child] = field(default_factory=list)
    killed: int = 0
    # Workers that ended by themselves. Kombu 5.7 does so when it loses Redis while it holds a
    # task and finds it away still as it gives the task back.
    fallen: int = 0

    def start(self) -> None:
        """All of them, each ready."""
        schedule = self.arena.folder / "beat"
        self.workers = self.processes.crowd(self.arena.env, ("one", "two"), schedule)

    def senders(self) -> list[int]:
        """The processes that do the work."""
        return [pid for worker in self.workers for pid in children(worker)]

    def look_after(self) -> None:
        """Begin anew those that have ended by themselves, as their supervisor does."""
        for worker in self.workers:
            if not worker.running:
                self.fallen += 1
                worker.start()

    def kill(self, pid: int) -> None:
        """End one of them; its worker begins another by itself.

        Now and then it has gone already: a worker forks for other ends than to send, too.
        """
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed += 1

    def kill_worker_of(self, pid: int) -> None:
        """End a whole worker, as a machine that runs out of memory does, and begin it anew."""
        worker = next((each for each in self.workers if pid in children(each)), self.workers[0])
        self.killed += len(children(worker))
        worker.kill()
        worker.start()


def children(worker: Child) -> list[int]:
    """What it has forked."""
    assert worker.process is not None
    try:
        return [child.pid for child in psutil.Process(worker.process.pid).children()]
    except psutil.Error:
        return []
