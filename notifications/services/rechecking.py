"""What of a mail still holds at the moment at which it is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from networks.clock import Today
from networks.duties import Duty, source
from notifications.models import Message, Reminder
from notifications.mornings import zone_or_utc
from notifications.quiet import Quiet
from notifications.rendering import Line


@dataclass(frozen=True)
class Facts:
    """How the duties of one kind stand now."""

    duties: Mapping[int, Duty]
    audiences: Mapping[int, Mapping[str, frozenset[int]]]
    quiet: Quiet
    # The local day of each person.
    days: Mapping[int, date]
    # (mail, kind of duty, duty) that has its line already.
    told: set[tuple[int, str, int]] = field(default_factory=set)

    @classmethod
    def read(cls, kind: str, ids: Iterable[int], days: Mapping[int, date], now: datetime) -> Facts:
        """Read them: a fixed number of statements."""
        duties = source(kind).among(ids)
        audiences = source(kind).audiences(duties, Today.at(now).utc_date)
        return cls({d.id: d for d in duties}, audiences, Quiet.around(kind, duties), days)


def still_true(held: Iterable[Message], now: datetime) -> dict[int, list[Line]]:
    """The lines that still hold, by mail; the others are written down with their reason."""
    found: dict[int, list[Line]] = defaultdict(list)
    days = {
        message.recipient_id: now.astimezone(zone_or_utc(message.recipient.time_zone)).date()
        for message in held
    }
    for kind, reminders in _planned(held).items():
        facts = Facts.read(kind, {reminder.duty_id for reminder in reminders}, days, now)
        dropped = [reminder for reminder in reminders if not _holds(reminder, facts)]
        if dropped:
            Reminder.objects.bulk_update(dropped, ["state", "note"])
        for reminder in reminders:
            if reminder.state == Reminder.State.PLANNED:
                line = Line(reminder, facts.duties[reminder.duty_id])
                found[reminder.message_id or 0].append(line)
    return found


def _planned(held: Iterable[Message]) -> Mapping[str, Sequence[Reminder]]:
    by_kind: dict[str, list[Reminder]] = defaultdict(list)
    mails = [message.pk for message in held]
    planned = Reminder.objects.filter(message__in=mails, state=Reminder.State.PLANNED)
    # The latest step of a duty comes first and is the one that is kept.
    for reminder in planned.order_by("-offset_days", "pk"):
        by_kind[reminder.duty_kind].append(reminder)
    return by_kind


def _holds(reminder: Reminder, facts: Facts) -> bool:
    """Whether this line may go out; if not, it is marked with the reason."""
    state, note = _verdict(reminder, facts)
    reminder.state = state
    if state != Reminder.State.PLANNED:
        reminder.note = note
    return state == Reminder.State.PLANNED


def _verdict(reminder: Reminder, facts: Facts) -> tuple[Reminder.State, str]:
    """What is held is not lost: a claim that is sent back, a role that is given again, a mute
    that ends, and the planner takes the line up.
    """
    duty = facts.duties.get(reminder.duty_id)
    if duty is None:
        return Reminder.State.HELD, "It is no longer open."
    if duty.deadline_version != reminder.deadline_version:
        return Reminder.State.SUPERSEDED, "Its deadline has moved."
    if reminder.recipient_id not in facts.audiences[duty.id].get(reminder.audience, ()):
        return Reminder.State.HELD, "It is no longer theirs."
    if facts.quiet.keeps(duty, reminder.recipient_id, facts.days[reminder.recipient_id]):
        return Reminder.State.HELD, "It was stopped, muted or snoozed before it left."
    line = (reminder.message_id or 0, reminder.duty_kind, duty.id)
    if line in facts.told:
        return Reminder.State.SUPERSEDED, "A later step went out in the same mail."
    facts.told.add(line)
    return Reminder.State.PLANNED, ""
