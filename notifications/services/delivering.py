"""Sending what is due: claim, connect, hand over, send, mark; batch by batch."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from notifications.models import Attempt, Message
from notifications.services.claiming import (
    GIVE_UP_AFTER,
    LEASE,
    Batch,
    claim,
    follow,
    give_back,
    pause,
    recover,
)
from notifications.services.handover import Outgoing, hand_over
from notifications.transport import Answer, Outcome, Relay

log = logging.getLogger(__name__)
# Mails decided in one transaction. A crash leaves at most so many in doubt.
SLICE = 10
# A pass stays below Celery's soft time limit (50 s) even if the last mail takes its 20 s;
# what is left goes with the next tick.
PASS_SECONDS = 25.0
# No mail is begun so close to the end of the lease that it could outlive it.
LEASE_MARGIN = timedelta(seconds=60)


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
    watch, fates = Watch.at(now), Counter[str]()
    fates["recovered"] = recover(now)
    follow()
    relay = relay_maker()
    try:
        while watch.seconds < PASS_SECONDS:
            batch = claim(watch.now())
            if not batch.ids or not _send_batch(relay, batch, watch, fates):
                break
    finally:
        relay.close()
    return fates


def _send_batch(relay: Relay, batch: Batch, watch: Watch, fates: Counter[str]) -> bool:
    """Send one batch over one connection. False when the pass should end here."""
    ends = watch.now() + LEASE - LEASE_MARGIN
    # The connection stands before anything is decided, so that its faults are certain.
    reason = relay.open()
    for start in range(0, len(batch.ids), SLICE):
        ids = batch.ids[start : start + SLICE]
        if reason or watch.now() > ends or watch.seconds > PASS_SECONDS:
            rest = batch.ids[start:]
            give_back(batch, rest, watch.now(), reason)
            fates["deferred" if reason else "left for the next pass"] += len(rest)
            if reason:
                log.warning("The mail server cannot be reached: %s", reason)
            return False
        reason = _send_slice(relay, batch, ids, watch, ends, fates)
        follow(ids)
    return not reason


def _send_slice(
    relay: Relay,
    batch: Batch,
    ids: Sequence[int],
    watch: Watch,
    ends: datetime,
    fates: Counter[str],
) -> str:
    """Send the mails of one slice; returns why the relay can take no more, or nothing."""
    outgoing = hand_over(batch, ids, watch.now())
    fates["dropped"] += len(ids) - len(outgoing)
    reason = ""
    for position, each in enumerate(outgoing):
        if reason or watch.now() > ends or watch.seconds > PASS_SECONDS:
            rest = [other.message.pk for other in outgoing[position:]]
            give_back(batch, rest, watch.now(), reason)
            fates["deferred" if reason else "left for the next pass"] += len(rest)
            break
        answer = relay.send(each.mail)
        fates[settle(each, batch, answer, watch.now())] += 1
        if not answer.usable:
            relay.close()
            reason = relay.open()
    return reason


def settle(outgoing: Outgoing, batch: Batch, answer: Answer, now: datetime) -> str:
    """Write down what the relay said: the attempt, and the mail's state. Returns the state."""
    message = outgoing.message
    state, next_try = _verdict(message, answer, now)
    with transaction.atomic():
        # “unknown” too: a worker that was thought dead may still bring the answer.
        Message.objects.filter(
            pk=message.pk,
            token=batch.token,
            state__in=(Message.State.HANDING_OVER, Message.State.UNKNOWN),
        ).update(
            state=state,
            settled_at=now,
            next_try_at=next_try,
            lease_until=None,
            note=f"{answer.code or ''} {answer.reply}".strip()[:500],
        )
        Attempt.objects.create(
            message=message,
            number=message.tries,
            at=now,
            outcome=answer.outcome,
            code=answer.code,
            reply=answer.reply,
        )
    if state != Message.State.ACCEPTED:
        log.warning("Message %s: %s %s %s", message.pk, state, answer.code, answer.reply)
    return str(state)


def _verdict(message: Message, answer: Answer, now: datetime) -> tuple[Message.State, datetime]:
    if answer.outcome == Outcome.ACCEPTED:
        return Message.State.ACCEPTED, now
    if answer.outcome == Outcome.UNKNOWN:
        return Message.State.UNKNOWN, now
    if answer.outcome == Outcome.REFUSED or now - message.created_at > GIVE_UP_AFTER:
        return Message.State.REFUSED, now
    return Message.State.DEFERRED, now + pause(message.tries)
