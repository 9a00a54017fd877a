"""Taking mails from the queue, and giving them back.

Leases run by the database's clock, so that the clocks of the workers' machines do not matter.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications.models import Message, Reminder, Sending

# Mails that are checked and rendered together; each is handed over by itself.
SLICE = 10
PAUSES = (60, 300, 900, 3600, 4 * 3600)
GIVE_UP_AFTER = timedelta(days=5)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Batch:
    """Mails that one worker holds until its lease ends."""

    token: UUID
    ids: tuple[int, ...]
    # Work on these was begun before and never came to an end.
    suspects: frozenset[int] = field(default_factory=frozenset)

    def slices(self) -> Iterator[tuple[int, ...]]:
        """What is worked on together; a suspect alone, so that it takes nobody with it."""
        plain = [pk for pk in self.ids if pk not in self.suspects]
        for start in range(0, len(plain), SLICE):
            yield tuple(plain[start : start + SLICE])
        yield from ((pk,) for pk in self.ids if pk in self.suspects)


def claim(now: datetime) -> Batch:
    """Take mails whose time has come. Two workers never take the same one.

    PostgreSQL skips rows that another transaction holds; on SQLite the transaction itself
    (IMMEDIATE) lets one worker in at a time.
    """
    token = uuid4()
    with transaction.atomic():
        limit = min(settings.MAIL_BATCH, _allowance(now))
        ready = Message.objects.ready(now).select_for_update(skip_locked=True)
        rows = dict(ready.values_list("pk", "crashes")[:limit])
        if rows:
            Message.objects.filter(pk__in=rows).update(
                state=Message.State.CLAIMED, token=token, lease_until=Now() + settings.MAIL_LEASE
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


def begin(batch: Batch, ids: Sequence[int]) -> None:
    """Count the work before it is done: what kills its worker has been counted already."""
    Message.objects.filter(pk__in=ids, token=batch.token).update(crashes=F("crashes") + 1)


def give_back(batch: Batch, ids: Iterable[int], now: datetime, note: str = "") -> None:
    """Return mails that were certainly not sent; after a fault (a note), with a pause.

    A mail that nobody could hand over for days ends here: it is refused, for staff to see.
    """
    held = Message.objects.filter(pk__in=list(ids), token=batch.token, state=Message.State.CLAIMED)
    free = {"token": None, "lease_until": None, "crashes": 0}
    if not note:
        held.update(state=Message.State.DUE, **free)
        return
    held.filter(created_at__lte=now - GIVE_UP_AFTER).update(
        state=Message.State.REFUSED, settled_at=now, note=f"Given up: {note}"[:500], **free
    )
    for tries in set(held.values_list("tries", flat=True)):
        held.filter(tries=tries).update(
            state=Message.State.DEFERRED,
            tries=F("tries") + 1,
            next_try_at=now + pause(tries + 1),
            note=note[:500],
            **free,
        )


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: growing, and spread so that no wave returns."""
    seconds = PAUSES[min(tries, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret


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
