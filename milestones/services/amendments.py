"""Amendments: drafted by the network or its staff, submitted, then approved or refused.

Only an approved one moves what was agreed (design rule 2), and all its lines or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef
from django.utils.translation import gettext as _

from milestones.access import require
from milestones.models import Amendment, AmendmentChange
from milestones.services.amendment_applying import apply_changes
from milestones.services.amendment_checks import NewChange, check_changes
from milestones.services.plan_values import Plan, read_plan
from milestones.transitions import check_transition
from networks.acts import Act
from networks.models import Network
from networks.refusals import Conflict, Refusal
from networks.services import record_event


@transaction.atomic
def draft_amendment(
    act: Act,
    network: Network,
    *,
    kind: str,
    title: str,
    justification: str = "",
    changes: Sequence[NewChange] = (),
    plan: Plan | None = None,
) -> Amendment:
    """Write down what should change, and why. Nothing moves yet.

    Each change is checked against the plan as it stands (``plan``, when the caller has
    just read it). Raises Refusal, naming the field, for what could never be applied.
    """
    require(act.by, "draft_amendment", network)
    # Numbers are counted per network: the network's row is the lock.
    Network.objects.select_for_update().get(pk=network.pk)
    last = Amendment.objects.filter(network=network).aggregate(last=Max("number"))["last"]
    amendment = Amendment(
        network=network,
        number=(last or 0) + 1,
        kind=kind,
        title=title,
        justification=justification,
        drafted_by=act.by,
        drafted_at=act.at,
    )
    # An import at the command line has no person behind it; a form always has one.
    amendment.full_clean(exclude=["drafted_by"])
    checked = check_changes(plan or read_plan(network), changes)
    amendment.save(force_insert=True)
    for change in checked:
        change.amendment = amendment
    AmendmentChange.objects.bulk_create(checked, batch_size=500)
    record_event(act, "draft_amendment", amendment, network=network)
    return amendment


@transaction.atomic
def submit_amendment(act: Act, amendment: Amendment) -> Amendment:
    """Hand a draft to the programme, which decides.

    Raises Refusal where another amendment about the same date already waits: whichever
    was decided second would start from a date that is no longer so.
    """
    require(act.by, "submit_amendment", amendment)
    check_transition(amendment, Amendment.State.SUBMITTED, "submit")
    if not amendment.justification.strip():
        raise Refusal(_("Say why this change is asked for."), "justification")
    if amendment.kind != Amendment.Kind.OTHER and not amendment.changes.exists():
        raise Refusal(_("Name at least one thing that changes."), "changes")
    # A new version of the whole plan stands beside whatever waits; the programme chooses.
    if amendment.kind != Amendment.Kind.PLAN:
        # Two people who ask at once are one after the other.
        Network.objects.select_for_update().get(pk=amendment.network_id)
        _require_nothing_waiting(amendment)
    fields = {"state": Amendment.State.SUBMITTED.value, "submitted_at": act.at}
    return _step(act, amendment, "submit_amendment", fields)


@transaction.atomic
def withdraw_amendment(act: Act, amendment: Amendment, *, note: str = "") -> Amendment:
    """Take a draft back: it asks for nothing any more, and stays in the list as withdrawn."""
    require(act.by, "edit_draft", amendment)
    check_transition(amendment, Amendment.State.WITHDRAWN, "withdraw")
    fields = _decision(act, Amendment.State.WITHDRAWN.value, note)
    return _step(act, amendment, "withdraw_amendment", fields)


@transaction.atomic
def approve_amendment(act: Act, amendment: Amendment, *, note: str = "") -> Amendment:
    """Agree, and carry out every change at once: dates move, and the history says so.

    Raises Refusal when what a change starts from is no longer so; then nothing moves.
    """
    require(act.by, "decide_amendment", amendment)
    check_transition(amendment, Amendment.State.APPROVED, "approve")
    _step(act, amendment, "approve_amendment", _decision(act, "approved", note))
    apply_changes(act, amendment)
    return amendment


@transaction.atomic
def refuse_amendment(act: Act, amendment: Amendment, *, note: str) -> Amendment:
    """Decline, with the reason; nothing moves."""
    require(act.by, "decide_amendment", amendment)
    check_transition(amendment, Amendment.State.REFUSED, "refuse")
    if not note.strip():
        raise Refusal("Say why it is refused: the network reads this note.", "note")
    return _step(act, amendment, "refuse_amendment", _decision(act, "refused", note))


def _require_nothing_waiting(amendment: Amendment) -> None:
    same = {"network": OuterRef("network"), "target_kind": OuterRef("target_kind")}
    others = AmendmentChange.objects.waiting().ending_or_moving()
    others = others.filter(**same, target=OuterRef("target")).exclude(amendment=amendment)
    lines = AmendmentChange.objects.filter(amendment=amendment).ending_or_moving()
    lines = lines.annotate(other=others.order_by("amendment__number").values("amendment_id")[:1])
    clash = lines.filter(other__isnull=False).order_by("pk").first()
    if clash is not None:
        raise already_asked(clash.target, Amendment.objects.get(pk=clash.other))


def already_asked(code: str, waiting: Amendment) -> Refusal:
    """Why nobody can ask for another date of that item now."""
    words = {"amendment": waiting, "code": code}
    message = _("%(amendment)s already asks to change %(code)s, and waits for a decision.")
    return Refusal(message % words, "due_date")


def _decision(act: Act, state: str, note: str) -> dict[str, Any]:
    return {
        "state": state,
        "decided_by": act.by,
        "decided_at": act.at,
        "decision_note": note.strip(),
    }


def _step(act: Act, amendment: Amendment, verb: str, fields: dict[str, Any]) -> Amendment:
    """Take one step, unless somebody else has taken one since the row was read."""
    old = amendment.state
    taken = Amendment.objects.filter(pk=amendment.pk, state=old).update(**fields)
    if not taken:
        raise Conflict(_("Somebody else has just decided on this amendment. Look at it again."))
    for name, value in fields.items():
        setattr(amendment, name, value)
    changes = {"state": [old, amendment.state]}
    record_event(act, verb, amendment, network=amendment.network, changes=changes)
    return amendment
