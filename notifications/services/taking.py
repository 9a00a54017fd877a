"""Taking a batch in hand: its journal, its lease, and the decision over its first mails.

While the mails of one batch leave, a second thread takes the next one in hand
(services.beside). What it has decided is as fresh, when its turn comes, as anything else that
leaves, or it is decided anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from notifications.failpoints import AFTER_CLAIM, AFTER_MARK, BEFORE_CLAIM, reach
from notifications.journal import Journal, left_on_error
from notifications.models import Message
from notifications.services.claiming import Batch, claim
from notifications.services.gate import note_batch
from notifications.services.handover import Outgoing, hand_over
from notifications.services.settling import take_back
from notifications.stopwatch import ticks

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decision:
    """Some mails that were decided together: who leaves, and since when that is known."""

    going: Sequence[Outgoing]
    at: float


@dataclass
class InHand:
    """A batch that this worker holds."""

    batch: Batch
    journal: Journal
    # Until when, by the clock that nobody sets, a mail of it may be offered.
    until: float
    # What the second thread has decided already: all that is sound.
    ahead: Decision | None = None

    @property
    def sound(self) -> list[int]:
        """The mails that may be decided together: all but those that workers have died over."""
        return [pk for pk in self.batch.ids if pk not in self.batch.suspects]

    def undo(self) -> set[int]:
        """Take back what was decided ahead; returns the mails that are dropped all the same."""
        ahead, self.ahead = self.ahead, None
        if ahead is None:
            return set()
        going = [each.message.pk for each in ahead.going]
        take_back(self.batch.token, going, state=Message.State.CLAIMED)
        return set(self.sound).difference(going)


def take_in_hand(clock: Callable[[], datetime]) -> InHand | None:
    """Claim a batch; None where there is nothing to send, or no journal can be written."""
    # Read before the lease begins, so that it ends here before it does in the database.
    # A third is kept back: no mail is begun that could outlive it.
    until = ticks() + settings.MAIL_LEASE.total_seconds() * 2 / 3
    try:
        journal = Journal(uuid4(), until)
    except OSError as error:
        log.error("No mail is sent: the journal cannot be written: %s", error)
        return None
    with left_on_error(journal):
        reach(BEFORE_CLAIM)
        batch = claim(clock(), journal.token)
        reach(AFTER_CLAIM)
        if batch.ids:
            note_batch()
            return InHand(batch, journal, until)
    journal.close(done=True)
    return None


def decide(batch: Batch, ids: Sequence[int], epoch: str, now: datetime) -> Decision:
    """Decide some mails together."""
    going, at = hand_over(batch, ids, epoch, now), ticks()
    reach(AFTER_MARK)
    return Decision(going, at)
