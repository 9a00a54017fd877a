"""The tables of deliverables (WT2), milestones (WT4), risks (WT5) and reviews (WT7)."""

from __future__ import annotations

import re
from collections.abc import Callable

from milestones.importing.codes import LEVELS, RISK_LEVELS, TYPES
from milestones.importing.headings import DELIVERABLES, MILESTONES, REVIEWS, RISKS
from milestones.importing.read_packages import check_number, read_lead
from milestones.importing.references import Directory
from milestones.importing.rows import Row, Sheet
from milestones.services.plan_values import Target

_NAMES = {
    "lead_partner": "lead",
    "contributors": "lead",
    "work_packages": "packages",
    "work_package": "package",
    "dissemination_level": "level",
    "means_of_verification": "means",
    "is_gate": "gate",
    "due_month": "due",
    "due_date": "due",
}
_OF_PACKAGE = re.compile(r"^D\s?(\d+)\.")


def read_items(sheet: Sheet, known: Directory) -> None:
    """Take each row of one of the four tables."""
    seen: dict[str, int] = {}
    kind, read = _READERS[sheet.layout.kind]
    for row in sheet.rows:
        code = re.sub(r"\s+", "", row.required("code", "number"))
        check_number(row, code, seen)
        row.record(kind, code, read(row, known), _NAMES)


def _deliverable(row: Row, known: Directory) -> dict[str, object]:
    values = _common(row, read_lead(row, known))
    packages = _packages(row, known, "package")
    if not row.sheet.has("package"):
        packages = _package_of_code(row, known)
    if len(packages) > 1:
        row.warn("package", f"names several work packages: taken under {packages[0]}")
    if packages or row.sheet.has("package"):
        values["work_package"] = packages[0] if packages else None
    if row.sheet.has("type"):
        values["type"] = row.code("type", TYPES, "OTHER", "type")
    if row.sheet.has("level"):
        # What has no level is closed: sensitive opens to insiders and panel only.
        values["dissemination_level"] = row.code("level", LEVELS, "SEN", "dissemination level")
    return values


def _package_of_code(row: Row, known: Directory) -> list[str]:
    """Deliverables are numbered after their work package: D2.4 belongs to WP2."""
    found = _OF_PACKAGE.match(row.text("code"))
    code = f"WP{found.group(1)}" if found else ""
    return [code] if code in known.packages else []


def _milestone(row: Row, known: Directory) -> dict[str, object]:
    leads = read_lead(row, known)
    values = _common(row, leads)
    if row.sheet.has("lead"):
        values["contributors"] = leads[1:]
    if row.sheet.has("packages"):
        values["work_packages"] = _packages(row, known, "packages")
    if row.sheet.has("means"):
        values["means_of_verification"] = row.text("means", lines=True)
    if row.sheet.has("gate"):
        values["is_gate"] = row.yes("gate")
    return values


def _common(row: Row, leads: list[str]) -> dict[str, object]:
    values: dict[str, object] = {"title": row.required("title", "title")}
    if row.sheet.has("description"):
        values["description"] = row.text("description", lines=True)
    if row.sheet.has("lead"):
        values["lead_partner"] = leads[0] if leads else None
    return values | row.due("due")


def _packages(row: Row, known: Directory, name: str) -> list[str]:
    found = []
    for text, code in known.packages_in(row.text(name)):
        if code is None:
            known_ones = ", ".join(known.packages[:20]) or "none"
            row.refuse(
                name,
                f"There is no work package “{text[:60]}”.",
                f"Write one that the table of work packages has: {known_ones}.",
            )
        else:
            found.append(code)
    return found


def _risk(row: Row, known: Directory) -> dict[str, object]:
    text = row.text("description", lines=True)
    if not text:
        row.required("description", "description of the risk")
    values: dict[str, object] = {"description": text}
    if row.sheet.has("packages"):
        values["work_packages"] = _packages(row, known, "packages")
    for name in ("likelihood", "severity"):
        if row.sheet.has(name):
            values[name] = row.code(name, RISK_LEVELS, "", name) if row.text(name) else ""
    if row.sheet.has("mitigation"):
        values["mitigation"] = row.text("mitigation", lines=True)
    return values


def _review(row: Row, known: Directory) -> dict[str, object]:
    values: dict[str, object] = {}
    if row.sheet.has("venue"):
        values["venue"] = row.text("venue")
    if row.sheet.has("comment"):
        values["comment"] = row.text("comment", lines=True)
    return values | row.due("due")


_READERS: dict[str, tuple[str, Callable[[Row, Directory], dict[str, object]]]] = {
    DELIVERABLES: (Target.DELIVERABLE, _deliverable),
    MILESTONES: (Target.MILESTONE, _milestone),
    RISKS: (Target.RISK, _risk),
    REVIEWS: (Target.PLANNED_REVIEW, _review),
}
