"""Which periods a network reports about, and until when: plain arithmetic with dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from networks.months import add_months

# A rest at the end that is shorter than this joins the period before it.
SHORTEST = timedelta(days=31)


@dataclass(frozen=True)
class Pause:
    """A suspension by amendment: from a day on, everything to come moves by so many days."""

    on: date
    days: int


@dataclass(frozen=True)
class Period:
    """One period and the day on which its report is due."""

    starts: date
    ends: date
    due: date
    is_final: bool


@dataclass(frozen=True)
class Rhythm:
    """A programme's rules: a report every so many months, due so many days after its period."""

    every_months: int
    due_days: int
    final_due_days: int | None = None

    def due(self, period_end: date, *, is_final: bool) -> date:
        """When the report about a period is due."""
        days = self.due_days
        if is_final and self.final_due_days is not None:
            days = self.final_due_days
        return period_end + timedelta(days=days)


def periods(
    starts: date,
    ends: date,
    rhythm: Rhythm,
    pauses: Sequence[Pause] = (),
    *,
    after: date | None = None,
) -> list[Period]:
    """The periods from the start to the end, without gap or overlap; the last one is final.

    ``after`` is the last day that a report accounts for already: periods follow it.
    """
    first = after + timedelta(days=1) if after else starts
    found: list[Period] = []
    for last in _ends(starts, ends, rhythm.every_months, pauses):
        if last < first:
            continue
        is_final = last == ends
        found.append(Period(first, last, rhythm.due(last, is_final=is_final), is_final))
        first = last + timedelta(days=1)
    return found


def _ends(starts: date, ends: date, every: int, pauses: Sequence[Pause]) -> Iterator[date]:
    """The last day of each period."""
    if every > 0:
        number = 1
        while (last := _paused(_nth_end(starts, every, number), pauses)) <= ends - SHORTEST:
            yield last
            number += 1
    yield ends


def _nth_end(starts: date, every: int, number: int) -> date:
    return add_months(starts, every * number) - timedelta(days=1)


def _paused(last: date, pauses: Sequence[Pause]) -> date:
    """A period that was not over when a suspension came ends so much later."""
    for pause in sorted(pauses, key=lambda each: each.on):
        if last >= pause.on:
            last += timedelta(days=pause.days)
    return last
