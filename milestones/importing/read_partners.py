"""The table of beneficiaries: organisations, and their part in the network."""

from __future__ import annotations

import re

from milestones.importing.countries import read_country
from milestones.importing.headings import plain_words
from milestones.importing.limits import MAX_PARTNERS
from milestones.importing.references import Known
from milestones.importing.rows import Row, Sheet
from milestones.services.plan_values import Plan, Target
from networks.models import Partner

_KINDS = {
    "coordinator": "coordinator",
    "beneficiary": "beneficiary",
    "participant": "beneficiary",
    "partner": "beneficiary",
    "affiliated entity": "affiliated",
    "affiliated partner": "affiliated",
    "linked third party": "affiliated",
    "third party": "affiliated",
    "thirdparty": "affiliated",
    "associated partner": "associated",
    "associatedpartner": "associated",
    "associated partner linked to beneficiary": "associated",
    "partner organisation": "associated",
    "funder": "funder",
    "funding body": "funder",
}


def read_partners(sheet: Sheet, plan: Plan) -> list[Known]:
    """Take each partner of the table, and return what cells may call them.

    A partner of the plan is recognised by its number, else by its short name, so that a
    new short name is a change and not another partner.
    """
    if sheet.is_too_long(MAX_PARTNERS):
        return []
    coordinators = {row.number for row in sheet.rows if _says_coordinator(row)}
    if not coordinators and sheet.rows:
        first = next((row for row in sheet.rows if row.text("number") == "1"), sheet.rows[0])
        coordinators = {first.number}
    known: list[Known] = []
    numbers: dict[str, int] = {}
    names: dict[str, int] = {}
    for row in sheet.rows:
        if re.match(r"^total\b", row.text("name"), re.IGNORECASE):
            row.skip("total")
            continue
        partner = _read(row, plan, row.number in coordinators)
        _check_unique(row, "number", partner.number, numbers)
        _check_unique(row, "short_name", partner.short_name, names)
        known.append(partner)
    return known


def _read(row: Row, plan: Plan, is_coordinator: bool) -> Known:
    name = row.required("name", "name of the organisation")
    number = row.text("number")
    short_name = row.text("short_name") or name[:60]
    key = _key_in(plan, number, short_name)
    kind = "coordinator" if is_coordinator else _kind(row)
    values: dict[str, object] = {
        "organisation": {"name": name[:300], "country": _country(row)},
        "number": number,
        "short_name": short_name,
    }
    # A table that does not tell the kind must not undo what the plan says of a partner.
    if row.sheet.has("category") or row.sheet.has("role") or not plan.has(Target.PARTNER, key):
        values["kind"] = kind
    for date_name in ("starts", "ends"):
        if row.sheet.has(date_name):
            day = row.date(date_name)
            values[date_name] = day.isoformat() if day else None
    _check_span(row, values)
    row.record(Target.PARTNER, key, values, {"organisation": "name", "kind": "category"})
    return Known(key, number, short_name, name, kind)


def _key_in(plan: Plan, number: str, short_name: str) -> str:
    rows: dict[str, Partner] = plan.rows[Target.PARTNER]
    if number:
        for key, partner in rows.items():
            if partner.number == number:
                return key
    folded = {key.casefold(): key for key in rows}
    return folded.get(short_name.casefold(), short_name)


def _says_coordinator(row: Row) -> bool:
    said = [row.text("category"), re.split(r"[;,]", row.text("role"))[0]]
    return any(plain_words(text) in ("coordinator", "coo", "co ordinator") for text in said)


def _kind(row: Row) -> str:
    text = row.text("category") or (
        # CORDIS says the kind in the role; elsewhere a role is a free text.
        row.text("role") if plain_words(row.text("role")) in _KINDS else ""
    )
    if not text:
        return "beneficiary"
    kind = _KINDS.get(plain_words(text).removesuffix("s"))
    if kind is None:
        mend = "Write coordinator, beneficiary, affiliated entity, associated partner or funder."
        row.refuse("category", "This kind of partner is not known.", mend)
        return "beneficiary"
    return kind


def _country(row: Row) -> str:
    text = row.text("country")
    if not text:
        row.warn("country", f"has no country ({row.text('name')[:60]})")
        return ""
    found = read_country(text)
    if found is None:
        mend = "Write its English name, or its code of two letters, such as DE."
        if text.upper() == "NA":
            mend = "Write Namibia, or leave the cell empty when it is not known."
        row.refuse("country", "This country is not known.", mend)
        return ""
    code, guessed = found
    if guessed:
        row.warn("country", f"was read as {code}")
    return code


def _check_span(row: Row, values: dict[str, object]) -> None:
    starts, ends = values.get("starts"), values.get("ends")
    if isinstance(starts, str) and isinstance(ends, str) and ends < starts:
        row.refuse("ends", "It leaves before it joins.", "Correct one of the two dates.")


def _check_unique(row: Row, name: str, value: str, seen: dict[str, int]) -> None:
    first = seen.setdefault(value.casefold(), row.number)
    if value and first != row.number:
        row.refuse(name, f"Row {first} has this already.", "Give each partner its own.")
