"""What of a mail still holds at the moment at which it is decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from networks.clock import Today
from networks.duties import Duty, source
from notifications.models import Message, Reminder
from notifications.mornings import zone_or_utc
from notifications.quiet import Quiet
from notifications.rendering import Line

Verdict = tuple[Reminder.State, str]


class Planned(NamedTuple):
    """A line of the ledger as it is looked at once more: these columns only, for speed."""

    pk: int
    message_id: int
    network_id: int
    recipient_id: int
    duty_kind: str
    duty_id: int
    deadline_version: int
    audience: str


@dataclass(frozen=True)
class Facts:
    """How the duties of one kind stand now."""

    duties: Mapping[int, Duty]
    audiences: Mapping[int, Mapping[str, frozenset[int]]]
    quiet: Quiet
    # The local day of each person.
    days: Mapping[int, date]
    # (mail, duty) that has its line already.
    told: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def read(cls, kind: str, ids: Iterable[int], days: Mapping[int, date], now: datetime) -> Facts:
        """Read them: a fixed number of statements."""
        duties = source(kind).among(ids)
        audiences = source(kind).audiences(duties, Today.at(now).utc_date)
        return cls({d.id: d for d in duties}, audiences, Quiet.around(kind, duties), days)


def still_true(held: Iterable[Message], now: datetime) -> dict[int, list[Line]]:
    """The lines that still hold, by mail; the others are written down with their reason."""
    found: dict[int, list[Line]] = defaultdict(list)
    dropped: dict[Verdict, list[int]] = defaultdict(list)
    days = {
        message.recipient.pk: now.astimezone(zone_or_utc(message.recipient.time_zone)).date()
        for message in held
        if message.recipient is not None
    }
    for kind, lines in _planned(held).items():
        facts = Facts.read(kind, {line.duty_id for line in lines}, days, now)
        for line in lines:
            verdict = _verdict(line, facts)
            if verdict is None:
                found[line.message_id].append(Line(line, facts.duties[line.duty_id]))
            else:
                dropped[verdict].append(line.pk)
    for (state, note), ids in dropped.items():
        Reminder.objects.filter(pk__among=set(ids)).update(state=state, note=note)
    return found


def _planned(held: Iterable[Message]) -> Mapping[str, Sequence[Planned]]:
    by_kind: dict[str, list[Planned]] = defaultdict(list)
    rows = Reminder.objects.filter(
        message_id__among={message.pk for message in held}, state=Reminder.State.PLANNED
    )
    # The latest step of a duty comes first and is the one that is kept.
    ordered = rows.order_by("-offset_days", "pk").values_list(*Planned._fields)
    for line in map(Planned._make, ordered):
        by_kind[line.duty_kind].append(line)
    return by_kind


def _verdict(line: Planned, facts: Facts) -> Verdict | None:
    """Why this line may not go out; None when it may.

    What is held is not lost: a claim that is sent back, a role that is given again, a mute
    that ends, and the planner takes the line up.
    """
    duty = facts.duties.get(line.duty_id)
    if duty is None:
        return Reminder.State.HELD, "It is no longer open."
    if duty.deadline_version != line.deadline_version:
        return Reminder.State.SUPERSEDED, "Its deadline has moved."
    if line.recipient_id not in facts.audiences[duty.id].get(line.audience, ()):
        return Reminder.State.HELD, "It is no longer theirs."
    if facts.quiet.keeps(duty, line.recipient_id, facts.days[line.recipient_id]):
        return Reminder.State.HELD, "It was stopped, muted or snoozed before it left."
    if (line.message_id, duty.id) in facts.told:
        return Reminder.State.SUPERSEDED, "A later step went out in the same mail."
    facts.told.add((line.message_id, duty.id))
    return None
