"""Milestones and deliverables at the cut-off, what changed, and how forecasts slipped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from milestones.conditions import OPEN_TO_PANEL
from milestones.models import Amendment, Deliverable, Milestone, StatusUpdate, WorkPackage
from networks.months import add_months, month_end
from reports.content.window import Window
from reports.models import ItemComment

Item = Milestone | Deliverable
_COMPARED = ("state", "due_date", "forecast_date", "actual_date")


@dataclass
class Story:
    """One item with everything said of it, oldest first."""

    item: Item
    rows: list[StatusUpdate] = field(default_factory=list)
    comment: str = ""

    @property
    def kind(self) -> str:
        """Milestone or deliverable."""
        return str(self.item._meta.model_name)

    def before(self, instant: datetime) -> StatusUpdate | None:
        """The latest row before an instant: how the item stood then."""
        count = bisect_left(self.rows, instant, key=lambda row: row.at)
        return self.rows[count - 1] if count else None

    def reason(self) -> tuple[str, str]:
        """The latest reason that was given."""
        given = (row for row in reversed(self.rows) if row.reason_code)
        row = next(given, None)
        return (row.reason_code, row.reason) if row else ("", "")


def stories(window: Window) -> list[Story]:
    """The items of the plan with their history: five queries, whatever their number."""
    packages = Prefetch("work_packages", WorkPackage.objects.order_by("code_key", "pk"))
    milestones = (
        Milestone.objects.filter(network=window.network)
        .select_related("lead_partner")
        .prefetch_related(packages)
    )
    deliverables = Deliverable.objects.filter(
        network=window.network, dissemination_level__in=OPEN_TO_PANEL
    ).select_related("lead_partner", "work_package")
    found = {("milestone", row.pk): Story(row) for row in milestones.order_by("code_key", "pk")}
    found |= {
        ("deliverable", row.pk): Story(row) for row in deliverables.order_by("code_key", "pk")
    }
    said = StatusUpdate.objects.filter(network=window.network, at__lte=window.at)
    for update in said.order_by("at", "pk"):
        story = found.get(_key(update))
        if story is not None:
            story.rows.append(update)
    for comment in ItemComment.objects.filter(report=window.report):
        story = found.get(_key(comment))
        if story is not None:
            story.comment = comment.text
    return list(found.values())


def _key(row: StatusUpdate | ItemComment) -> tuple[str, int | None]:
    if row.milestone_id is not None:
        return "milestone", row.milestone_id
    return "deliverable", row.deliverable_id


def items(window: Window, told: list[Story]) -> list[dict[str, Any]]:
    """Every item that was planned at the cut-off, as it stood then."""
    end = window.end
    standing = ((story, story.before(end)) for story in told)
    return [_item(story, row, window.until) for story, row in standing if row is not None]


def _item(story: Story, row: StatusUpdate, cut_off: date) -> dict[str, Any]:
    item = story.item
    code, reason = story.reason()
    return {
        "kind": story.kind,
        "id": item.pk,
        "code": item.code,
        "title": item.title,
        "work_packages": _packages(item),
        "lead": item.lead_partner.short_name if item.lead_partner else "",
        "is_gate": getattr(item, "is_gate", False),
        "type": getattr(item, "type", ""),
        "level": getattr(item, "dissemination_level", ""),
        "state": row.state,
        "confidence": row.confidence,
        "percent": row.percent,
        "contractual": item.contractual_date.isoformat(),
        "revised": row.due_date.isoformat() if row.due_date != item.contractual_date else None,
        "due": row.due_date.isoformat(),
        "forecast": iso(row.forecast_date),
        "actual": iso(row.actual_date),
        "late_days": late_days(item, row, cut_off),
        "reason_code": code,
        "reason": reason,
        "comment": story.comment,
    }


def _packages(item: Item) -> list[str]:
    if isinstance(item, Milestone):
        return [package.code for package in item.work_packages.all()]
    return [item.work_package.code] if item.work_package else []


def late_days(item: Item, row: StatusUpdate, cut_off: date) -> int:
    """Days after the due date: done, or expected, or (overdue) waited for so far."""
    if row.state == item.ENDED_STATE:
        return 0
    expected = row.actual_date or max(row.forecast_date or cut_off, cut_off)
    return max(0, (expected - row.due_date).days)


def changes(window: Window, told: list[Story]) -> list[dict[str, Any]]:
    """What is not as it was at the report before, or in the plan where this is the first."""
    found = [change for story in told if (change := _change(window, story)) is not None]
    return found + list(_amendments(window))


def _change(window: Window, story: Story) -> dict[str, Any] | None:
    now = story.before(window.end)
    if now is None:
        return None
    old = story.before(window.start) if window.start else story.rows[0]
    fields = [
        {"field": name, "old": _plain(was), "new": _plain(value)}
        for name in _COMPARED
        if old is not None and (was := getattr(old, name)) != (value := getattr(now, name))
    ]
    if old is not None and not fields:
        return None
    return {
        "about": story.kind,
        "code": story.item.code,
        "title": story.item.title,
        "added": old is None,
        "on": window.day_of(now.at).isoformat(),
        "fields": fields,
    }


def _amendments(window: Window) -> Iterator[dict[str, Any]]:
    decided = Amendment.objects.filter(
        network=window.network, state="approved", decided_at__lt=window.end
    )
    if window.start:
        decided = decided.filter(decided_at__gte=window.start)
    for row in decided.order_by("number"):
        yield {
            "about": "amendment",
            "code": f"AMD-{row.number}",
            "title": row.title,
            "added": True,
            "on": window.day_of(row.decided_at).isoformat() if row.decided_at else None,
            "fields": [],
        }


def forecast(window: Window, told: list[Story]) -> list[dict[str, Any]]:
    """How late the plan was expected to be, at each month's end up to the cut-off."""
    return [_point(window, told, day) for day in _days(window)]


def _days(window: Window) -> Iterator[date]:
    starts, month = window.network.starts, 1
    while add_months(starts, month) <= window.until:
        yield month_end(starts, month)
        month += 1
    yield window.until


def _point(window: Window, told: list[Story], day: date) -> dict[str, Any]:
    end = window.end_of(day)
    slips, waiting = [], 0
    for story in told:
        row = story.before(end)
        if row is None or row.state == story.item.ENDED_STATE:
            continue
        waiting += row.state in story.item.OPEN_STATES
        expected = row.actual_date or row.forecast_date or row.due_date
        slips.append((expected - row.due_date).days)
    late = [slip for slip in slips if slip > 0]
    return {
        "on": day.isoformat(),
        "open": waiting,
        "late": len(late),
        "mean_days": round(sum(late) / len(late)) if late else 0,
        "max_days": max(late, default=0),
    }


def iso(day: date | None) -> str | None:
    """A date as content holds it."""
    return day.isoformat() if day else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
