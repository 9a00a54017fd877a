"""The stretch of time a report looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from networks.clock import Today
from networks.models import Network
from reports.models import ProgressReport


@dataclass(frozen=True)
class Window:
    """From the cut-off of the report before to this one's, by the network's calendar."""

    report: ProgressReport
    # Until when reasons and comments that explain the facts are read.
    at: datetime
    # The cut-off of the report before; None for the first one.
    since: date | None

    @classmethod
    def of(cls, report: ProgressReport, at: datetime) -> Window:
        """The window of a report. One query."""
        before = ProgressReport.objects.filter(network_id=report.network_id)
        before = before.filter(number__lt=report.number).exclude(state="waived")
        since = before.order_by("-number").values_list("cut_off", flat=True).first()
        return cls(report, at, since)

    @property
    def network(self) -> Network:
        """Whose report it is."""
        return self.report.network

    @property
    def until(self) -> date:
        """The last day that counts."""
        return self.report.cut_off

    @property
    def first_day(self) -> date:
        """The first day that the report before did not count."""
        return self.since + timedelta(days=1) if self.since else self.network.starts

    @property
    def start(self) -> datetime | None:
        """The first instant after the report before."""
        return self.end_of(self.since) if self.since else None

    @property
    def end(self) -> datetime:
        """The first instant that does not count any more."""
        return self.end_of(self.until)

    def end_of(self, day: date) -> datetime:
        """The first instant after a day, where the network is."""
        return Today.everywhere(day).end_of_day(self.network.time_zone)

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in the window."""
        return day is not None and self.first_day <= day <= self.until

    def joined(self, day: date | None) -> bool:
        """Whether somebody came in the window: who was there from the start did not."""
        return self.holds(day) and day is not None and day > self.network.starts

    def day_of(self, instant: datetime) -> date:
        """The date of an instant where the network is."""
        return Today.at(instant).in_zone(self.network.time_zone)
