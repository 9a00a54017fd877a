"""The figures above the table of the status report, and the bar of each group."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from milestones.models import Deliverable, Milestone
from reports.status import Figures, StatusReport


def deadlines_bar(figures: Figures) -> list[dict[str, Any]]:
    """Of all items: done in time, done late, open and in time, forecast late, overdue."""
    items = figures.items
    handed_in = items.on_time + items.late
    unfinished = sum(
        count
        for part, states in (
            (figures.milestones, Milestone.OPEN_STATES),
            (figures.deliverables, Deliverable.OPEN_STATES),
        )
        for state, count in part.states.items()
        if state in states
    )
    return [
        {"label": _("Handed in or done on time"), "count": items.on_time, "tone": "good"},
        {"label": _("Handed in or done late"), "count": handed_in - items.on_time, "tone": "warn"},
        {"label": _("Open, not overdue"), "count": unfinished - items.overdue, "tone": "info"},
        {"label": _("Overdue"), "count": items.overdue, "tone": "bad"},
    ]


def tiles(report: StatusReport, rows: str) -> list[dict[str, Any]]:
    """The totals over all networks of the report, each with the address of its rows."""
    items, risks = report.totals.items, report.totals.risks
    shown = (
        (_("Overdue"), items.overdue, "clock-alert", "bad", "", "item", "overdue"),
        (_("Due in 30 days"), items.due_30, "alarm-clock", "warn", "", "item", "due_30"),
        (_("Due in 90 days"), items.due_90, "calendar-days", "", "", "item", "due_90"),
        (
            _("Forecast late"), items.delayed, "calendar-clock", "warn", slip_words(items),
            "item", "delayed",
        ),
        (_("Handed in on time"), items.on_time, "badge-check", "", "", "item", "on_time"),
        (_("Handed in late"), items.late, "hourglass", "", "", "item", "late"),
        (_("High risks"), risks.high, "shield-alert", "warn", "", "risk", "high"),
    )  # fmt: skip
    return [
        _tile(label, value, icon, tone, note) | {"url": _rows(rows, kind, figure)}
        for label, value, icon, tone, note, kind, figure in shown
    ]


def _rows(rows: str, kind: str, figure: str) -> str:
    return f"{rows}&kind={kind}&figure={figure}"


def state_urls(report: StatusReport, rows: str) -> dict[str, dict[str, str]]:
    """The rows behind each state, by kind."""
    counted = {"milestone": report.totals.milestones, "deliverable": report.totals.deliverables}
    return {
        kind: {state: _rows(rows, kind, state) for state in figures.states}
        for kind, figures in counted.items()
    }


def ages(report: StatusReport, rows: str) -> list[dict[str, Any]]:
    """How long the overdue items have been so."""
    items = report.totals.items
    parts = (
        (_("1 to 30 days"), items.overdue_1_30, "warn", "overdue_1_30"),
        (_("31 to 90 days"), items.overdue_31_90, "bad", "overdue_31_90"),
        (_("more than 90 days"), items.overdue_91, "bad", "overdue_91"),
    )
    return [
        {
            "label": label, "count": count, "tone": tone, "icon": "clock-alert",
            "url": _rows(rows, "item", figure),
        }
        for label, count, tone, figure in parts
    ]  # fmt: skip


def under_way(report: StatusReport, rows: str) -> list[dict[str, Any]]:
    """What the committee has in hand: reports, reviews, decisions and conditions."""
    counted = report.totals.committee
    parts = (
        (_("Reports"), counted.reports, "file-text", "report"),
        (_("Reviews"), counted.reviews, "message-square-text", "review"),
        (_("Decisions to take"), counted.decisions, "gavel", "decision"),
        (_("Conditions open"), counted.conditions, "list-checks", "condition"),
    )
    return [
        {"label": label, "count": count, "icon": icon, "url": _rows(rows, kind, "total")}
        for label, count, icon, kind in parts
    ]


def _tile(label: str, value: int, icon: str, tone: str, note: str = "") -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "icon": icon,
        "tone": tone if value else "",
        "note": note,
    }


def slip_words(items: Any) -> str:
    """How much later than due, in days."""
    if not items.delayed:
        return ""
    words = {"mean": round(items.slip_mean), "most": items.slip_max}
    return _("%(mean)d days on average, %(most)d at most") % words
