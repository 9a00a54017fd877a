"""The content of a report for a page: dates as dates, codes with their words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from milestones.models import ReasonCode
from networks.models import Member, Partner

_DATES = frozenset(
    [
        "contractual",
        "revised",
        "due",
        "forecast",
        "actual",
        "on",
        "starts",
        "ends",
        "closed_on",
        "handed_in_on",
        "settled_on",
        "decided_on",
    ]
)
_WORDS: dict[str, dict[str, Any]] = {
    "reason_code": dict(ReasonCode.choices),
    "role": dict(Member.Role.choices),
}
_PARTNER_KINDS: dict[str, Any] = dict(Partner.Kind.choices)
_FIELDS: dict[str, Any] = {
    "state": _("State"),
    "due_date": _("Due date"),
    "forecast_date": _("Forecast"),
    "actual_date": _("Done on"),
}


def facts_for_page(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a content, to be read by templates."""
    page: dict[str, Any] = {name: shown(rows) for name, rows in facts.items()}
    if not page:
        return {}
    page["late"] = [item for item in page["items"] if item["late_days"]]
    page["max_days"] = [point["max_days"] for point in facts["forecast"]]
    page["mean_days"] = [point["mean_days"] for point in facts["forecast"]]
    for change in page["changes"]:
        change["fields"] = [_field(row, change["about"]) for row in change["fields"]]
    for partner in page["people"]["partners"]:
        partner["kind_label"] = _PARTNER_KINDS.get(partner["kind"], partner["kind"])
    return page


def shown(value: Any) -> Any:
    """A part of a content with dates as dates, and words beside codes."""
    if isinstance(value, list):
        return [shown(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _value(name, each) for name, each in value.items()}
    for name, words in _WORDS.items():
        if value.get(name):
            found[f"{name}_label"] = words.get(value[name], value[name])
    return found


def _value(name: str, value: Any) -> Any:
    if name in _DATES and isinstance(value, str):
        return date.fromisoformat(value)
    return shown(value)


def _field(row: dict[str, Any], about: str) -> dict[str, Any]:
    """One changed field: a state by its badge, anything else as a date."""
    is_state = row["field"] == "state"
    old, new = row["old"], row["new"]
    return {
        "label": _FIELDS.get(row["field"], row["field"]),
        "badge": about if is_state else "",
        "old": old if is_state else _day(old),
        "new": new if is_state else _day(new),
    }


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if value else None
