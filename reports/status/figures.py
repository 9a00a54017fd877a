"""What the status report says, as plain values that page, API and exports share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class ItemFigures:
    """Milestones, or deliverables, of one network, of one group or of all.

    The slip of a delayed item is its forecast minus its due date, in days; ``slip_sum``
    and ``slip_max`` range over the open items whose forecast is after their due date.
    ``slips`` holds, in order, the days by which every late item is late: of these open
    items by their forecast, of what was handed in after its due date by the day it was.
    Kept whole, so that the middle of several groups together is exact.
    """

    states: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    overdue_1_30: int = 0
    overdue_31_90: int = 0
    overdue_91: int = 0
    due_30: int = 0
    due_90: int = 0
    delayed: int = 0
    on_time: int = 0
    late: int = 0
    slip_sum: int = 0
    slip_max: int = 0
    slips: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        """All items, in whatever state."""
        return sum(self.states.values())

    @property
    def slip_mean(self) -> float | None:
        """The mean slip of the delayed items, in days; None when none is delayed."""
        return round(self.slip_sum / self.delayed, 1) if self.delayed else None

    @property
    def slip_median(self) -> float | None:
        """Half of the late items are late by so many days or more; None when none is late."""
        return percentile(self.slips, 0.5)

    @property
    def slip_p90(self) -> float | None:
        """One late item in ten is late by so many days or more; None when none is late."""
        return percentile(self.slips, 0.9)

    @classmethod
    def sum(cls, parts: Sequence[ItemFigures]) -> ItemFigures:
        """All of them together."""
        states: dict[str, int] = {}
        slips: list[int] = []
        for part in parts:
            slips += part.slips
            for state, count in part.states.items():
                states[state] = states.get(state, 0) + count
        added = {name: sum(getattr(part, name) for part in parts) for name in _ADDED}
        most = max((part.slip_max for part in parts), default=0)
        return cls(states=states, slip_max=most, slips=tuple(sorted(slips)), **added)


_ADDED = (
    "overdue",
    "overdue_1_30",
    "overdue_31_90",
    "overdue_91",
    "due_30",
    "due_90",
    "delayed",
    "on_time",
    "late",
    "slip_sum",
)


def percentile(values: Sequence[int], share: float) -> float | None:
    """As PostgreSQL's ``percentile_cont``, over values in order; None of nothing."""
    if not values:
        return None
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return round(values[below] + (place - below) * (values[above] - values[below]), 1)


@dataclass(frozen=True)
class RiskFigures:
    """Risks still watched; of these, the high ones and those that have come true."""

    open: int = 0
    high: int = 0
    materialised: int = 0

    @classmethod
    def sum(cls, parts: Sequence[RiskFigures]) -> RiskFigures:
        """All of them together."""
        return cls(
            sum(part.open for part in parts),
            sum(part.high for part in parts),
            sum(part.materialised for part in parts),
        )


@dataclass(frozen=True)
class CommitteeFigures:
    """Reports and reviews under way, decisions to be taken, conditions not yet met."""

    reports: int = 0
    reviews: int = 0
    decisions: int = 0
    conditions: int = 0

    @classmethod
    def sum(cls, parts: Sequence[CommitteeFigures]) -> CommitteeFigures:
        """All of them together."""
        return cls(
            sum(part.reports for part in parts),
            sum(part.reviews for part in parts),
            sum(part.decisions for part in parts),
            sum(part.conditions for part in parts),
        )


@dataclass(frozen=True)
class Figures:
    """Everything that is counted, for one network, for one group or for all."""

    milestones: ItemFigures = ItemFigures()
    deliverables: ItemFigures = ItemFigures()
    risks: RiskFigures = RiskFigures()
    open_amendments: int = 0
    last_update_at: datetime | None = None
    committee: CommitteeFigures = CommitteeFigures()

    @property
    def items(self) -> ItemFigures:
        """Milestones and deliverables together (their states are named differently)."""
        return ItemFigures.sum([self.milestones, self.deliverables])

    @staticmethod
    def total(start: Figures, others: Iterable[Figures]) -> Figures:
        """The sum over several; ``start`` names the states, should there be none."""
        parts = [start, *others]
        updates = [part.last_update_at for part in parts if part.last_update_at is not None]
        return Figures(
            ItemFigures.sum([part.milestones for part in parts]),
            ItemFigures.sum([part.deliverables for part in parts]),
            RiskFigures.sum([part.risks for part in parts]),
            sum(part.open_amendments for part in parts),
            max(updates, default=None),
            CommitteeFigures.sum([part.committee for part in parts]),
        )


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
class GroupStatus:
    """One line of the report by programme, country, organisation, funder or work package.

    ``key`` names it in addresses; empty for the networks that have none, such as those of
    which no funder is known.
    """

    key: str
    label: str
    note: str
    networks: int
    figures: Figures


@dataclass(frozen=True)
class StatusReport:
    """The report: one page of networks, or of groups, and the totals over all pages.

    A network of three countries counts under each of them; the totals count it once.
    """

    generated_at: datetime
    as_of: date
    scope: str
    group_by: str
    count: int
    page: int
    pages: int
    totals: Figures
    networks: list[NetworkStatus]
    groups: list[GroupStatus]
    # Networks over all pages, each once.
    network_count: int
