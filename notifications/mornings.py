"""Whether it is a person's morning: their zone, their hour, their days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from networks.models import User
from notifications.models import Preference
from notifications.public_holidays import is_day_off

# One weekday a week, and holidays on four of them in a row: nobody waits longer.
LONGEST_WAIT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Habit:
    """When one person wishes to be written to."""

    zone: str = "UTC"
    hour: int = 8
    # Days of the week by ISO 8601, Monday is 1.
    weekdays: str = Preference.MONDAY_TO_FRIDAY
    weekly: bool = False
    # Whose public holidays are kept free (``BE``, ``DE-BY``); empty: nobody's.
    holidays_of: str = ""

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
        return day if self.serves(day) else None

    def opens(self, day: date) -> datetime | None:
        """The first instant at which :meth:`morning` says that day; None if it never does."""
        instant = self._strikes(day)
        return instant if self.morning(instant) == day else None

    def takes(self, day: date) -> bool:
        """Whether it is one of the chosen weekdays, and no holiday to be kept free."""
        return str(day.isoweekday()) in self.weekdays and not is_day_off(self.holidays_of, day)

    def serves(self, day: date) -> bool:
        """Whether a mail may go out on that day: of a week's mail, only the first one taken.

        So Easter Monday moves a week's mail to Tuesday, and does not lose it.
        """
        if not self.takes(day):
            return False
        earlier = range(1, day.isoweekday() if self.weekly else 1)
        return not any(self.takes(day - timedelta(days=days)) for days in earlier)

    def next_after(self, now: datetime) -> datetime | None:
        """When the next morning begins; None where no day is ever taken."""
        first = now.astimezone(zone_or_utc(self.zone)).date()
        days = (first + timedelta(days=number) for number in range(LONGEST_WAIT.days))
        begins = (self.opens(day) for day in days)
        return next((at for at in begins if at is not None and at > now), None)

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
        "preference__weekdays",
        "preference__rhythm",
        "preference__holidays_of",
    )
    found = {}
    for pk, zone, hour, weekdays, rhythm, holidays_of in rows:
        if hour is None:
            found[pk] = Habit(zone)
        else:
            weekly = rhythm != Preference.Rhythm.DAILY
            found[pk] = Habit(zone, hour, weekdays, weekly, holidays_of)
    return found
