"""Writing answers down while the next mails leave: half of that is waiting for the database.

What is not written down yet stands in the journal, which stays until it is. So nothing depends
on when it is written: a worker that is killed meanwhile leaves what any killed worker leaves.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from notifications.failpoints import AFTER_COMMIT, reach
from notifications.journal import Journal
from notifications.services.beside import Beside
from notifications.services.settling import Answered, settle


@dataclass
class Scribe:
    """Writes down what the relay has said, and lets go of journals, in the order of asking."""

    fates: Counter[str]
    beside: Beside
    # What the thread was asked for last, and of which batch that is.
    latest: Future[None] | None = None
    batch: UUID | None = None

    def write(self, token: UUID, answered: Answered, now: datetime) -> None:
        """Write some answers down. Raises what went wrong with those before, if anything did."""
        self.wait()
        if self.beside.serves(len(answered)):
            self.latest = self.beside.ask(partial(self._settle, token, answered, now))
            self.batch = token
        else:
            self._settle(token, answered, now)

    def close(self, journal: Journal, *, done: bool) -> None:
        """Let go of a journal once its answers are written; it stays if they cannot be."""
        before = self.latest
        if before is None or self.batch != journal.token:
            journal.close(done=done)
            return

        def let_go() -> None:
            journal.close(done=done and before.exception() is None)
            # Whoever waits for this one hears of it.
            before.result()

        self.latest = self.beside.ask(let_go)

    def wait(self) -> None:
        """Wait until all is written. Raises what went wrong."""
        latest, self.latest = self.latest, None
        if latest is not None:
            latest.result()

    def _settle(self, token: UUID, answered: Answered, now: datetime) -> None:
        self.fates.update(settle(token, answered, now))
        reach(AFTER_COMMIT)
