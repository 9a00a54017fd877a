"""Whether it is a person's morning: their zone, their hour, their days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
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
        a night that skips the hour, the first instant after the gap counts.
        """
        local = now.astimezone(zone_or_utc(self.zone))
        weekday = local.weekday()
        if local.hour < self.hour or (self.weekdays_only and weekday > FRIDAY):
            return None
        if self.weekly and weekday != MONDAY:
            return None
        return local.date()

    def opens(self, day: date) -> datetime | None:
        """The first instant at which :meth:`morning` says that day; None if it never does."""
        begins = datetime.combine(day, time(self.hour), tzinfo=zone_or_utc(self.zone))
        # By way of UTC, an hour that the night skips becomes the first one after the gap.
        instant = begins.astimezone(UTC)
        return instant if self.morning(instant) == day else None


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
