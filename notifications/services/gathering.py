"""Who must be told of what this morning: reading only, nothing is written here.

The cost follows what is due, not what is on file: duties are read by their due date in
chunks, and each chunk costs a fixed number of statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from networks.clock import Today
from networks.duties import Audiences, Duty, DutySource, Step, sources
from notifications.ladder import Ladders
from notifications.models import Message, Reminder
from notifications.mornings import habits
from notifications.quiet import Quiet

CHUNK = 1000
# Whoever wrote about the item within this time knows where it stands.
JUST_ACTED = timedelta(hours=24)
# The offsets told so far, by (duty's id, deadline's version, recipient).
Told = dict[tuple[int, int, int], set[int]]


@dataclass(frozen=True, slots=True)
class Telling:
    """One person to be told of one duty: the step that counts, and those it replaces."""

    duty: Duty
    recipient: int
    step: Step
    missed: tuple[Step, ...] = ()
    # They have just written about it themselves: noted, not mailed.
    acted: bool = False

    @property
    def key(self) -> tuple[int, int, int]:
        """What the ledger knows it by, but for the step."""
        return self.duty.id, self.duty.deadline_version, self.recipient


@dataclass
class Mornings:
    """Habits and mails of today, looked up once per person."""

    now: datetime
    # Those whose morning it is, and who have no mail of it yet.
    days: dict[int, date] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)

    def learn(self, people: Iterable[int]) -> None:
        """Look up the people not known yet: two statements."""
        new = set(people) - self.known
        if not new:
            return
        self.known |= new
        mornings = {pk: habit.morning(self.now) for pk, habit in habits(new).items()}
        days = {pk: day for pk, day in mornings.items() if day is not None}
        told = set(
            Message.objects.filter(
                kind__in=Message.MORNINGS, local_day__in=set(days.values()), recipient__in=new
            ).values_list("recipient_id", "local_day")
        )
        self.days |= {pk: day for pk, day in days.items() if (pk, day) not in told}

    def keeps(self, telling: Telling, quiet: Quiet) -> bool:
        """Whether it is not their morning, today's mail exists, or they are to be left in peace."""
        day = self.days.get(telling.recipient)
        return day is None or quiet.keeps(telling.duty, telling.recipient, day)


def gather(now: datetime) -> dict[tuple[int, date], list[Telling]]:
    """Everything to be told now, by recipient and their local day."""
    ladders, mornings = Ladders(), Mornings(now)
    digests: dict[tuple[int, date], list[Telling]] = defaultdict(list)
    for source in sources():
        for telling in _tellings_of(source, now, ladders, mornings):
            day = mornings.days[telling.recipient]
            digests[telling.recipient, day].append(telling)
    return digests


def _tellings_of(
    source: DutySource, now: datetime, ladders: Ladders, mornings: Mornings
) -> Iterator[Telling]:
    today = Today.at(now)
    due = source.due_by(today.latest(plus_days=ladders.horizon(source.kind)))
    while chunk := list(islice(due, CHUNK)):
        quiet = Quiet.around(source.kind, chunk)
        mornings.learn(quiet.snoozers())
        wanted = [
            duty
            for duty in chunk
            if ladders.reached(duty, duty.days_left(today)) or quiet.snoozed(duty)
        ]
        audiences = source.audiences(wanted, today.utc_date)
        found = list(climb(wanted, audiences, today, ladders, quiet, mornings.days.get))
        mornings.learn({telling.recipient for telling in found})
        found = [telling for telling in found if not mornings.keeps(telling, quiet)]
        yield from _not_acted(source, untold(found, _ledger(source.kind, found)), now)


def climb(
    duties: Sequence[Duty],
    audiences: Audiences,
    today: Today,
    ladders: Ladders,
    quiet: Quiet,
    morning: Callable[[int], date | None],
) -> Iterator[Telling]:
    """Whom the steps reached so far address, each with the latest of them.

    A snooze that is over is a step of its person's own.
    """
    for duty in duties:
        reached: dict[int, list[Step]] = defaultdict(list)
        for step in ladders.reached(duty, duty.days_left(today)):
            for person in audiences[duty.id].get(step.audience, ()):
                reached[person].append(step)
        for person in quiet.snoozed(duty):
            recall = quiet.recall(duty, person, morning(person), audiences[duty.id])
            if recall is not None:
                reached[person] = sorted([*reached[person], recall])
        for person, steps in reached.items():
            # Only the latest step goes out; two at one offset are one.
            earlier = {step.offset: step for step in steps if step.offset < steps[-1].offset}
            yield Telling(duty, person, steps[-1], tuple(earlier.values()))


def _ledger(kind: str, tellings: Sequence[Telling]) -> Told:
    return told_of(
        kind,
        {telling.duty.id for telling in tellings},
        recipient__in={telling.recipient for telling in tellings},
    )


def told_of(kind: str, ids: Iterable[int], **more: Any) -> Told:
    """What the ledger holds of some duties of a kind: one statement."""
    told: Told = defaultdict(set)
    rows = Reminder.objects.filter(duty_kind=kind, duty_id__in=list(ids), **more)
    rows = rows.exclude(state=Reminder.State.HELD)
    columns = ("duty_id", "deadline_version", "recipient_id", "offset_days")
    for duty_id, version, recipient, offset in rows.values_list(*columns):
        told[duty_id, version, recipient].add(offset)
    return told


def untold(tellings: Iterable[Telling], told: Told) -> list[Telling]:
    """Leave out what was told already: the same step, or a later one, of this deadline."""
    left = []
    for telling in tellings:
        offsets = told.get(telling.key, set())
        if not offsets or telling.step.offset > max(offsets):
            missed = tuple(step for step in telling.missed if step.offset not in offsets)
            left.append(replace(telling, missed=missed))
    return left


def _not_acted(source: DutySource, tellings: Sequence[Telling], now: datetime) -> Iterator[Telling]:
    acted = source.acted_since({t.duty.id for t in tellings}, now - JUST_ACTED)
    for telling in tellings:
        just = (telling.duty.id, telling.recipient) in acted
        yield replace(telling, acted=just)
