"""Whether the lines of an amendment could be carried out, said before anybody decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from milestones.models import AmendmentChange
from milestones.services.plan_moving import require_open
from milestones.services.plan_values import (
    FIELDS,
    ITEM_KINDS,
    LISTS,
    Plan,
    Target,
    dump,
    effort_parts,
    kind_of_reference,
    load,
    plain,
    read_keys,
)
from milestones.services.plan_values_rules import words
from milestones.transitions import check_transition
from networks.refusals import Refusal

Action = AmendmentChange.Action
DATES = ("due_date", "due_month")


# What a thing cannot be added without; of each group, one is enough.
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    Target.PARTNER: (("organisation",),),
    Target.WORK_PACKAGE: (("title",),),
    Target.MILESTONE: (("title",), DATES),
    Target.DELIVERABLE: (("title",), DATES),
    Target.RISK: (("description",),),
    Target.PLANNED_REVIEW: (DATES,),
}


class _AsItStands:
    """Stands for “whatever the plan says now” where a change names no old value."""


AS_IT_STANDS = _AsItStands()


@dataclass(frozen=True)
class NewChange:
    """One line of an amendment: which field of which thing, from what, to what.

    For an added thing ``new`` holds all its fields. Values are as JSON holds them.
    """

    action: str
    target_kind: str
    target: str = ""
    field: str = ""
    new: Any = None
    old: Any = AS_IT_STANDS


def check_changes(plan: Plan, changes: Sequence[NewChange]) -> list[AmendmentChange]:
    """Unsaved lines, each checked against the plan. Raises Refusal for the first bad one."""
    _require_each_once(changes)
    _require_free_numbers(plan, changes)
    added = {(c.target_kind, c.target) for c in changes if c.action == Action.ADD}
    return [_check(plan, change, added) for change in changes]


def _require_each_once(changes: Sequence[NewChange]) -> None:
    """Added twice, a number is taken; dropped twice, there is nothing left; of two values, none."""
    seen = set()
    for change in changes:
        # An added or dropped thing is one, whatever else its lines say.
        name = change.field if change.action == Action.CHANGE else ""
        line = (change.action, change.target_kind, change.target, name)
        if line in seen:
            thing = " ".join(part for part in (change.target, words(name)) if part)
            raise Refusal(f"“{thing}” has two lines to {change.action} it: keep one.", "target")
        seen.add(line)


def _require_free_numbers(plan: Plan, changes: Sequence[NewChange]) -> None:
    """A partner has a number beside its name; what is added comes before what changes."""
    taken = {row.number: row.short_name for row in plan.rows[Target.PARTNER].values()}
    for change in changes:
        new = change.new if isinstance(change.new, dict) else {}
        if change.action != Action.ADD or change.target_kind != Target.PARTNER:
            continue
        number = str(new.get("number") or "")
        if number and number in taken:
            raise Refusal(
                f"“{change.target}” cannot have the number {number}: {taken[number]} has it.",
                "number",
            )
        taken[number] = change.target


def require_current(plan: Plan, changes: Iterable[AmendmentChange]) -> None:
    """Raise Refusal, with every line that no longer starts from what is so."""
    stale = [
        f"{change.target or plan.network} {words(change.field)}: the amendment starts from "
        f"“{change.old}”, but it is “{now}” now"
        for change in changes
        if change.action == Action.CHANGE and (now := plain(_present(plan, change))) != change.old
    ]
    if stale:
        raise Refusal(
            f"The plan has moved on since this was drafted. {'; '.join(stale)}. "
            "Draft it again from the plan as it stands.",
            "changes",
        )


def _present(plan: Plan, change: AmendmentChange) -> Any:
    return dump(plan.row(change.target_kind, change.target), change.field)


def _check(plan: Plan, change: NewChange, added: set[tuple[str, str]]) -> AmendmentChange:
    if change.target_kind not in FIELDS:
        raise Refusal(f"There is no kind of thing “{change.target_kind}”.", "target_kind")
    if change.action not in _CHECKS:
        raise Refusal("An amendment adds, changes or drops.", "action")
    old = _CHECKS[change.action](plan, change, added)
    return AmendmentChange(
        network=plan.network,
        action=change.action,
        target_kind=change.target_kind,
        target=change.target,
        field=change.field,
        old=old,
        new=change.new,
    )


def _check_add(plan: Plan, change: NewChange, added: set[tuple[str, str]]) -> None:
    if change.target_kind == Target.NETWORK:
        raise Refusal("A network cannot be added by an amendment.", "target_kind")
    if plan.has(change.target_kind, change.target):
        raise Refusal(f"“{change.target}” is in the plan already.", "target")
    if change.target_kind == Target.EFFORT:
        _check_effort(plan, change, added)
    if not isinstance(change.new, dict):
        raise Refusal("Give the fields of the thing to be added.", "new")
    if change.target_kind == Target.PARTNER:
        _check_short_name(change)
    for needed in _NEEDED.get(change.target_kind, ()):
        if not any(change.new.get(name) for name in needed):
            either = " or ".join(words(name) for name in needed)
            raise Refusal(f"Give the {either} of “{change.target}”.", needed[0])
    for name, value in change.new.items():
        _try(plan, change, name, value, added)


def _check_short_name(change: NewChange) -> None:
    """A partner is known by its short name: said twice, it says the same."""
    if change.new.get("short_name", change.target) != change.target:
        raise Refusal(
            f"“{change.target}” is the short name: give the same, or leave it out.", "short_name"
        )


def _check_effort(plan: Plan, change: NewChange, added: set[tuple[str, str]]) -> None:
    """Its work package and its partner are there, or come with the same amendment."""
    for kind, key in zip(
        (Target.WORK_PACKAGE, Target.PARTNER), effort_parts(change.target), strict=True
    ):
        if (kind, key) not in added:
            plan.row(kind, key)


def _check_change(plan: Plan, change: NewChange, added: set[tuple[str, str]]) -> Any:
    row = plan.row(change.target_kind, change.target)
    _try(plan, change, change.field, change.new, added)
    if change.target_kind in ITEM_KINDS and change.field in DATES:
        require_open(row)
    if change.field == "suspension_days":
        return None
    now = dump(row, change.field)
    if isinstance(change.old, _AsItStands):
        return now
    if change.old != now:
        raise Refusal(
            f"{change.target or plan.network} {words(change.field)} is “{now}”, not "
            f"“{change.old}”.",
            change.field,
        )
    return now


def _check_drop(plan: Plan, change: NewChange, added: set[tuple[str, str]]) -> None:
    row = plan.row(change.target_kind, change.target)
    if change.target_kind in (Target.NETWORK, Target.WORK_PACKAGE):
        raise Refusal("It is kept: drop its milestones and cancel its deliverables.", "action")
    if change.target_kind in ITEM_KINDS:
        check_transition(row, row.ENDED_STATE, "amendment")


def _try(plan: Plan, change: NewChange, name: str, value: Any, added: set[tuple[str, str]]) -> None:
    """See that a value can be read; what the same amendment adds may be referred to."""
    kind = kind_of_reference(name)
    if kind is not None and name in FIELDS[change.target_kind]:
        present = [key for key in read_keys(name, value) if (kind, key) not in added]
        value = present if name in LISTS else next(iter(present), None)
    load(plan, change.target_kind, name, value)


_CHECKS: dict[str, Callable[[Plan, NewChange, set[tuple[str, str]]], Any]] = {
    Action.ADD: _check_add,
    Action.CHANGE: _check_change,
    Action.DROP: _check_drop,
}
