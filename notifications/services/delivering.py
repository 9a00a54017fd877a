"""Sending what is due: claim, connect, prepare, hand over one by one, and write it down."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings

from notifications.failpoints import (
    AFTER_CLAIM,
    AFTER_COMMIT,
    AFTER_MARK,
    AFTER_RENDER,
    BEFORE_CLAIM,
    reach,
)
from notifications.models import Message
from notifications.services.claiming import Batch, begin, claim, follow, give_back
from notifications.services.gate import enter, note_batch, pause_queue
from notifications.services.handover import Outgoing, mark, prepare
from notifications.services.recovering import recover
from notifications.services.settling import settle
from notifications.transport import Fault, Relay

log = logging.getLogger(__name__)
# A pass stays below Celery's soft time limit (50 s) even if the last mail takes its 20 s;
# what is left goes with the next tick.
PASS_SECONDS = 25.0
# What was prepared longer ago is looked at anew: roles and memberships may have changed.
FRESH_SECONDS = 1.0


@dataclass
class Watch:
    """The instant a pass was given, carried on by a clock that is never set."""

    begun: datetime
    started: float

    @classmethod
    def at(cls, now: datetime) -> Watch:
        """Start at a given instant."""
        return cls(now, monotonic())

    @property
    def seconds(self) -> float:
        """How long the pass has taken."""
        return monotonic() - self.started

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
    sending.fates["recovered"] = recover(now)
    follow()
    try:
        while sending.goes_on():
            pass
    finally:
        sending.relay.close()
    return sending.fates


@dataclass
class Pass:
    """One worker's bounded run over the queue, with one connection."""

    relay: Relay
    watch: Watch
    epoch: str
    fates: Counter[str] = field(default_factory=Counter)
    # Until when, by the monotonic clock, a mail of the batch in hand may be offered.
    until: float = 0.0
    fault: Fault | None = None

    def goes_on(self) -> bool:
        """Send one batch. False when the pass should end here."""
        if self.watch.seconds > PASS_SECONDS or not enter(self.watch.now()).is_open:
            return False
        reach(BEFORE_CLAIM)
        # Read before the lease begins, so that it ends here before it does in the database.
        # A third is kept back: no mail is begun that could outlive it.
        self.until = monotonic() + settings.MAIL_LEASE.total_seconds() * 2 / 3
        batch = claim(self.watch.now())
        reach(AFTER_CLAIM)
        if not batch.ids:
            return False
        note_batch()
        return self._send(batch)

    def _send(self, batch: Batch) -> bool:
        # The connection stands before anything is decided, so that its faults are certain.
        self.fault = self.relay.open()
        left = set(batch.ids)
        for ids in batch.slices():
            if self._over():
                break
            self._send_slice(batch, ids)
            follow(ids)
            left.difference_update(ids)
        self._return(batch, left)
        self._alarm()
        return self.fault is None and not left

    def _over(self) -> bool:
        ended = self.watch.seconds > PASS_SECONDS or monotonic() >= self.until
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

    def _send_slice(self, batch: Batch, ids: Sequence[int]) -> None:
        begin(batch, ids)
        while ids and not self._over():
            outgoing, prepared = prepare(batch, ids, self.watch.now()), monotonic()
            reach(AFTER_RENDER)
            self.fates["dropped"] += len(ids) - len(outgoing)
            ids = [each.message.pk for each in outgoing]
            for each in outgoing:
                if self._over() or monotonic() - prepared > FRESH_SECONDS:
                    break
                self._send_one(batch, each)
                ids.remove(each.message.pk)
        self._return(batch, ids)

    def _send_one(self, batch: Batch, each: Outgoing) -> None:
        def leave() -> bool:
            marked = mark(each, batch, self.epoch, self.watch.now())
            reach(AFTER_MARK)
            return marked

        answer = self.relay.send(each.mail, leave, self.until)
        if answer is None:
            # Something has changed since it was prepared: the next look will say what.
            give_back(batch, [each.message.pk], self.watch.now())
            self.fates["looked at again"] += 1
            return
        self.fates[settle(each, batch, answer, self.watch.now())] += 1
        reach(AFTER_COMMIT)
        if answer.queue_wide:
            self.fault = Fault(f"{answer.code} {answer.reply}", queue_wide=True)
        if not answer.usable:
            self.relay.close()
            self.fault = self.fault or self.relay.open()
