"""What the files would change in the plan as it stands: added, changed, dropped, missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from milestones.importing.assembling import Wanted
from milestones.importing.headings import DELIVERABLES, MILESTONES, PACKAGES, PARTNERS, RISKS
from milestones.importing.report import Difference, ImportReport
from milestones.importing.rows import Row
from milestones.models import AmendmentChange
from milestones.services import NewChange
from milestones.services.amendment_checks import DATES
from milestones.services.plan_rows import due_date_of
from milestones.services.plan_values import (
    ITEM_KINDS,
    LISTS,
    Plan,
    Record,
    Target,
    effort_key,
)

Action = AmendmentChange.Action
_TABLE_OF = {
    Target.PARTNER: PARTNERS,
    Target.WORK_PACKAGE: PACKAGES,
    Target.MILESTONE: MILESTONES,
    Target.DELIVERABLE: DELIVERABLES,
    Target.RISK: RISKS,
}


def find_changes(plan: Plan, wanted: Wanted, report: ImportReport) -> list[NewChange]:
    """Every change, in the order of the files; each row's outcome goes to the report."""
    changes: list[NewChange] = []
    outcomes: dict[tuple[str, str], str] = {}
    for row, record in wanted.taken:
        found = _changes_of(plan, row, record)
        changes += found
        kinds = {change.action for change in found}
        outcomes[record.kind, record.key] = (
            "created" if Action.ADD in kinds else "changed" if kinds else "unchanged"
        )
    changes += _dropped_effort(plan, wanted, outcomes)
    changes += _absent(plan, wanted, report)
    _account(wanted, outcomes)
    return changes


def describe(plan: Plan, changes: Iterable[NewChange]) -> list[Difference]:
    """The changes in words: thing, field, old, new."""
    lines = []
    for change in changes:
        thing = f"{Target(change.target_kind).label} {change.target}"
        if change.action == Action.CHANGE:
            old = plan.values(change.target_kind, change.target)[change.field]
            field = change.field.replace("_", " ")
            new = _words(plan, change.field, change.new)
            lines.append(Difference(thing, "change", field, _words(plan, change.field, old), new))
        else:
            new = change.new.get("title", "") if isinstance(change.new, dict) else ""
            lines.append(Difference(thing, change.action, new=new))
    return lines


def _changes_of(plan: Plan, row: Row, record: Record) -> list[NewChange]:
    kind, key = record.kind, record.key
    if not plan.has(kind, key):
        return [NewChange(Action.ADD, kind, key, new=record.values)]
    present = plan.values(kind, key)
    item = plan.row(kind, key) if kind in ITEM_KINDS else None
    if item is not None and item.state == item.ENDED_STATE:
        row.warn("code", "was ended by an amendment and stays so: its number is not used again")
        return []
    changes = [
        NewChange(Action.CHANGE, kind, key, name, value, present[name])
        for name, value in record.values.items()
        if _differs(name, present[name], value)
    ]
    if item is not None and not item.is_open and any(c.field in DATES for c in changes):
        row.refuse(
            "due",
            f"It is {str(item.get_state_display()).lower()}: its due date moves only while it "
            "is open.",
            f"Write what was agreed: {_words(plan, 'due_month', item.due_month)}.",
        )
    return changes


def _differs(name: str, old: Any, new: Any) -> bool:
    if name in LISTS:
        return set(old) != set(new)
    if name == "organisation":
        # An empty country says nothing; capitals are no change of an organisation.
        same_place = not new["country"] or new["country"] == old["country"]
        return not (same_place and new["name"].casefold() == old["name"].casefold())
    return bool(old != new)


def _words(plan: Plan, field: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return f"{value['name']} ({value['country'] or 'country not known'})"
    if field == "due_month" and isinstance(value, int):
        return f"M{value} ({due_date_of(plan.network, value)})"
    return "" if value is None else str(value)


def _dropped_effort(
    plan: Plan, wanted: Wanted, outcomes: dict[tuple[str, str], str]
) -> list[NewChange]:
    """A figure of the plan whose cell is zero or empty now."""
    keys = [effort_key(*cell) for cell in sorted(wanted.cells)]
    gone = [k for k in keys if plan.has(Target.EFFORT, k) and (Target.EFFORT, k) not in outcomes]
    return [NewChange(Action.DROP, Target.EFFORT, key) for key in gone]


def _absent(plan: Plan, wanted: Wanted, report: ImportReport) -> list[NewChange]:
    """Open milestones and deliverables are dropped by the amendment; the rest is only told."""
    named = {(record.kind, record.key) for _, record in wanted.taken}
    changes = []
    for kind, table in _TABLE_OF.items():
        if not wanted.has(table):
            continue
        for key, row in plan.rows[kind].items():
            if (kind, key) in named or _is_apart(kind, row):
                continue
            if kind in ITEM_KINDS and row.is_open:
                changes.append(NewChange(Action.DROP, kind, key))
            else:
                report.missing.append(f"{Target(kind).label} {key}")
    return changes


def _is_apart(kind: str, row: Any) -> bool:
    """Things that such a table does not list anyway."""
    if kind == Target.PARTNER:
        return row.kind in ("affiliated", "funder")
    if kind == Target.RISK:
        return not row.foreseen or row.closed_on is not None
    return kind in ITEM_KINDS and row.state == row.ENDED_STATE


def _account(wanted: Wanted, outcomes: dict[tuple[str, str], str]) -> None:
    """Say of every row what became of it."""
    for sheet in wanted.sheets:
        for row in sheet.rows:
            if row.number in sheet.file_report.skipped:
                continue
            found = {outcomes.get(record, "unchanged") for record in row.records}
            ranked = ("created", "changed", "unchanged")
            outcome = next((name for name in ranked if name in found), "unchanged")
            sheet.file_report.outcomes[row.number] = "refused" if row.is_refused else outcome
