"""Sending what is due: claim, connect, decide, hand over one by one, and write it down."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest

from django.conf import settings

from notifications.conversing import Answer
from notifications.failpoints import AFTER_ANSWER, reach
from notifications.journal import Journal, left_on_error
from notifications.models import Message
from notifications.rubbish import seldom_collected
from notifications.services.beside import Beside
from notifications.services.claiming import Batch, begin_alone, give_back
from notifications.services.gate import enter, pause_queue
from notifications.services.handover import Outgoing
from notifications.services.recovering import recover
from notifications.services.resolving import resolve
from notifications.services.scribing import Scribe
from notifications.services.settling import take_back
from notifications.services.taking import InHand, decide, take_in_hand
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
# With fewer batches waiting none is taken ahead: it is left to whichever worker is free first.
DEEP = 4


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
        sending.end()
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
    beside: Beside = field(default_factory=Beside)
    scribe: Scribe = field(init=False)
    # The batch after the one in hand, as the second thread takes it.
    coming: Future[InHand | None] | None = None

    def __post_init__(self) -> None:
        self.scribe = Scribe(self.fates, self.beside)

    def goes_on(self) -> bool:
        """Send one batch. False when the pass should end here."""
        hand = self._came() or self._take()
        if hand is None:
            return False
        done, self.until = False, hand.until
        try:
            more = self._send(hand)
            done = True
        finally:
            # After a fault it stays, for whoever recovers these mails.
            self.scribe.close(hand.journal, done=done)
        if not more:
            self._leave()
        return more

    def end(self) -> None:
        """Hang up. A batch that was taken ahead of an error is left to be recovered."""
        self.beside.stop()
        if self.coming is not None and self.coming.exception() is None:
            hand = self._came()
            if hand is not None:
                hand.journal.close(done=False)
        self.relay.close()

    def _take(self) -> InHand | None:
        if self.watch.seconds > PASS_SECONDS or not enter(self.watch.now()).is_open:
            return None
        return take_in_hand(self.watch.now)

    def _look_ahead(self, batch: Batch) -> None:
        """Have the next batch taken in hand, if there is one and its turn comes soon.

        Soon: within the time for which a decision is fresh the relay takes a whole batch.
        """
        if self.coming is not None:
            return
        full = len(batch.ids) >= settings.MAIL_BATCH and not batch.suspects
        soon = self.together >= settings.MAIL_BATCH
        time_left = PASS_SECONDS - self.watch.seconds
        if full and soon and time_left > FRESH_SECONDS and self.beside.serves(len(batch.ids)):
            self.coming = self.beside.ask(self._take_ahead)

    def _take_ahead(self) -> InHand | None:
        waiting = Message.objects.ready(self.watch.now())
        if not waiting[DEEP * settings.MAIL_BATCH - 1 :][:1].exists():
            return None
        hand = self._take()
        if hand is not None and hand.sound:
            with left_on_error(hand.journal):
                hand.ahead = decide(hand.batch, hand.sound, self.epoch, self.watch.now())
        return hand

    def _came(self) -> InHand | None:
        """The batch that was taken ahead. Raises what went wrong with it."""
        hand = self.coming.result() if self.coming is not None else None
        self.coming = None
        return hand

    def _leave(self) -> None:
        """Give back the batch that was taken ahead: the pass ends before its turn."""
        hand = self._came()
        if hand is not None:
            with left_on_error(hand.journal):
                self._return(hand, hand.batch.ids)
            hand.journal.close(done=True)

    def _send(self, hand: InHand) -> bool:
        # The connection stands before anything is decided, so that its faults are certain.
        self.fault = self.relay.open()
        if hand.ahead is not None and ticks() - hand.ahead.at > FRESH_SECONDS:
            hand.undo()
        left, suspects = deque(hand.sound), hand.batch.suspects
        while left and not self._over():
            number = len(left) if hand.ahead is not None else min(self.together, len(left))
            group = [left.popleft() for _ in range(number)]
            left.extendleft(reversed(self._send_group(hand, group, last=not left)))
        left.extend(pk for pk in hand.batch.ids if pk in suspects)
        while left and not self._over() and left[0] in suspects:
            # Alone, so that it takes nobody with it.
            begin_alone(hand.batch, left[0])
            left.extend(self._send_group(hand, [left.popleft()]))
        self._return(hand, left)
        self._alarm()
        return self.fault is None and not left

    def _over(self) -> bool:
        ended = self.watch.seconds > PASS_SECONDS or ticks() >= self.until
        return ended or self.fault is not None

    def _return(self, hand: InHand, ids: Iterable[int]) -> None:
        """Give back what was not sent: at once, or after a pause when the relay is at fault."""
        dropped, note = hand.undo(), ""
        self.fates["dropped"] += len(dropped)
        rest = [pk for pk in ids if pk not in dropped]
        if self.fault is not None and not self.fault.queue_wide:
            note = self.fault.reason
        if rest:
            give_back(hand.batch, rest, self.watch.now(), note)
            self.fates["deferred" if note else "left for the next pass"] += len(rest)

    def _alarm(self) -> None:
        if self.fault is not None:
            log.warning("The mail server cannot be used: %s", self.fault.reason)
            if self.fault.queue_wide:
                pause_queue(self.watch.now(), self.fault.reason)

    def _send_group(self, hand: InHand, ids: Sequence[int], *, last: bool = False) -> list[int]:
        """Decide some mails together and send them; returns those to be decided anew."""
        batch, decided = hand.batch, hand.ahead
        hand.ahead = None
        if decided is None:
            decided = decide(batch, ids, self.epoch, self.watch.now())
        going = decided.going
        self.fates["dropped"] += len(ids) - len(going)
        if last:
            self._look_ahead(batch)
        answered = []
        for each, following in zip_longest(going, going[1:]):
            age = ticks() - decided.at
            if self._over() or age > FRESH_SECONDS:
                break
            # Announced is only what is still fresh when its turn comes, as far as can be told.
            soon = following if age < FRESH_SECONDS / 2 else None
            answered.append((each.message, self._offer(each, hand.journal, soon)))
        self.fault = self.fault or self.relay.forget()
        rest = [each.message.pk for each in going[len(answered) :]]
        if rest:
            self.together = max(len(answered), 1)
        else:
            # The last mails of a batch are fewer: that says nothing of the relay.
            self.together = max(self.together, min(2 * len(ids), settings.MAIL_BATCH))
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
