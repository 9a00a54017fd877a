"""The table of work packages (WT1): leads, months, person-months, participants."""

from __future__ import annotations

import re
from decimal import Decimal

from milestones.importing.limits import MAX_PACKAGES
from milestones.importing.references import ALL, NONE, Directory, package_code, plain_dashes
from milestones.importing.rows import Row, Sheet
from milestones.services.plan_values import Record, Target, effort_key, plain

_TOTAL = re.compile(r"^(grand |sub)?total\b", re.IGNORECASE)


def read_packages(sheet: Sheet, known: Directory) -> list[tuple[Row, str, list[str]]]:
    """Take each work package; return whom it names as participants, for the effort."""
    if sheet.is_too_long(MAX_PACKAGES):
        return []
    seen: dict[str, int] = {}
    participants = []
    totals: list[Row] = []
    known.add_packages(
        package_code(row.text("code")) for row in sheet.rows if row.text("code") and not _total(row)
    )
    for row in sheet.rows:
        if _total(row):
            row.skip("total")
            totals.append(row)
            continue
        code = package_code(row.required("code", "number of the work package"))
        check_number(row, code, seen)
        _read(row, code, known)
        participants.append((row, code, _participants(row, known)))
    for row in totals:
        _check_total(row, sheet)
    return participants


def check_number(row: Row, code: str, seen: dict[str, int]) -> None:
    """A number is given once in a table; it is text, so 1.10 is not 1.1."""
    first = seen.setdefault(code, row.number)
    if code and first != row.number:
        row.refuse("code", f"Row {first} has this number already.", "Give each its own number.")


def read_lead(row: Row, known: Directory) -> list[str]:
    """The partners that lead: the first leads, the others contribute."""
    leads = []
    for text, found in known.partners_in(row.text("lead")):
        if found is None:
            row.refuse(
                "lead",
                f"There is no partner “{text[:60]}”.",
                f"Write a number or short name of the table of partners: {_some(known)}.",
            )
        else:
            if found.guessed:
                row.warn("lead", f"was read as {found.key}")
            leads.append(found.key)
    return list(dict.fromkeys(leads))


def take_participants(
    participants: list[tuple[Row, str, list[str]]], with_figures: frozenset[tuple[str, str]]
) -> None:
    """Effort without a figure, where a plan names who takes part but not how much."""
    for row, package, partners in participants:
        for partner in partners:
            if (package, partner) not in with_figures and not row.is_refused:
                key = effort_key(package, partner)
                row.sheet.take(row, Record(Target.EFFORT, key, {}))


def _some(known: Directory) -> str:
    names = [partner.short_name for partner in known.partners]
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "") if names else "there is none"


def _total(row: Row) -> bool:
    cells = [row.text(name) for name in ("code", "title", "lead")]
    return any(_TOTAL.match(cell) for cell in cells) and not re.search(r"\d", cells[0])


def _read(row: Row, code: str, known: Directory) -> None:
    leads = read_lead(row, known)
    values: dict[str, object] = {"title": row.required("title", "title")}
    if row.sheet.has("lead"):
        values["lead_partner"] = leads[0] if leads else None
    for name in ("start_month", "end_month"):
        if row.sheet.has(name):
            values[name] = row.month(name)
    if row.sheet.has("person_months"):
        values["person_months"] = plain(row.amount("person_months"))
    for name in ("objectives", "description"):
        if row.sheet.has(name):
            values[name] = row.text(name, lines=True)
    start, end = values.get("start_month"), values.get("end_month")
    if isinstance(start, int) and isinstance(end, int) and end < start:
        row.refuse("end_month", "It ends before it starts.", "Correct one of the two months.")
    row.record(Target.WORK_PACKAGE, code, values, {"lead_partner": "lead"})


def _participants(row: Row, known: Directory) -> list[str]:
    text = row.text("participants")
    if text.lower() in ALL:
        return [partner.key for partner in known.partners if partner.kind != "funder"]
    if plain_dashes(text).lower() in NONE:
        return []
    found = []
    for name, partner in known.partners_in(text):
        if partner is None:
            row.warn(
                "participants",
                "names a participant that is not in the table of partners: left out",
                name,
            )
            continue
        if partner.guessed:
            row.warn("participants", f"was read as {partner.key}", name)
        found.append(partner.key)
    return list(dict.fromkeys(found))


def _check_total(row: Row, sheet: Sheet) -> None:
    stated = row.amount("person_months")
    amounts = [
        record.values.get("person_months")
        for _, record in sheet.taken
        if record.kind == Target.WORK_PACKAGE
    ]
    total = sum((Decimal(str(amount)) for amount in amounts if amount), Decimal())
    if stated is not None and stated != total:
        row.warn("person_months", f"is not the sum of the rows above, which is {plain(total)}")
