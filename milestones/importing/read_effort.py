"""The effort matrix (WT6): partners down, work packages across, totals at the edges."""

from __future__ import annotations

import re
from decimal import Decimal

from milestones.importing.references import Directory, Found, Known
from milestones.importing.report import Problem
from milestones.importing.rows import Row, Sheet
from milestones.services.plan_values import Plan, Record, Target, effort_key, plain

# A linked third party stands below its partner, after a dot and without a number.
_LINKED = re.compile(r"^[·•‧∙]\s*(.+)$")
_TOTAL = re.compile(r"^(grand |sub)?total\b", re.IGNORECASE)
Cells = frozenset[tuple[str, str]]


def read_effort(sheet: Sheet, known: Directory, plan: Plan) -> Cells:
    """Take each figure above zero; return which cells the matrix speaks about.

    A zero means that the partner does not take part: no row, and no effort that would be
    left from an older plan.
    """
    _check_packages(sheet, known)
    seen: dict[str, int] = {}
    sums: dict[int, Decimal] = dict.fromkeys(sheet.layout.packages, Decimal())
    cells: set[tuple[str, str]] = set()
    above: Known | None = None
    for row in sheet.rows:
        if _TOTAL.match(row.text("partner")):
            row.skip("total")
            _check_column_totals(row, sums)
            continue
        partner = _partner(row, known, plan, above)
        if partner is None:
            continue
        first = seen.setdefault(partner.key, row.number)
        if first != row.number:
            row.refuse("partner", f"Row {first} is about it already.", "Put both rows into one.")
        if not _LINKED.match(row.text("partner")):
            above = partner
        cells |= _take_row(row, partner, sums)
    return frozenset(cells)


def _check_packages(sheet: Sheet, known: Directory) -> None:
    for column, code in list(sheet.layout.packages.items()):
        if code not in known.packages:
            wrong = f"There is no work package “{code}”."
            mend = "Give it a row in the table of work packages, or take this column out."
            problem = Problem(
                sheet.name,
                wrong,
                mend,
                sheet.layout.heading_row + 1,
                sheet.headings[column],
                sheet.headings[column],
            )
            sheet.report.refuse(problem)
            del sheet.layout.packages[column]


def _partner(row: Row, known: Directory, plan: Plan, above: Known | None) -> Known | None:
    text = row.required("partner", "partner")
    linked = _LINKED.match(text)
    if linked:
        return _linked(row, known, plan, linked.group(1).strip(), above)
    found = known.partner(text)
    if found is None:
        if text:
            mend = "Write a number and short name of the table of partners."
            row.refuse("partner", "There is no such partner.", mend)
        return None
    if found.guessed:
        row.warn("partner", f"was read as {found.key}")
    return _known(known, found)


def _linked(row: Row, known: Directory, plan: Plan, name: str, above: Known | None) -> Known | None:
    found = known.partner(name)
    if found and not found.guessed and not _made_here(plan, found):
        return _known(known, found)
    if above is None:
        row.refuse(
            "partner", "There is no partner above it to be linked to.", "Move it below its partner."
        )
        return None
    partner = Known(name, "", name, name, "affiliated")
    row.warn(
        "partner", f"was taken as an affiliated entity of {above.key}; its country is not known"
    )
    values: dict[str, object] = {
        "organisation": {"name": name, "country": ""},
        "kind": "affiliated",
        "short_name": name,
        "affiliated_to": above.key,
    }
    row.record(Target.PARTNER, name, values, {"short_name": "partner"})
    known.add_partners([partner])
    return partner


def _made_here(plan: Plan, found: Found) -> bool:
    """A linked party that an earlier import made is read again, not just referred to."""
    partner = plan.rows[Target.PARTNER].get(found.key)
    return partner is not None and partner.kind == "affiliated" and not partner.number


def _known(known: Directory, found: Found) -> Known:
    return next(partner for partner in known.partners if partner.key == found.key)


def _take_row(row: Row, partner: Known, sums: dict[int, Decimal]) -> set[tuple[str, str]]:
    total = Decimal()
    cells: set[tuple[str, str]] = set()
    for column, package in row.sheet.layout.packages.items():
        amount = row.amount("", column)
        cells.add((package, partner.key))
        if amount:
            total += amount
            sums[column] += amount
            key = effort_key(package, partner.key)
            row.sheet.take(row, Record(Target.EFFORT, key, {"person_months": plain(amount)}))
    stated = row.amount("total") if row.sheet.has("total") else None
    if stated is not None and stated != total:
        row.warn("total", f"is not the sum of its row, which is {plain(total)}")
    return cells


def _check_column_totals(row: Row, sums: dict[int, Decimal]) -> None:
    for column, total in sums.items():
        stated = row.amount("", column)
        if stated is not None and stated != total:
            row.sheet.report.warn(
                row.sheet.name,
                f"is not the sum of its column, which is {plain(total)}",
                row=row.number,
                column=row.sheet.headings[column],
                value=plain(stated),
            )
    overall = row.amount("total") if row.sheet.has("total") else None
    if overall is not None and overall != sum(sums.values()):
        row.warn("total", f"is not the sum of all figures, which is {plain(sum(sums.values()))}")
