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
    """The totals over all networks of the report."""
    totals: Figures = report.totals
    items, milestones, risks = totals.items, totals.milestones, totals.risks
    verified = milestones.states.get("verified", 0)
    return [
        {"label": _("Networks"), "value": report.count, "icon": "waypoints"},
        _tile(_("Overdue"), items.overdue, "clock-alert", "bad", ages(items))
        | {"url": f"{rows}&kind=item&figure=overdue"},
        _tile(_("Due in 30 days"), items.due_30, "alarm-clock", "warn")
        | {"url": f"{rows}&kind=item&figure=due_30"},
        {
            "label": _("Due in 90 days"),
            "value": items.due_90,
            "icon": "calendar-days",
            "url": f"{rows}&kind=item&figure=due_90",
        },
        {
            "label": _("Verified"),
            "value": _("%(done)d of %(total)d") % {"done": verified, "total": milestones.total},
            "icon": "badge-check",
            "note": _("of all milestones"),
        },
        _tile(_("Forecast late"), items.delayed, "calendar-clock", "warn", slip_words(items))
        | {"url": f"{rows}&kind=item&figure=delayed"},
        _tile(_("Handed in late"), items.late, "hourglass", "", lateness(items))
        | {"url": f"{rows}&kind=item&figure=late"},
        _tile(_("High risks"), risks.high, "shield-alert", "warn")
        | {"url": f"{rows}&kind=risk&figure=high"},
        {
            "label": _("Reports under way"),
            "value": report.totals.committee.reports,
            "icon": "file-text",
            "url": f"{rows}&kind=report&figure=total",
        },
        {
            "label": _("Conditions open"),
            "value": report.totals.committee.conditions,
            "icon": "list-checks",
            "url": f"{rows}&kind=condition&figure=total",
        },
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


def ages(items: Any) -> str:
    """How long the overdue items have been so."""
    if not items.overdue:
        return ""
    words = {"few": items.overdue_1_30, "some": items.overdue_31_90, "many": items.overdue_91}
    return _("%(few)d to 30 days, %(some)d to 90, %(many)d longer") % words


def lateness(items: Any) -> str:
    """By how much late items are late, forecast ones included."""
    if not items.slips:
        return ""
    words = {"median": round(items.slip_median), "p90": round(items.slip_p90)}
    return _("late by %(median)d days in the middle, one in ten by %(p90)d") % words
