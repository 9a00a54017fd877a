"""From recognised tables to what the plan should be, whichever order the files come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from milestones.importing.headings import EFFORT, PACKAGES, PARTNERS
from milestones.importing.read_effort import Cells, read_effort
from milestones.importing.read_items import read_items
from milestones.importing.read_packages import read_packages, take_participants
from milestones.importing.read_partners import read_partners
from milestones.importing.references import Directory, Known
from milestones.importing.rows import Row, Sheet
from milestones.services.plan_values import Plan, Record, Target
from networks.months import month_of


@dataclass
class Wanted:
    """The plan as the files say it should be."""

    sheets: list[Sheet] = field(default_factory=list)
    # Cells of the effort matrix that were spoken about, also those without a figure.
    cells: Cells = frozenset()

    @property
    def taken(self) -> list[tuple[Row, Record]]:
        """Every record, and the row it came from."""
        return [pair for sheet in self.sheets for pair in sheet.taken]

    def has(self, kind: str) -> bool:
        """Whether a table of that kind was handed in."""
        return any(sheet.layout.kind == kind for sheet in self.sheets)

    def last_month(self) -> int | None:
        """The last month in which a work package ends or a thing is due.

        Real plans have things due after their last work package has ended.
        """
        months = [
            month
            for _, record in self.taken
            for name in ("end_month", "due_month")
            if isinstance(month := record.values.get(name), int)
        ]
        return max(months, default=None)


def assemble(sheets: Sequence[Sheet], plan: Plan) -> Wanted:
    """Read all tables, those first that others refer to."""
    known = Directory()
    participants = []
    cells: set[tuple[str, str]] = set()
    for sheet in _of_kind(sheets, PARTNERS):
        known.add_partners(read_partners(sheet, plan))
    known.add_partners(_partners_of(plan))
    for sheet in _of_kind(sheets, PACKAGES):
        participants += read_packages(sheet, known)
    known.add_packages(plan.rows[Target.WORK_PACKAGE])
    for sheet in _of_kind(sheets, EFFORT):
        cells |= read_effort(sheet, known, plan)
    take_participants(participants, frozenset(cells))
    for sheet in sheets:
        if sheet.layout.kind not in (PARTNERS, PACKAGES, EFFORT):
            read_items(sheet, known)
    wanted = Wanted(list(sheets), frozenset(cells))
    _refuse_doubles(wanted)
    return wanted


def warn_after_end(wanted: Wanted, starts: date, ends: date) -> None:
    """What is due after the end may be meant so (a final report): tell, do not refuse."""
    last = month_of(starts, ends)
    for row, record in wanted.taken:
        month, due = record.values.get("due_month"), record.values.get("due_date")
        late = isinstance(month, int) and month > last
        if late or (isinstance(due, str) and due > ends.isoformat()):
            row.warn("due", f"is after the end of the project ({ends}, month {last})")


def _of_kind(sheets: Sequence[Sheet], kind: str) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.layout.kind == kind]


def _partners_of(plan: Plan) -> list[Known]:
    return [
        Known(key, row.number, row.short_name, row.organisation.name, row.kind)
        for key, row in plan.rows[Target.PARTNER].items()
    ]


def _refuse_doubles(wanted: Wanted) -> None:
    """One thing in two files; within one table the number has been checked already."""
    first: dict[tuple[str, str], Row] = {}
    for row, record in wanted.taken:
        other = first.setdefault((record.kind, record.key), row)
        if other is not row and other.sheet is not row.sheet:
            row.refuse(
                "code",
                f"“{record.key}” is in {other.sheet.name}, row {other.number}, already.",
                "Keep it in one of the two tables.",
            )
