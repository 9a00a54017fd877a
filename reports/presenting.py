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
    shown: dict[str, Any] = {name: _shown(rows) for name, rows in facts.items()}
    if not shown:
        return {}
    shown["late"] = [item for item in shown["items"] if item["late_days"]]
    shown["max_days"] = [point["max_days"] for point in facts["forecast"]]
    shown["mean_days"] = [point["mean_days"] for point in facts["forecast"]]
    for change in shown["changes"]:
        change["fields"] = [_field(row, change["about"]) for row in change["fields"]]
    for partner in shown["people"]["partners"]:
        partner["kind_label"] = _PARTNER_KINDS.get(partner["kind"], partner["kind"])
    return shown


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(each) for each in value]
    if not isinstance(value, dict):
        return value
    shown = {name: _value(name, each) for name, each in value.items()}
    for name, words in _WORDS.items():
        if value.get(name):
            shown[f"{name}_label"] = words.get(value[name], value[name])
    return shown


def _value(name: str, value: Any) -> Any:
    if name in _DATES and isinstance(value, str):
        return date.fromisoformat(value)
    return _shown(value)


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
