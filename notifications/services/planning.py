"""Writing the plan: one mail per person and morning, and its lines in the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from networks.duties import Duty, Step
from notifications.models import Heartbeat, Message, Reminder
from notifications.quiet import Quiet
from notifications.services.gathering import Telling, gather
from notifications.services.holding import take_up
from notifications.services.links import make_links
from notifications.services.summarising import summaries_due

BATCH = 500
Digests = Mapping[tuple[int, date], Sequence[Telling]]
Summaries = Set[tuple[int, date]]


@dataclass(frozen=True)
class Planned:
    """What one pass has written."""

    messages: int = 0
    reminders: int = 0
    missed: int = 0
    quiet: int = 0


def plan(now: datetime) -> Planned:
    """Plan the mornings that have begun. Safe to run twice, and at the same time.

    Reading happens outside of the lock; what is written under it is checked once more.
    """
    seen, _ = Heartbeat.objects.get_or_create(name=Heartbeat.PLAN)
    summaries = summaries_due(now)
    # A summary goes out with or without lines of the ladder.
    digests = {**dict.fromkeys(summaries, ()), **gather(now)}
    Heartbeat.objects.filter(pk=seen.pk).update(at=max(now, seen.at or now))
    if not digests:
        return Planned()
    with transaction.atomic():
        # One planner at a time; a second one finds the row locked and leaves it to the
        # first. (SQLite has no row locks: its transactions are one at a time anyway.)
        lock = Heartbeat.objects.select_for_update(skip_locked=True)
        if lock.filter(name=Heartbeat.PLAN).first() is None:
            return Planned()
        return _write(_not_quiet(_still_open(digests), summaries), summaries, now, seen.at)


def _still_open(digests: Digests) -> Digests:
    keys = {dedupe_key(*who): who for who in digests}
    taken = Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True)
    for key in taken:
        keys.pop(key)
    return {who: digests[who] for who in keys.values()}


def _not_quiet(digests: Digests, summaries: Summaries) -> Digests:
    """What was stopped or muted between reading and the lock is left out: two statements per kind."""
    duties: dict[str, list[Duty]] = defaultdict(list)
    for tellings in digests.values():
        for telling in tellings:
            duties[telling.duty.kind].append(telling.duty)
    quiet = {kind: Quiet.around(kind, found) for kind, found in duties.items()}
    left = {
        who: [
            telling
            for telling in tellings
            if not quiet[telling.duty.kind].keeps(telling.duty, *who)
        ]
        for who, tellings in digests.items()
    }
    return {who: tellings for who, tellings in left.items() if tellings or who in summaries}


def dedupe_key(recipient: int, day: date) -> str:
    """What makes a morning's mail to a person the only one."""
    return f"digest:{recipient}:{day.isoformat()}"


def _write(
    digests: Digests, summaries: Summaries, now: datetime, alive: datetime | None
) -> Planned:
    messages = {
        who: new_message(*who, now, dedupe_key(*who), _kind(who in summaries))
        for who, tellings in digests.items()
        if who in summaries or not all(telling.acted for telling in tellings)
    }
    Message.objects.bulk_create(messages.values(), batch_size=BATCH)
    rows = [
        row
        for who, tellings in digests.items()
        for telling in tellings
        for row in _rows(telling, messages.get(who), now, alive)
    ]
    _take_over_waiting(messages, rows, now)
    Reminder.objects.bulk_create(take_up(rows), batch_size=BATCH, ignore_conflicts=True)
    _make_links([message.pk for message in messages.values()], now)
    states = [row.state for row in rows]
    return Planned(
        len(messages),
        states.count(Reminder.State.PLANNED),
        states.count(Reminder.State.MISSED),
        states.count(Reminder.State.CANCELLED),
    )


def _make_links(messages: Sequence[int], now: datetime) -> None:
    """The links of the mails just planned, made here so that sending need not."""
    for start in range(0, len(messages), BATCH):
        lines = Reminder.objects.filter(
            message__in=messages[start : start + BATCH], state=Reminder.State.PLANNED
        )
        columns = ("pk", "duty_kind", "duty_id", "audience", "recipient_id", "network_id")
        make_links(lines.values_list(*columns, named=True), now)


def _kind(is_summary: bool) -> Message.Kind:
    return Message.Kind.SUMMARY if is_summary else Message.Kind.DIGEST


def new_message(
    recipient: int | None, day: date, now: datetime, key: str, kind: Message.Kind
) -> Message:
    """An unsaved mail, due at once; ``key`` makes it the only one of its sort."""
    name = uuid4()
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return Message(
        recipient_id=recipient,
        kind=kind,
        local_day=day,
        dedupe_key=key,
        # The same over all attempts: servers that drop copies know it again.
        message_id=f"<r-{name}@{host}>",
        created_at=now,
        next_try_at=now,
    )


def _rows(
    telling: Telling, message: Message | None, now: datetime, alive: datetime | None
) -> list[Reminder]:
    duty = telling.duty
    steps = [(step, *_passed_over(duty, step, alive)) for step in telling.missed]
    if telling.acted:
        why = "They had just written about it themselves."
        steps.append((telling.step, Reminder.State.CANCELLED, why))
    else:
        steps.append((telling.step, Reminder.State.PLANNED, ""))
    return [
        Reminder(
            network_id=duty.network_id,
            recipient_id=telling.recipient,
            message=message if state == Reminder.State.PLANNED else None,
            duty_kind=duty.kind,
            duty_id=duty.id,
            deadline_version=duty.deadline_version,
            due_date=duty.due_date,
            offset_days=step.offset,
            audience=step.audience,
            state=state,
            note=note,
            planned_at=now,
        )
        for step, state, note in steps
    ]


def _passed_over(duty: Duty, step: Step, alive: datetime | None) -> tuple[Reminder.State, str]:
    """An earlier step is missed if nobody was planning on its day; else a later one covers it.

    The latter is the rule for items, roles and people that came later, and for weekends.
    """
    day = duty.due_date + timedelta(days=step.offset)
    if alive is not None and day > alive.date():
        return Reminder.State.MISSED, "The planner did not run on its day; a later step went out."
    return Reminder.State.SUPERSEDED, "A later step went out instead."


def _take_over_waiting(
    messages: Mapping[tuple[int, date], Message], rows: Sequence[Reminder], now: datetime
) -> None:
    """Mails of earlier mornings that have not left yet go into today's: never a burst.

    Their lines move over, but for those of which today's mail tells a later step. A mail of
    which a first copy may have arrived stays as it is: its second copy says so, and today's
    mail could not.
    """
    by_person = {recipient: message for (recipient, _), message in messages.items()}
    waiting = Message.objects.filter(
        recipient__in=by_person,
        state__in=Message.WAITING,
        kind__in=Message.MORNINGS,
        resent=False,
    ).exclude(pk__in=[message.pk for message in by_person.values()])
    old = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not old:
        return
    Message.objects.filter(pk__in=old).update(state=Message.State.SUPERSEDED, settled_at=now)
    told = {(row.recipient_id, row.duty_kind, row.duty_id) for row in rows if row.message}
    lines = list(Reminder.objects.filter(message__in=old, state=Reminder.State.PLANNED))
    for line in lines:
        if (line.recipient_id, line.duty_kind, line.duty_id) in told:
            line.state, line.note = Reminder.State.SUPERSEDED, "A later step goes out instead."
        else:
            line.message = by_person[line.recipient_id]
    Reminder.objects.bulk_update(lines, ["message", "state", "note"], batch_size=BATCH)
