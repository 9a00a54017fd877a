"""A condition is answered with evidence, and staff say whether it is met."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from reports.access import require
from reports.models import Condition
from reports.services.steps import require_state, tell_network, write

State = Condition.State


@transaction.atomic
def submit_condition(
    act: Act,
    condition: Condition,
    *,
    answer: str,
    evidence_url: str = "",
    version: int | None = None,
) -> Condition:
    """Say how the condition was met, and show it."""
    require(act.by, "submit_condition", condition)
    require_state(condition, State.OPEN)
    if not answer.strip():
        raise Refusal(_("Say in a sentence how the condition was met."), "answer")
    fields = {
        "state": State.SUBMITTED.value,
        "answer": answer.strip(),
        "evidence_url": evidence_url.strip(),
        "handed_in_on": act.today.in_zone(condition.network.time_zone),
        "is_returned": False,
    }
    _step(act, condition, "submit_condition", fields, version)
    return condition


@transaction.atomic
def meet_condition(
    act: Act, condition: Condition, *, note: str = "", version: int | None = None
) -> Condition:
    """Confirm that it is met."""
    require(act.by, "settle_condition", condition)
    require_state(condition, State.SUBMITTED)
    fields = {"state": State.MET.value, **_settled(act, condition, note)}
    _step(act, condition, "meet_condition", fields, version)
    return condition


@transaction.atomic
def return_condition(
    act: Act,
    condition: Condition,
    *,
    note: str,
    due_date: date | None = None,
    version: int | None = None,
) -> Condition:
    """Send the evidence back with a note; the condition is open again."""
    require(act.by, "settle_condition", condition)
    require_state(condition, State.SUBMITTED)
    if not note.strip():
        raise Refusal(_("Say what is missing: the network reads this note."), "note")
    fields: dict[str, Any] = {
        "state": State.OPEN.value,
        "is_returned": True,
        "handed_in_on": None,
        "verdict_note": note.strip(),
    }
    if due_date is not None and due_date != condition.due_date:
        fields |= {"due_date": due_date, "deadline_version": condition.deadline_version + 1}
    _step(act, condition, "return_condition", fields, version)
    return condition


@transaction.atomic
def waive_condition(
    act: Act, condition: Condition, *, note: str, version: int | None = None
) -> Condition:
    """Ask for it no longer; the reason stays beside it."""
    require(act.by, "settle_condition", condition)
    require_state(condition, State.OPEN, State.SUBMITTED)
    if not note.strip():
        raise Refusal(_("Say why it is waived."), "note")
    fields = {"state": State.WAIVED.value, **_settled(act, condition, note)}
    _step(act, condition, "waive_condition", fields, version)
    return condition


def _settled(act: Act, condition: Condition, note: str) -> dict[str, Any]:
    return {
        "settled_on": act.today.in_zone(condition.network.time_zone),
        "verdict_note": note.strip(),
        "is_returned": False,
    }


def _step(
    act: Act, condition: Condition, verb: str, fields: dict[str, Any], version: int | None
) -> None:
    old = {name: getattr(condition, name) for name in ("state", "due_date")}
    write(condition, fields, version=version)
    condition.full_clean(validate_unique=False, validate_constraints=False)
    tell_network(act, verb, condition, old)
