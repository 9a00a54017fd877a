"""What the status report says, as plain values that page, API and exports share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class ItemFigures:
    """Milestones, or deliverables, of one network or of all.

    The slip of a delayed item is its forecast minus its due date, in days; ``slip_sum``
    and ``slip_max`` range over the open items whose forecast is after their due date.
    """

    states: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    due_30: int = 0
    due_90: int = 0
    delayed: int = 0
    slip_sum: int = 0
    slip_max: int = 0

    @property
    def total(self) -> int:
        """All items, in whatever state."""
        return sum(self.states.values())

    @property
    def slip_mean(self) -> float | None:
        """The mean slip of the delayed items, in days; None when none is delayed."""
        return round(self.slip_sum / self.delayed, 1) if self.delayed else None

    def __add__(self, other: ItemFigures) -> ItemFigures:
        names = [*self.states, *(name for name in other.states if name not in self.states)]
        return ItemFigures(
            {name: self.states.get(name, 0) + other.states.get(name, 0) for name in names},
            self.overdue + other.overdue,
            self.due_30 + other.due_30,
            self.due_90 + other.due_90,
            self.delayed + other.delayed,
            self.slip_sum + other.slip_sum,
            max(self.slip_max, other.slip_max),
        )


@dataclass(frozen=True)
class RiskFigures:
    """Risks still watched; of these, the high ones and those that have come true."""

    open: int = 0
    high: int = 0
    materialised: int = 0

    def __add__(self, other: RiskFigures) -> RiskFigures:
        return RiskFigures(
            self.open + other.open,
            self.high + other.high,
            self.materialised + other.materialised,
        )


@dataclass(frozen=True)
class Figures:
    """Everything that is counted, for one network or for all."""

    milestones: ItemFigures = ItemFigures()
    deliverables: ItemFigures = ItemFigures()
    risks: RiskFigures = RiskFigures()
    open_amendments: int = 0
    last_update_at: datetime | None = None

    @property
    def items(self) -> ItemFigures:
        """Milestones and deliverables together (their states are named differently)."""
        return self.milestones + self.deliverables

    def __add__(self, other: Figures) -> Figures:
        updates = [at for at in (self.last_update_at, other.last_update_at) if at is not None]
        return Figures(
            self.milestones + other.milestones,
            self.deliverables + other.deliverables,
            self.risks + other.risks,
            self.open_amendments + other.open_amendments,
            max(updates, default=None),
        )

    @staticmethod
    def total(start: Figures, parts: Iterable[Figures]) -> Figures:
        """The sum over several networks; ``start`` names the states, should there be none."""
        return sum(parts, start)


@dataclass(frozen=True)
class NetworkStatus:
    """One line of the report. State, dates and lead are those of today."""

    id: int
    reference: str
    acronym: str
    title: str
    programme_id: int
    programme: str
    programme_name: str
    state: str
    starts: date
    ends: date
    time_zone: str
    lead_organisation: str
    lead_country: str
    figures: Figures


@dataclass(frozen=True)
class StatusReport:
    """The report: one page of networks, and the totals over all pages."""

    generated_at: datetime
    as_of: date
    scope: str
    count: int
    page: int
    pages: int
    totals: Figures
    networks: list[NetworkStatus]
