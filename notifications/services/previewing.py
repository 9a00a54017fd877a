"""What would go out for one duty, and when: the planner's own functions, run ahead of time.

Only the instants at which something can change are looked at: each morning of each person,
and midnight where the network is. The duty is taken to stay open, and nobody to write.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from networks.clock import Today
from networks.duties import Audiences, Duty, source
from networks.standing import turning_days
from notifications.ladder import Ladders
from notifications.models import Message
from notifications.mornings import LONGEST_WAIT, Habit, habits, zone_or_utc
from notifications.quiet import Quiet
from notifications.services.gathering import JUST_ACTED, Telling, climb, told_of, untold

# After the last step: the longest wait for a morning, and a day for the zones.
TAIL = LONGEST_WAIT + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """One line of one mail that would go out."""

    at: datetime
    day: date
    telling: Telling
    habit: Habit

    @property
    def local(self) -> datetime:
        """The instant by the recipient's own clock."""
        return self.at.astimezone(zone_or_utc(self.habit.zone))


def preview(duty: Duty, now: datetime) -> list[Coming]:
    """Every line that would go out from now on, in order."""
    return list(_Rehearsal(duty, now).run())


class _Rehearsal:
    """The sweeps to come, for one duty: reads a fixed number of times, then only counts."""

    def __init__(self, duty: Duty, now: datetime) -> None:
        self.duty, self.now, self.ladders = duty, now, Ladders()
        steps = self.ladders.of(duty)
        offset = max((step.offset for step in steps), default=0)
        self.quiet = Quiet.around(duty.kind, [duty])
        last = max(duty.due_date + timedelta(days=offset), now.date())
        self.last = max([last, *self.quiet.snoozed(duty).values()]) + TAIL
        first = now.astimezone(UTC).date()
        self.turns = [first, *turning_days(duty, first, self.last)]
        self.standing = [source(duty.kind).audiences([duty], day) for day in self.turns]
        people = {
            person
            for audiences in self.standing
            for group in audiences[duty.id].values()
            for person in group
        }
        self.habits = habits(people)
        self.told = told_of(duty.kind, [duty.id])
        # Mornings that have their mail already.
        self.closed = set(
            Message.objects.filter(
                kind__in=Message.MORNINGS,
                recipient__in=people,
                local_day__gte=first - timedelta(days=1),
            ).values_list("recipient_id", "local_day")
        )

    def run(self) -> Iterator[Coming]:
        """One sweep after the other."""
        for at in self.instants():
            today = Today.at(at)
            found = climb(
                [self.duty],
                self.audiences(today.utc_date),
                today,
                self.ladders,
                self.quiet,
                partial(self.morning, at=at),
            )
            for telling in untold(self.awake(found, at), self.told):
                coming = self.tell(telling, at)
                if coming is not None:
                    yield coming

    def instants(self) -> list[datetime]:
        """When something can change: now, mornings, the network's midnight, a role's first day."""
        days = [self.turns[0] + timedelta(days=n - 1) for n in range((self._length()).days + 2)]
        zone = zone_or_utc(self.duty.zone)
        midnights = [datetime.combine(day, time.min, tzinfo=zone) for day in days]
        turns = [datetime.combine(day, time.min, tzinfo=UTC) for day in self.turns]
        opens = [habit.opens(day) for habit in set(self.habits.values()) for day in days]
        known = {at.astimezone(UTC) for at in (*midnights, *turns, *opens) if at is not None}
        return sorted({self.now, *(at for at in known if at > self.now)})

    def _length(self) -> timedelta:
        return self.last - self.turns[0]

    def audiences(self, day: date) -> Audiences:
        """Who stands where on a day."""
        return self.standing[max(0, bisect_right(self.turns, day) - 1)]

    def awake(self, found: Iterator[Telling], at: datetime) -> list[Telling]:
        """Those whose morning it is, without a mail yet, and who wish to be told."""
        mornings = [(telling, self.morning(telling.recipient, at)) for telling in found]
        return [
            telling
            for telling, day in mornings
            if day is not None and not self.quiet.keeps(self.duty, telling.recipient, day)
        ]

    def morning(self, person: int, at: datetime) -> date | None:
        """The person's open morning, if it is one."""
        habit = self.habits.get(person)
        day = habit.morning(at) if habit else None
        return None if day is None or (person, day) in self.closed else day

    def tell(self, telling: Telling, at: datetime) -> Coming | None:
        """Write it into the ledger of the rehearsal; None for whoever has just acted."""
        day = self.morning(telling.recipient, at)
        offsets = self.told.setdefault(telling.key, set())
        offsets |= {step.offset for step in (*telling.missed, telling.step)}
        if day is None or self.acted(telling, at):
            return None
        self.closed.add((telling.recipient, day))
        return Coming(at, day, telling, self.habits[telling.recipient])

    def acted(self, telling: Telling, at: datetime) -> bool:
        """Whether they have written about it within the day before."""
        if at >= self.now + JUST_ACTED:
            return False
        acted = source(self.duty.kind).acted_since([self.duty.id], at - JUST_ACTED)
        return (self.duty.id, telling.recipient) in acted
