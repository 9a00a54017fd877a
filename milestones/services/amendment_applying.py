"""Carrying out an approved amendment, line by line, in an order that always works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F

from milestones.models import Amendment, AmendmentChange, Milestone, StatusUpdate
from milestones.services.amendment_checks import DATES, Action, require_current
from milestones.services.plan_adding import add_records, organisations_for
from milestones.services.plan_moving import month_meant_by, move_item, move_start, pause
from milestones.services.plan_rows import due_date_of
from milestones.services.plan_values import (
    ITEM_KINDS,
    LISTS,
    Plan,
    Record,
    Target,
    dump,
    load,
    read_plan,
)
from milestones.services.writing import write_update
from milestones.transitions import check_transition
from networks.acts import Act
from networks.refusals import Conflict, Refusal
from networks.services import changed, record_event


def apply_changes(act: Act, amendment: Amendment) -> None:
    """Carry out every line of an amendment. Call it in the transaction that approves it.

    1. The network itself, whose new start or pause moves dates. 2. What is added.
    3. What changes: an explicit due date wins over a moved start. 4. What is dropped.
    """
    plan = read_plan(amendment.network)
    why = f"Amendment {amendment.number}: {amendment.title}"
    changes = list(amendment.changes.order_by("pk"))
    require_current(plan, changes)
    by_thing: dict[tuple[str, str], list[AmendmentChange]] = defaultdict(list)
    for change in changes:
        if change.action == Action.CHANGE:
            by_thing[change.target_kind, change.target].append(change)
    network_changes = by_thing.pop((Target.NETWORK, ""), [])
    fixed = {thing for thing, lines in by_thing.items() if any(c.field in DATES for c in lines)}
    _change_network(act, plan, network_changes, why, fixed)
    add_records(
        act,
        plan,
        (Record(c.target_kind, c.target, c.new) for c in changes if c.action == Action.ADD),
    )
    for (kind, key), lines in by_thing.items():
        _change_thing(act, plan, kind, key, lines, why)
    for change in changes:
        if change.action == Action.DROP:
            _DROPPERS[change.target_kind](act, plan.row(change.target_kind, change.target), why)


def _change_network(
    act: Act, plan: Plan, lines: list[AmendmentChange], why: str, fixed: set[tuple[str, str]]
) -> None:
    if not lines:
        return
    network = plan.network
    new = {c.field: load(plan, Target.NETWORK, c.field, c.new) for c in lines}
    before = {name: getattr(network, name) for name in ("starts", "ends", *new) if name != _DAYS}
    if "starts" in new:
        move_start(act, plan, new["starts"], why=why, fixed=fixed, end_given="ends" in new)
    if _DAYS in new:
        pause(act, plan, new[_DAYS], why=why, fixed=fixed)
    for name, value in new.items():
        if name != _DAYS:
            setattr(network, name, value)
    _clean(network)
    network.save()
    after = {name: getattr(network, name) for name in before}
    record_event(act, "amend", network, network=network, changes=changed(before, after))


_DAYS = "suspension_days"


def _change_thing(
    act: Act, plan: Plan, kind: str, key: str, lines: list[AmendmentChange], why: str
) -> None:
    row = plan.row(kind, key)
    new = {line.field: load(plan, kind, line.field, line.new) for line in lines}
    if kind in ITEM_KINDS:
        _move(act, plan, row, new, why)
    elif kind == Target.PLANNED_REVIEW and new.get("due_month") and "due_date" not in new:
        new["due_date"] = due_date_of(plan.network, new["due_month"])
    if new:
        _write(act, plan, row, new)


def _move(act: Act, plan: Plan, row: Any, new: dict[str, Any], why: str) -> None:
    """Take the date fields out of ``new`` and move the item by them."""
    month: int | None = new.pop("due_month", None)
    due: date | None = new.pop("due_date", None)
    if due is None and month is None:
        return
    if due is None and month is not None:
        due = due_date_of(plan.network, month)
    elif due is not None and month is None:
        month = month_meant_by(plan.network, due)
    assert due is not None  # noqa: S101 - one of the two branches has set it
    move_item(act, row, due, why=why, month=month)


def _write(act: Act, plan: Plan, row: Any, new: dict[str, Any]) -> None:
    """Write plain columns and lists of a row, with one event."""
    before = {name: dump(row, name) for name in new}
    if "organisation" in new:
        (new["organisation"],) = organisations_for([new["organisation"]])
    lists = {name: new.pop(name) for name in LISTS.intersection(new)}
    for name, value in new.items():
        setattr(row, name, value)
    _clean(row)
    if not hasattr(row, "version"):
        row.save()
    else:
        _save_item(row, new)
    for name, rows in lists.items():
        getattr(row, name).set(rows)
    row.__dict__.pop("_prefetched_objects_cache", None)
    after = {name: dump(row, name) for name in before}
    record_event(act, "amend", row, network=plan.network, changes=changed(before, after))


def _clean(row: Any) -> None:
    """Hold a changed row against its model's rules, and say no in the words for people."""
    try:
        row.full_clean(exclude={"code_key", "number_key"} & set(vars(row)))
    except ValidationError as error:
        raise Refusal(f"{row}: {' '.join(error.messages)}", "changes") from error


def _save_item(row: Any, new: dict[str, Any]) -> None:
    written = (
        type(row)
        ._default_manager.filter(pk=row.pk, version=row.version)
        .update(**new, version=F("version") + 1)
    )
    if not written:
        raise Conflict(f"Somebody else has just written to {row.code}. Approve once more.")
    row.version += 1


def _end_item(act: Act, row: Any, why: str) -> None:
    check_transition(row, row.ENDED_STATE, "amendment")
    milestone = isinstance(row, Milestone)
    kind = StatusUpdate.Kind.DROP if milestone else StatusUpdate.Kind.CANCEL
    fields = {"state": row.ENDED_STATE, "actual_date": None, "handed_in_on": None}
    write_update(act, row, kind, fields, text=why)


def _end_partner(act: Act, row: Any, why: str) -> None:
    _close(act, row, "ends", why)


def _end_risk(act: Act, row: Any, why: str) -> None:
    _close(act, row, "closed_on", why)


def _close(act: Act, row: Any, column: str, why: str) -> None:
    """The row stays, as history, with its last day."""
    old, day = getattr(row, column), act.today.in_zone(row.network.time_zone)
    setattr(row, column, day)
    row.save(update_fields=[column])
    changes = {column: [old, day], "why": [None, why]}
    record_event(act, "drop", row, network=row.network, changes=changes)


def _remove(act: Act, row: Any, why: str) -> None:
    """Effort and planned reviews have no state to end in; the event keeps what they said."""
    kept = {"why": [None, why], "was": [str(row), None]}
    record_event(act, "drop", row, network=row.network, changes=kept)
    row.delete()


_DROPPERS: dict[str, Callable[[Act, Any, str], None]] = {
    Target.MILESTONE: _end_item,
    Target.DELIVERABLE: _end_item,
    Target.PARTNER: _end_partner,
    Target.RISK: _end_risk,
    Target.EFFORT: _remove,
    Target.PLANNED_REVIEW: _remove,
}
