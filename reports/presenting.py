"""The content of a report for a page: dates as dates, codes with their words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from milestones.models import Confidence, Deliverable, Milestone, ReasonCode, RiskLevel
from networks.models import Member, Partner
from reports.comparing import FigureChange
from reports.models import Condition

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
    if not facts:
        return {}
    # Effort has no dates: what is "actual" there are person-months.
    page: dict[str, Any] = {
        name: rows if name == "effort" else shown(rows) for name, rows in facts.items()
    }
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


_COMPARED: dict[str, Any] = {
    "": _("In the report"),
    "state": _("State"),
    "confidence": _("Confidence"),
    "percent": _("Percent done"),
    "revised": _("Revised date"),
    "forecast": _("Forecast"),
    "actual": _("Done on"),
    "late_days": _("Days late"),
    "reason_code": _("Reason"),
    "reason": _("Reason in words"),
    "comment": _("Comment"),
    "title": _("Title"),
    "likelihood": _("Likelihood"),
    "severity": _("Severity"),
    "mitigation": _("Mitigation"),
    "closed_on": _("Closed on"),
    "play": _("State of play"),
    "planned": _("Person-months planned"),
    "actual_effort": _("Person-months of this period"),
    "before": _("Person-months before"),
    "due": _("Due date"),
    "handed_in_on": _("Answered on"),
    "answer": _("Answer"),
    "evidence_url": _("Evidence"),
    "settled_on": _("Settled on"),
    "partner": _("Partner"),
    "starts": _("From"),
    "ends": _("Until"),
    "effort": _("Person-months"),
    "kind": _("Kind"),
}
_LEVELS: dict[str, Any] = dict(RiskLevel.choices)
_MEANINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("items", "state"): {**dict(Milestone.State.choices), **dict(Deliverable.State.choices)},
    ("items", "confidence"): dict(Confidence.choices),
    ("items", "reason_code"): _WORDS["reason_code"],
    ("risks", "likelihood"): _LEVELS,
    ("risks", "severity"): _LEVELS,
    ("conditions", "state"): dict(Condition.State.choices),
    ("partners", "kind"): _PARTNER_KINDS,
}


def figures_for_page(changes: list[FigureChange]) -> list[dict[str, Any]]:
    """What differs between two versions, in words: no code and no raw date."""
    return [{"code": each.code, "title": each.title, **in_words(each)} for each in changes]


def in_words(change: FigureChange) -> dict[str, Any]:
    """What one figure is called, and what it was and is: words, dates, numbers, or empty."""
    return {
        "field": _COMPARED.get(_name(change), change.field),
        "old": _meant(change, change.old),
        "new": _meant(change, change.new),
    }


def _name(change: FigureChange) -> str:
    is_effort = (change.about, change.field) == ("effort", "actual")
    return "actual_effort" if is_effort else change.field


def _meant(change: FigureChange, value: Any) -> Any:
    """A value as a person reads it; empty where there is none."""
    if value in (None, ""):
        return ""
    if change.field == "play":
        return _play(value)
    known = _MEANINGS.get((change.about, change.field), {})
    if value in known:
        return known[value]
    is_day = change.about != "effort" and change.field in {*_DATES}
    return date.fromisoformat(value) if is_day else value


def _play(said: dict[str, Any]) -> str:
    happened = _("has materialised") if said["materialised"] else _("has not materialised")
    applied = _("mitigation applied") if said["mitigation_applied"] else _("mitigation not applied")
    return ". ".join(filter(None, [f"{said['period']}: {happened}, {applied}", said["comment"]]))
