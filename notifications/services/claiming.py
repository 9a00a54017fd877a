"""Taking mails from the queue, giving them back, and finding those whose taker died."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from notifications.models import Attempt, Message, Reminder

BATCH = 50
# Longer than any batch may take, SMTP time limits included (services.delivering).
LEASE = timedelta(seconds=180)
# A relay's own time limits (RFC 5321: 10 minutes) are over by then: no stalled connection
# can still complete the first copy.
SETTLE_AFTER = timedelta(minutes=15)
PAUSES = (60, 300, 900, 3600, 4 * 3600)
GIVE_UP_AFTER = timedelta(days=5)
MAX_CRASHES = 5


@dataclass(frozen=True)
class Batch:
    """Mails that one worker holds until its lease ends."""

    token: UUID
    ids: tuple[int, ...]


def claim(now: datetime, limit: int = BATCH) -> Batch:
    """Take mails whose time has come. Two workers never take the same one.

    PostgreSQL skips rows that another transaction holds; on SQLite the transaction itself
    (IMMEDIATE) lets one worker in at a time.
    """
    token = uuid4()
    with transaction.atomic():
        ready = Message.objects.ready(now).select_for_update(skip_locked=True)
        ids = tuple(ready.values_list("pk", flat=True)[:limit])
        if ids:
            Message.objects.filter(pk__in=ids).update(
                state=Message.State.CLAIMED, token=token, lease_until=now + LEASE
            )
    return Batch(token, ids)


def give_back(batch: Batch, ids: Iterable[int], now: datetime, note: str = "") -> None:
    """Return mails that were certainly not sent; after a fault (a note), with a pause."""
    held = Message.objects.filter(pk__in=list(ids), token=batch.token).filter(
        state__in=(Message.State.CLAIMED, Message.State.HANDING_OVER)
    )
    if not note:
        held.update(state=Message.State.DUE, token=None, lease_until=None)
        return
    for tries in set(held.values_list("tries", flat=True)):
        held.filter(tries=tries).update(
            state=Message.State.DEFERRED,
            token=None,
            lease_until=None,
            tries=F("tries") + 1,
            next_try_at=now + pause(tries + 1),
            note=note[:500],
        )


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: growing, and spread so that no wave returns."""
    seconds = PAUSES[min(tries, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret


def recover(now: datetime) -> int:
    """Settle what dead workers have left behind; returns how many mails that were.

    1. Claimed but not handed over: certainly not sent, so due again (a mail that has cost
       several workers their life is refused, or it would kill for ever).
    2. Handed over without an answer: unknown, and said so.
    3. Unknown for long enough: sent once more, marked, with the same Message-ID.
    """
    left = Message.objects.abandoned(now)
    poison = left.filter(state=Message.State.CLAIMED, crashes__gte=MAX_CRASHES - 1).update(
        state=Message.State.REFUSED,
        token=None,
        lease_until=None,
        settled_at=now,
        crashes=F("crashes") + 1,
        note="Workers died over this mail; it is not tried again.",
    )
    due = left.filter(state=Message.State.CLAIMED).update(
        state=Message.State.DUE,
        token=None,
        lease_until=None,
        crashes=F("crashes") + 1,
        next_try_at=now,
    )
    return poison + due + _mark_unknown(now) + _resend_unknown(now)


def _mark_unknown(now: datetime) -> int:
    with transaction.atomic():
        silent = Message.objects.abandoned(now).filter(state=Message.State.HANDING_OVER)
        lost = list(silent.select_for_update(skip_locked=True))
        Message.objects.filter(pk__in=[m.pk for m in lost]).update(
            # The token stays: should the worker live after all, its answer still counts.
            state=Message.State.UNKNOWN,
            settled_at=now,
            note="The worker stopped before the mail server's answer was written down.",
        )
        Attempt.objects.bulk_create(
            Attempt(
                message=message,
                number=message.tries,
                at=now,
                outcome=Attempt.Outcome.UNKNOWN,
                reply="No answer: the worker stopped.",
            )
            for message in lost
        )
    return len(lost)


def _resend_unknown(now: datetime) -> int:
    """Missing a deadline is worse than reading of it twice: one more copy, and only one."""
    return Message.objects.filter(
        state=Message.State.UNKNOWN,
        kind=Message.Kind.DIGEST,
        resent=False,
        settled_at__lte=now - SETTLE_AFTER,
    ).update(state=Message.State.DUE, token=None, lease_until=None, resent=True, next_try_at=now)


def follow(messages: Sequence[int] | None = None) -> None:
    """Let reminders follow their mails: sent, or refused."""
    planned = Reminder.objects.filter(state=Reminder.State.PLANNED)
    if messages is not None:
        planned = planned.filter(message__in=messages)
    for mail, line in (
        (Message.State.ACCEPTED, Reminder.State.SENT),
        (Message.State.REFUSED, Reminder.State.REFUSED),
        (Message.State.CANCELLED, Reminder.State.CANCELLED),
    ):
        planned.filter(message__state=mail).update(state=line)
