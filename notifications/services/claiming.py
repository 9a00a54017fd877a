"""Taking mails from the queue, and giving them back.

Leases run by the database's clock, so that the clocks of the workers' machines do not matter.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Greatest, Now

from notifications.models import Message, Reminder, Sending

PAUSES = (60, 300, 900, 3600, 4 * 3600)
GIVE_UP_AFTER = timedelta(days=5)
MINUTE = timedelta(minutes=1)
# What becomes of a reminder with its mail.
_LINES: dict[str, Reminder.State] = {
    Message.State.ACCEPTED: Reminder.State.SENT,
    Message.State.REFUSED: Reminder.State.REFUSED,
    Message.State.CANCELLED: Reminder.State.CANCELLED,
}


@dataclass(frozen=True)
class Batch:
    """Mails that one worker holds until its lease ends."""

    token: UUID
    ids: tuple[int, ...] = ()
    # Work on these was begun before and never came to an end.
    suspects: frozenset[int] = field(default_factory=frozenset)


def claim(now: datetime, token: UUID) -> Batch:
    """Take mails whose time has come. Two workers never take the same one.

    PostgreSQL skips rows that another transaction holds; on SQLite the transaction itself
    (IMMEDIATE) lets one worker in at a time. That work begins is written down before it
    does, so that what kills its worker has been noted already.
    """
    with transaction.atomic():
        limit = min(settings.MAIL_BATCH, _allowance(now))
        ready = Message.objects.ready(now).select_for_update(skip_locked=True)
        rows = dict(ready.values_list("pk", "crashes")[:limit])
        if rows:
            Message.objects.filter(pk__among=set(rows)).update(
                state=Message.State.CLAIMED,
                token=token,
                lease_until=Now() + settings.MAIL_LEASE,
                crashes=Greatest(F("crashes"), 1),
            )
            _spend(len(rows))
    return Batch(token, tuple(rows), frozenset(pk for pk, crashes in rows.items() if crashes))


def _allowance(now: datetime) -> int:
    """How many more mails may be taken in this minute, by all workers together."""
    if not settings.MAILS_PER_MINUTE:
        return int(settings.MAIL_BATCH)
    row = Sending.objects.select_for_update().get(name=Sending.MAIL)
    # A clock that was set back must not stop the queue until it has caught up.
    if row.minute_began is None or abs(now - row.minute_began) >= MINUTE:
        Sending.objects.filter(pk=row.pk).update(minute_began=now, in_minute=0)
        return int(settings.MAILS_PER_MINUTE)
    return max(0, int(settings.MAILS_PER_MINUTE) - row.in_minute)


def _spend(number: int) -> None:
    if settings.MAILS_PER_MINUTE:
        Sending.objects.filter(name=Sending.MAIL).update(in_minute=F("in_minute") + number)


def begin_alone(batch: Batch, pk: int) -> None:
    """Count the work on a suspect before it is done."""
    Message.objects.filter(pk=pk, token=batch.token).update(crashes=F("crashes") + 1)


def give_back(batch: Batch, ids: Iterable[int], now: datetime, note: str = "") -> None:
    """Return mails that were certainly not sent; after a fault (a note), with a pause.

    A mail that nobody could hand over for days ends here: it is refused, for staff to see.
    One that has cost workers their life stays suspect, or it would take neighbours with it.
    """
    held = Message.objects.filter(pk__in=list(ids), token=batch.token, state=Message.State.CLAIMED)
    crashes = Case(When(pk__in=batch.suspects, then=F("crashes")), default=0)
    free: dict[str, Any] = {"token": None, "lease_until": None, "crashes": crashes}
    if not note:
        held.update(state=Message.State.DUE, **free)
        return
    _give_up(held.filter(created_at__lte=now - GIVE_UP_AFTER), now, note, free)
    for tries in set(held.values_list("tries", flat=True)):
        held.filter(tries=tries).update(
            state=Message.State.DEFERRED,
            tries=F("tries") + 1,
            next_try_at=now + pause(tries + 1),
            note=note[:500],
            **free,
        )


@transaction.atomic
def _give_up(old: QuerySet[Message], now: datetime, note: str, free: dict[str, Any]) -> None:
    ids = list(old.select_for_update().values_list("pk", flat=True))
    Message.objects.filter(pk__in=ids).update(
        state=Message.State.REFUSED, settled_at=now, note=f"Given up: {note}"[:500], **free
    )
    follow(ids, {Message.State.REFUSED})


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: growing, and spread so that no wave returns."""
    seconds = PAUSES[min(tries, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret


def follow(messages: Sequence[int] | None = None, states: Iterable[str] = _LINES) -> None:
    """Let reminders follow their mails that have come to some states; all mails by default."""
    planned = Reminder.objects.filter(state=Reminder.State.PLANNED)
    for mail in _LINES.keys() & set(states):
        told = Message.objects.filter(state=mail).order_by()
        if messages is not None:
            told = told.filter(pk__among=set(messages))
        planned.filter(message_id__in=told.values("pk")).update(state=_LINES[mail])
