"""What the clock on the wall shows, found by looking at it minute by minute.

The product goes from a wall time to an instant, by ``fold`` and the rules of ``datetime``.
Here only the other direction is used, from an instant to what the wall shows then, and every
answer is read off a list of minutes. So a wrong idea about gaps and overlaps cannot be in
both. All numbers are minutes since 1970 in UTC; days are proleptic ordinals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1).toordinal()
DAY = 1440


def minute_of(instant: datetime) -> int:
    """The minute an instant lies in."""
    return int((instant - EPOCH).total_seconds() // 60)


def instant_of(minute: int) -> datetime:
    """The instant at which a minute begins."""
    return EPOCH + timedelta(minutes=minute)


@dataclass
class Wall:
    """The clock of one zone from one minute to another."""

    zone: str
    first: int
    last: int
    # From which minute on the wall is how many minutes ahead of UTC.
    offsets: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        """Look at one minute a day, and between two that differ at as many as it takes."""
        self.offsets = [(self.first, self.shift(self.first))]
        for before in range(self.first, self.last, DAY):
            after = min(before + DAY, self.last)
            if self.shift(after) != self.offsets[-1][1]:
                self.offsets.append(self._turn(before, after))

    def _turn(self, before: int, after: int) -> tuple[int, int]:
        while after - before > 1:
            middle = (before + after) // 2
            if self.shift(middle) == self.offsets[-1][1]:
                before = middle
            else:
                after = middle
        return after, self.shift(after)

    def shift(self, minute: int) -> int:
        """How far ahead of UTC the wall is."""
        offset = instant_of(minute).astimezone(ZoneInfo(self.zone)).utcoffset()
        assert offset is not None
        return int(offset.total_seconds()) // 60

    def every_minute(self) -> list[tuple[int, int]]:
        """The same list, by looking at each single minute: to show that nothing was overlooked."""
        found = [(self.first, self.shift(self.first))]
        for minute in range(self.first, self.last + 1):
            if (shift := self.shift(minute)) != found[-1][1]:
                found.append((minute, shift))
        return found

    def turns(self) -> list[int]:
        """The minutes at which the clock is set."""
        return [minute for minute, _ in self.offsets[1:]]

    def shown(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Minute by minute: the minute, the day on the wall, and the minute of that day."""
        ends = [*(minute for minute, _ in self.offsets[1:]), self.last + 1]
        for (begin, shift), end in zip(self.offsets, ends, strict=True):
            for minute in range(max(begin, first), min(end, last)):
                day, rest = divmod(minute + shift, DAY)
                yield minute, FIRST_DAY + day, rest


@dataclass
class Diary:
    """Some days of one wall, each minute read once; complete for the days inside."""

    # The first minute of each day, and of each hour on it, the first time it or a later one shows.
    hours: dict[int, list[int | None]] = field(default_factory=dict)
    # The first minute that belongs to a later day, however often the clock is set back.
    over: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, wall: Wall, first: int, last: int) -> Diary:
        """Read a stretch of minutes."""
        diary = cls()
        latest = 0
        for minute, day, rest in wall.shown(first, last):
            hours = diary.hours.setdefault(day, [None] * 24)
            for hour in range(rest // 60, -1, -1):
                if hours[hour] is not None:
                    break
                hours[hour] = minute
            if day > latest:
                for earlier in range(latest or day, day):
                    diary.over[earlier] = minute
                latest = day
        return diary

    def days(self) -> list[int]:
        """The days that were seen from their first minute to their last."""
        return sorted(self.hours)[1:-1]

    def opening(self, day: int, hour: int) -> int | None:
        """The first minute of a day at which its hour has come.

        Where the night skips the rest of the day from that hour on, it is the first minute
        after the gap, which is the next day's. A day that never shows has no opening.
        """
        if day not in self.hours:
            return None
        seen = self.hours[day][hour]
        return self.over[day] if seen is None else seen

    def closing(self, day: int, hour: int) -> int:
        """The minute from which the day's mail is no longer sent: it would be the next day's."""
        following = min(later for later in self.hours if later > day)
        if self.hours[day][hour] is None:
            opens = self.opening(following, hour)
            assert opens is not None
            return opens
        return self.over[day]


def pairs(minutes: list[int], apart: int) -> bool:
    """Whether any two neighbours are that far apart: what one look a day takes for granted."""
    return all(later - earlier > apart for earlier, later in pairwise(minutes))
