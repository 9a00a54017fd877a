"""What a plan looks like before it is written to the database: heads and text tables."""

from dataclasses import dataclass
from datetime import date, timedelta

from networks.months import month_end


@dataclass(frozen=True)
class Plan:
    """One award as the data modules describe it; the tables are parsed by the builder."""

    reference: str
    acronym: str
    title: str
    months_ago: int
    months: int
    time_zone: str
    amount: int
    summary: str
    partners: str
    team: str
    packages: str
    milestones: str
    deliverables: str
    risks: str = ""
    effort: str = ""
    reviews: str = ""
    predecessor: str = ""
    state: str = "active"


@dataclass(frozen=True)
class Due:
    """A due month of the plan (``M18``), or a day counted from today (``T-3``)."""

    month: int | None
    days: int

    @classmethod
    def parse(cls, text: str) -> "Due":
        """Read ``M18`` or ``T-3``."""
        number = int(text[1:])
        return cls(number, 0) if text[0] == "M" else cls(None, number)

    def on(self, starts: date, today: date) -> date:
        """The date it means for a network that started on a day."""
        if self.month is not None:
            return month_end(starts, self.month)
        return today + timedelta(days=self.days)
