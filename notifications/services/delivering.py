"""Sending what is due: claim, connect, decide, hand over one by one, and write it down."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from uuid import uuid4

from django.conf import settings

from notifications.conversing import Answer
from notifications.failpoints import (
    AFTER_ANSWER,
    AFTER_CLAIM,
    AFTER_MARK,
    BEFORE_CLAIM,
    reach,
)
from notifications.journal import Journal
from notifications.models import Message
from notifications.rubbish import seldom_collected
from notifications.services.claiming import Batch, begin_alone, claim, give_back
from notifications.services.gate import enter, note_batch, pause_queue
from notifications.services.handover import Outgoing, hand_over
from notifications.services.recovering import recover
from notifications.services.resolving import resolve
from notifications.services.scribing import Scribe
from notifications.services.settling import take_back
from notifications.stopwatch import ticks
from notifications.transport import Fault, Relay

log = logging.getLogger(__name__)
# A pass stays below Celery's soft time limit (50 s) even if the last mail takes its 20 s;
# what is left goes with the next tick.
PASS_SECONDS = 25.0
# What was decided longer ago is decided anew: a role, a deadline may have changed.
FRESH_SECONDS = 1.0
# Nobody knows yet how quick the relay is: so many mails are decided together at first.
FIRST = 50


@dataclass
class Watch:
    """The instant a pass was given, carried on by a clock that is never set."""

    begun: datetime
    started: float

    @classmethod
    def at(cls, now: datetime) -> Watch:
        """Start at a given instant."""
        return cls(now, ticks())

    @property
    def seconds(self) -> float:
        """How long the pass has taken."""
        return ticks() - self.started

    def now(self) -> datetime:
        """The instant it is now, for this pass."""
        return self.begun + timedelta(seconds=self.seconds)


def deliver(now: datetime, relay_maker: Callable[[], Relay] = Relay) -> Counter[str]:
    """Send what is due, for a bounded time; returns how many mails met which fate."""
    gate = enter(now)
    if not gate.is_open:
        log.error("No mail is sent: %s", gate.reason)
        return Counter({"held back": Message.objects.ready(now).count()})
    sending = Pass(relay_maker(), Watch.at(now), gate.epoch)
    sending.fates["recovered"] = recover(now) + resolve(now)
    try:
        with seldom_collected():
            while sending.goes_on():
                pass
            sending.scribe.wait()
    finally:
        sending.scribe.stop()
        sending.relay.close()
    return sending.fates


@dataclass
class Pass:
    """One worker's bounded run over the queue, with one connection."""

    relay: Relay
    watch: Watch
    epoch: str
    fates: Counter[str] = field(default_factory=Counter)
    # Until when, by the clock that nobody sets, a mail of the batch in hand may be offered.
    until: float = 0.0
    fault: Fault | None = None
    # How many mails are decided together: as many as leave in the time for which a
    # decision is fresh.
    together: int = FIRST
    scribe: Scribe = field(init=False)

    def __post_init__(self) -> None:
        self.scribe = Scribe(self.fates)

    def goes_on(self) -> bool:
        """Send one batch. False when the pass should end here."""
        if self.watch.seconds > PASS_SECONDS or not enter(self.watch.now()).is_open:
            return False
        # Read before the lease begins, so that it ends here before it does in the database.
        # A third is kept back: no mail is begun that could outlive it.
        self.until = ticks() + settings.MAIL_LEASE.total_seconds() * 2 / 3
        try:
            journal, done = Journal(uuid4(), self.until), False
        except OSError as error:
            log.error("No mail is sent: the journal cannot be written: %s", error)
            return False
        try:
            more = self._take(journal)
            done = True
        finally:
            # After a fault it stays, for whoever recovers these mails.
            self.scribe.close(journal, done=done)
        return more

    def _take(self, journal: Journal) -> bool:
        reach(BEFORE_CLAIM)
        batch = claim(self.watch.now(), journal.token)
        reach(AFTER_CLAIM)
        if not batch.ids:
            return False
        note_batch()
        return self._send(batch, journal)

    def _send(self, batch: Batch, journal: Journal) -> bool:
        # The connection stands before anything is decided, so that its faults are certain.
        self.fault = self.relay.open()
        left = deque(pk for pk in batch.ids if pk not in batch.suspects)
        while left and not self._over():
            group = [left.popleft() for _ in range(min(self.together, len(left)))]
            left.extendleft(reversed(self._send_group(batch, group, journal)))
        left.extend(pk for pk in batch.ids if pk in batch.suspects)
        while left and not self._over() and left[0] in batch.suspects:
            # Alone, so that it takes nobody with it.
            begin_alone(batch, left[0])
            left.extend(self._send_group(batch, [left.popleft()], journal))
        self._return(batch, left)
        self._alarm()
        return self.fault is None and not left

    def _over(self) -> bool:
        ended = self.watch.seconds > PASS_SECONDS or ticks() >= self.until
        return ended or self.fault is not None

    def _return(self, batch: Batch, ids: Iterable[int]) -> None:
        """Give back what was not sent: at once, or after a pause when the relay is at fault."""
        rest, note = list(ids), ""
        if self.fault is not None and not self.fault.queue_wide:
            note = self.fault.reason
        if rest:
            give_back(batch, rest, self.watch.now(), note)
            self.fates["deferred" if note else "left for the next pass"] += len(rest)

    def _alarm(self) -> None:
        if self.fault is not None:
            log.warning("The mail server cannot be used: %s", self.fault.reason)
            if self.fault.queue_wide:
                pause_queue(self.watch.now(), self.fault.reason)

    def _send_group(self, batch: Batch, ids: Sequence[int], journal: Journal) -> list[int]:
        """Decide some mails together and send them; returns those to be decided anew."""
        going, decided = hand_over(batch, ids, self.epoch, self.watch.now()), ticks()
        reach(AFTER_MARK)
        self.fates["dropped"] += len(ids) - len(going)
        answered = []
        for each, following in zip_longest(going, going[1:]):
            age = ticks() - decided
            if self._over() or age > FRESH_SECONDS:
                break
            # Announced is only what is still fresh when its turn comes, as far as can be told.
            soon = following if age < FRESH_SECONDS / 2 else None
            answered.append((each.message, self._offer(each, journal, soon)))
        self.fault = self.fault or self.relay.forget()
        rest = [each.message.pk for each in going[len(answered) :]]
        self.together = len(answered) if rest else min(2 * len(ids), settings.MAIL_BATCH)
        self.together = max(self.together, 1)
        take_back(batch.token, rest, state=Message.State.CLAIMED)
        self.scribe.write(batch.token, answered, self.watch.now())
        return rest

    def _offer(self, each: Outgoing, journal: Journal, following: Outgoing | None) -> Answer:
        answer = self.relay.send(
            each.letter,
            lambda: journal.begin(each.flight),
            self.until,
            following.letter if following is not None else None,
        )
        reach(AFTER_ANSWER)
        journal.answer(each.flight, answer)
        if answer.queue_wide:
            self.fault = Fault(f"{answer.code} {answer.reply}", queue_wide=True)
        if not answer.usable:
            self.relay.close()
            self.fault = self.fault or self.relay.open()
        return answer
