"""A second thread with a database connection of its own: half of a worker's work is waiting.

Nothing may depend on when its work is done. What a killed worker leaves of it is what any
killed worker leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, connections

# For fewer mails a second connection costs more than it saves.
MANY = 50
Result = TypeVar("Result")


@dataclass
class Beside:
    """One thread for one pass: it does what it is asked for, in the order of asking."""

    thread: ThreadPoolExecutor | None = None

    def serves(self, mails: int) -> bool:
        """Whether there is a thread; it is made for so many mails if they are enough."""
        if self.thread is None and mails >= MANY and may_write_beside():
            self.thread = ThreadPoolExecutor(1, thread_name_prefix="beside")
        return self.thread is not None

    def ask(self, job: Callable[[], Result]) -> Future[Result]:
        """Have a job done after those before. Raises RuntimeError where nobody serves."""
        if self.thread is None:
            raise RuntimeError("There is no second thread: ask whether it serves.")
        return self.thread.submit(job)

    def stop(self) -> None:
        """Let the thread come to its end, and hang up its connection."""
        if self.thread is not None:
            self.thread.submit(connections.close_all)
            self.thread.shutdown()


def may_write_beside() -> bool:
    """Whether two connections can write at once, and what one has written the other one sees."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block
