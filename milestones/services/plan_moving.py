"""Moving due dates: one item's, or all of a network whose start moved or that pauses.

Only an approved amendment gets here. ``contractual_date`` never moves; every moved item
gets its history row and its event, and a new deadline version (new reminders).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from milestones.models import Deliverable, Milestone, PlannedReview, StatusUpdate
from milestones.services.plan_rows import due_date_of
from milestones.services.plan_values import Plan, Target
from milestones.services.writing import write_update
from networks.acts import Act
from networks.models import Network
from networks.months import month_end, month_of
from networks.refusals import Refusal
from networks.services import record_event

Item = Milestone | Deliverable
Fixed = Collection[tuple[str, str]]


def require_open(item: Item) -> None:
    """A due date moves only while the item is still to be handed in."""
    if not item.is_open:
        state = str(item.get_state_display()).lower()
        raise Refusal(
            f"{item.code} is {state}: its due date moves only while it is open.", "due_date"
        )


def move_item(act: Act, item: Item, due: date, *, why: str, month: int | None = None) -> None:
    """Give an open item a revised date, and the month the plan now says where it changes."""
    require_open(item)
    fields: dict[str, Any] = {}
    if month is not None and month != item.due_month:
        fields["due_month"] = month
    if due != (item.revised_date or item.contractual_date):
        fields |= {"revised_date": due, "deadline_version": item.deadline_version + 1}
    if not fields:
        return
    write_update(act, item, StatusUpdate.Kind.RESCHEDULE, fields, text=why)
    item.refresh_due_date()


def month_meant_by(network: Network, due: date) -> int | None:
    """The project month whose due date this is, or None for a day in between."""
    month = month_of(network.starts, due)
    return month if month >= 1 and due_date_of(network, month) == due else None


def move_start(
    act: Act, plan: Plan, starts: date, *, why: str, fixed: Fixed, end_given: bool
) -> None:
    """The network starts on another day: what is due by month follows the new months.

    An item with a date of its own, or whose date has left its month, moves by as many
    days as the start did. The network keeps its length unless a new end is given too.
    """
    network, old = plan.network, plan.network.starts
    by_month = {id(row): _follows_month(network, row) for _, row in _dated(plan)}
    length = month_of(old, network.ends)
    whole = month_end(old, length) == network.ends
    days = starts - old
    network.starts = starts
    if not end_given:
        network.ends = month_end(starts, length) if whole else network.ends + days

    def moved(row: Any, due: date) -> date:
        return due_date_of(network, row.due_month) if by_month[id(row)] else due + days

    _move_all(act, plan, moved, why=why, fixed=fixed)


def pause(act: Act, plan: Plan, days: int, *, why: str, fixed: Fixed) -> None:
    """The network stands still for some days: all that is to come is due so much later."""
    plan.network.ends += timedelta(days=days)
    _move_all(act, plan, lambda _, due: due + timedelta(days=days), why=why, fixed=fixed)


def _follows_month(network: Network, row: Any) -> bool:
    return row.due_month is not None and due_date_of(network, row.due_month) == _due(row)


def _due(row: Any) -> date:
    if isinstance(row, PlannedReview):
        return row.due_date
    due: date = row.revised_date or row.contractual_date
    return due


def _dated(plan: Plan) -> list[tuple[str, Any]]:
    kinds = (Target.MILESTONE, Target.DELIVERABLE, Target.PLANNED_REVIEW)
    return [(kind, row) for kind in kinds for row in plan.rows[kind].values()]


def _move_all(
    act: Act,
    plan: Plan,
    moved: Callable[[Any, date], date],
    *,
    why: str,
    fixed: Fixed,
) -> None:
    today = act.today.in_zone(plan.network.time_zone)
    for kind, row in _dated(plan):
        if (kind, row.code) in fixed:
            continue
        due = moved(row, _due(row))
        if not isinstance(row, PlannedReview):
            if row.is_open:
                move_item(act, row, due, why=why)
        elif row.due_date >= today and due != row.due_date:
            # A review that has been held stays where it was.
            change = {"due_date": [row.due_date, due]}
            row.due_date = due
            row.save(update_fields=["due_date"])
            record_event(act, "reschedule", row, network=plan.network, changes=change)
