"""Writing answers down while the next mails are decided: half of that is waiting for the database.

What is not written down yet stands in the journal, which stays until it is. So nothing depends
on when it is written: a worker that is killed meanwhile leaves what any killed worker leaves.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, connections

from notifications.failpoints import AFTER_COMMIT, reach
from notifications.journal import Journal
from notifications.services.settling import Answered, settle

# For fewer mails a second connection costs more than it saves.
MANY = 50


@dataclass
class Scribe:
    """Writes down what the relay has said, and lets go of journals, in the order of asking."""

    fates: Counter[str] = field(default_factory=Counter)
    thread: ThreadPoolExecutor | None = None
    # What the thread was asked for last, and of which batch that is.
    latest: Future[None] | None = None
    batch: UUID | None = None

    def write(self, token: UUID, answered: Answered, now: datetime) -> None:
        """Write some answers down. Raises what went wrong with those before, if anything did."""
        self.wait()
        if self.thread is None and len(answered) >= MANY and may_write_beside():
            self.thread = ThreadPoolExecutor(1, thread_name_prefix="scribe")
        if self.thread is None:
            self._settle(token, answered, now)
        else:
            self.latest = self.thread.submit(self._settle, token, answered, now)
            self.batch = token

    def close(self, journal: Journal, *, done: bool) -> None:
        """Let go of a journal once its answers are written; it stays if they cannot be."""
        before = self.latest
        if before is None or self.thread is None or self.batch != journal.token:
            journal.close(done=done)
            return

        def let_go() -> None:
            journal.close(done=done and before.exception() is None)
            # Whoever waits for this one hears of it.
            before.result()

        self.latest = self.thread.submit(let_go)

    def wait(self) -> None:
        """Wait until all is written. Raises what went wrong."""
        latest, self.latest = self.latest, None
        if latest is not None:
            latest.result()

    def stop(self) -> None:
        """Let the thread come to its end, and hang up its connection."""
        if self.thread is not None:
            self.thread.submit(connections.close_all)
            self.thread.shutdown()

    def _settle(self, token: UUID, answered: Answered, now: datetime) -> None:
        self.fates.update(settle(token, answered, now))
        reach(AFTER_COMMIT)


def may_write_beside() -> bool:
    """Whether two connections can write at once, and what one has written the other one sees."""
    return connection.vendor == "postgresql" and not connection.in_atomic_block
