"""Whether it is a person's morning: their zone, their hour, their days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from networks.models import User
from notifications.models import Preference

MONDAY, FRIDAY = 0, 4


@dataclass(frozen=True, slots=True)
class Habit:
    """When one person wishes to be written to."""

    zone: str = "UTC"
    hour: int = 8
    weekdays_only: bool = True
    weekly: bool = False

    def morning(self, now: datetime) -> date | None:
        """The local date whose morning mail may go out now, or None.

        From the chosen hour to the end of that day, so that a late run still serves it. In
        a night that skips the hour, the first instant after the gap counts: also where that
        is the next day's (23:00 in Nuuk, in March), up to the next day's own hour.
        """
        local = now.astimezone(zone_or_utc(self.zone))
        day = local.date()
        if local.hour < self.hour:
            day -= timedelta(days=1)
            if not self._is_cut_short(day):
                return None
        return day if self._serves(day) else None

    def opens(self, day: date) -> datetime | None:
        """The first instant at which :meth:`morning` says that day; None if it never does."""
        instant = self._strikes(day)
        return instant if self.morning(instant) == day else None

    def _serves(self, day: date) -> bool:
        """Whether a mail may go out on that day of the week."""
        weekday = day.weekday()
        if self.weekdays_only and weekday > FRIDAY:
            return False
        return not self.weekly or weekday == MONDAY

    def _is_cut_short(self, day: date) -> bool:
        """Whether a day ends, by a clock set forward, before its hour has come."""
        zone = zone_or_utc(self.zone)
        if shown_as(day, time(self.hour), zone).date() == day:
            return False
        # A day that the zone drops altogether has no morning at all.
        return shown_as(day, time.min, zone).date() == day

    def _strikes(self, day: date) -> datetime:
        """The first instant at which the hour has come on a day, or been skipped."""
        begins = datetime.combine(day, time(self.hour), tzinfo=zone_or_utc(self.zone))
        # Of an hour that comes twice the first one; in a gap, what the clock before it shows,
        # and what the clock after it does: it is set somewhere between the two.
        late = begins.astimezone(UTC)
        early = begins.replace(fold=1).astimezone(UTC)
        ahead = late.astimezone(begins.tzinfo).utcoffset()
        while late - early > timedelta.resolution:
            middle = early + (late - early) // 2
            if middle.astimezone(begins.tzinfo).utcoffset() == ahead:
                late = middle
            else:
                early = middle
        return late


def shown_as(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """What the wall shows when it should show this: the same, but in a gap."""
    return datetime.combine(day, hour, tzinfo=zone).astimezone(UTC).astimezone(zone)


def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of that name; a name this machine does not know must not stop the others."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def habits(people: Iterable[int]) -> dict[int, Habit]:
    """The habits of people with an open account, in one statement."""
    rows: Iterable[Any] = User.objects.filter(pk__in=list(people), is_active=True).values_list(
        "pk",
        "time_zone",
        "preference__digest_hour",
        "preference__weekdays_only",
        "preference__rhythm",
    )
    found = {}
    for pk, zone, hour, weekdays_only, rhythm in rows:
        if hour is None:
            found[pk] = Habit(zone)
        else:
            weekly = rhythm == Preference.Rhythm.WEEKLY
            found[pk] = Habit(zone, hour, weekdays_only, weekly)
    return found
