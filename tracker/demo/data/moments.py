"""Days and hours of the demo's past, counted from today and always before now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from networks.clock import Today


@dataclass(frozen=True)
class Moments:
    """The demo's clock: ``now`` is when the data are made, or noon of a given day."""

    now: datetime
    rng: Random

    def today(self, zone: str) -> date:
        """The date in a network's own zone."""
        return Today.at(self.now).in_zone(zone)

    def at(self, day: date, zone: str) -> datetime:
        """Some moment of a working day in a person's zone: weekends move to the Friday."""
        back = max(0, day.weekday() - 4)
        hour = time(self.rng.randint(8, 17), self.rng.randint(0, 59), self.rng.randint(0, 59))
        moment = datetime.combine(day - timedelta(days=back), hour, tzinfo=ZoneInfo(zone))
        return min(moment, self.latest())

    def latest(self) -> datetime:
        """Up to some hours ago, so that nothing of the demo lies in the future."""
        return self.now - timedelta(minutes=self.rng.randint(90, 240))
