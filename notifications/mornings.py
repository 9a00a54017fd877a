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
        a night that skips the hour, the first instant after the gap counts.
        """
        local = now.astimezone(zone_or_utc(self.zone))
        if local.hour < self.hour or not self.serves(local.date()):
            return None
        return local.date()

    def opens(self, day: date) -> datetime | None:
        """The first instant at which :meth:`morning` says that day; None if it never does."""
        begins = datetime.combine(day, time(self.hour), tzinfo=zone_or_utc(self.zone))
        # By way of UTC, an hour that the night skips becomes the first one after the gap.
        instant = begins.astimezone(UTC)
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
