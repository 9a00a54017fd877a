"""Telling people at once of what they wait for: from the activity log, and nothing else.

Every sweep reads the events since the last one, and some more: a transaction that took long
shows its events late. What was read twice is written once, by the key of the mail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q

from networks.duties import source as duty_source
from networks.models import Event
from networks.notices import NoticeSource, source_of, verbs
from notifications.models import Heartbeat, Message, Preference, Silence
from notifications.mornings import Habit, habits, zone_or_utc
from notifications.quiet import Quiet
from notifications.services.planning import new_message

# How much of the log is read again.
OVERLAP = timedelta(hours=1)
# What happened longer ago is no news: the next morning's mail and the pages say how it stands.
NEWS_FOR = timedelta(hours=48)
TOO_LATE = "It had happened more than 48 hours before, so it was not sent any more."
CHUNK = 500


def plan_notices(now: datetime) -> int:
    """Plan a mail for each person who waits for what has happened; returns how many.

    Any number of sweeps at the same time are harmless. What is late is kept as a row that
    says so, for staff to see, and is not sent.
    """
    events = _news(now)
    planned = 0
    while chunk := list(islice(events, CHUNK)):
        planned += _write(chunk, now)
    Heartbeat.objects.filter(name=Heartbeat.NOTICES).update(at=now)
    return planned


def _news(now: datetime) -> Iterator[Event]:
    """The events since the last sweep that somebody tells of, oldest first."""
    seen, _ = Heartbeat.objects.get_or_create(
        name=Heartbeat.NOTICES, defaults={"at": now, "facts": {"since": now.isoformat()}}
    )
    begun = datetime.fromisoformat(seen.facts["since"])
    if begun > now:
        # A clock that ran ahead must not make us deaf until then.
        begun = now
        Heartbeat.objects.filter(pk=seen.pk).update(facts={"since": now.isoformat()})
    since = max(begun, min(seen.at or now, now) - OVERLAP)
    rows = Event.objects.filter(verb__in=verbs(), at__gt=since, at__lte=now)
    return rows.order_by("at", "pk").iterator(chunk_size=CHUNK)


def _write(events: Sequence[Event], now: datetime) -> int:
    told = {(event, person) for event, person in _waiting(events, now)}
    known = Message.objects.filter(event__in=[event.pk for event in events])
    keys = set(known.values_list("dedupe_key", flat=True))
    new = [pair for pair in told if dedupe_key(*pair) not in keys]
    people = {person for _, person in new}
    silent = Preference.objects.filter(user__in=people, notices=False)
    people -= set(silent.values_list("user_id", flat=True))
    known_habits = habits(people) if people else {}
    mails = [
        _notice(event, person, known_habits[person], now)
        for event, person in sorted(new, key=lambda pair: (pair[0].at, pair[0].pk, pair[1]))
        if person in known_habits
    ]
    Message.objects.bulk_create(mails, batch_size=CHUNK, ignore_conflicts=True)
    return sum(mail.state == Message.State.DUE for mail in mails)


def _waiting(events: Sequence[Event], now: datetime) -> Iterator[tuple[Event, int]]:
    by_source: dict[NoticeSource, list[Event]] = defaultdict(list)
    for event in events:
        by_source[source_of(event.verb)].append(event)
    for source, own in by_source.items():
        waiting = source.waiting(own, now)
        for event in own:
            for person in waiting.get(event.pk, ()):
                yield event, person


def dedupe_key(event: Event, person: int) -> str:
    """What makes the news of one event to one person the only one."""
    return f"notice:{event.pk}:{person}"


def _notice(event: Event, person: int, habit: Habit, now: datetime) -> Message:
    day = now.astimezone(zone_or_utc(habit.zone)).date()
    mail = new_message(person, day, now, dedupe_key(event, person), Message.Kind.NOTICE)
    mail.event = event
    if now - event.at > NEWS_FOR:
        mail.state, mail.settled_at, mail.note = Message.State.CANCELLED, now, TOO_LATE
    return mail


def still_awaited(message: Message, now: datetime) -> bool:
    """Whether a mail may go out: of a notice, whether its reader waits for it at this moment.

    Asked in the transaction that decides it.
    """
    if message.kind != Message.Kind.NOTICE:
        return True
    event = message.event
    if event is None or event.verb not in verbs() or now - event.at > NEWS_FOR:
        return False
    source, person = source_of(event.verb), message.recipient_id
    if person is None or person not in source.waiting([event], now).get(event.pk, frozenset()):
        return False
    unwanted = Preference.objects.filter(user=person, notices=False)
    return not unwanted.exists() and not _silenced(message, person, source, event)


def _silenced(message: Message, person: int, source: NoticeSource, event: Event) -> bool:
    """Whether the reader has muted or snoozed the item, or its network, or staff stopped it."""
    muted = Q(duty_kind="", network=event.network_id)
    for kind, pk in source.items([event]).values():
        muted |= Q(duty_kind=kind, duty_id=pk, until__isnull=True)
        for duty in duty_source(kind).among([pk]):
            if Quiet.around(kind, [duty]).keeps(duty, person, message.local_day):
                return True
    return Silence.objects.in_force().filter(muted, user=person).exists()
