"""Saying where an item stands, and handing it in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milestones.access import require
from milestones.models import Deliverable, Milestone, StatusUpdate
from milestones.services.evidence import NewEvidence, attach
from milestones.services.writing import (
    require_evidence,
    require_past,
    require_reason,
    write_update,
)
from milestones.transitions import check_transition
from networks.acts import Act
from networks.refusals import IllegalTransition, Refusal
from networks.wording import in_a_sentence

Item = Milestone | Deliverable


@transaction.atomic
def post_update(
    act: Act,
    item: Item,
    *,
    confidence: str,
    percent: int,
    forecast_date: date | None = None,
    reason_code: str = "",
    reason: str = "",
    text: str = "",
    evidence: Sequence[NewEvidence] = (),
    version: int | None = None,
) -> StatusUpdate:
    """Say how far an open item is, when it will be done, and how sure that is.

    Work has begun once ``percent`` is above zero, so a planned milestone becomes in
    progress and a pending or returned deliverable a draft. A forecast after the due date
    needs a coded reason and a sentence, unless that forecast stood there already.
    Raises Refusal (with the field), IllegalTransition, Conflict or PermissionDenied.
    """
    require(act.by, "update" if isinstance(item, Milestone) else "draft", item)
    if not item.is_open:
        _refuse_closed(item)
    _check_statement(item, confidence, percent, forecast_date)
    late = forecast_date is not None and forecast_date > item.due_date
    require_reason(late and forecast_date != item.forecast_date, reason_code, reason)
    update = write_update(
        act,
        item,
        StatusUpdate.Kind.UPDATE,
        {
            "state": _working_state(item, percent),
            "confidence": confidence,
            "percent": percent,
            "forecast_date": forecast_date,
        },
        version=version,
        reason_code=reason_code,
        reason=reason,
        text=text,
    )
    attach(act, item, update, evidence)
    return update


def _working_state(item: Item, percent: int) -> str:
    if percent == 0 and item.state != Deliverable.State.REVISION_REQUESTED:
        return str(item.state)
    working = (
        Milestone.State.IN_PROGRESS if isinstance(item, Milestone) else Deliverable.State.DRAFT
    )
    return str(working)


def _check_statement(item: Item, confidence: str, percent: int, forecast_date: date | None) -> None:
    if confidence not in ("on_track", "at_risk", "off_track"):
        raise Refusal(_("Say whether it is on track, at risk or off track."), "confidence")
    if not 0 <= percent <= 100:
        raise Refusal(_("Percent done lies between 0 and 100."), "percent")
    if confidence == "on_track" and forecast_date is not None and forecast_date > item.due_date:
        raise Refusal(
            _("A forecast after the due date is not on track: choose at risk or off track."),
            "confidence",
        )


def _refuse_closed(item: Item) -> None:
    wanted = Milestone.State.IN_PROGRESS if isinstance(item, Milestone) else Deliverable.State.DRAFT
    raise IllegalTransition(
        item.code,
        in_a_sentence(item.get_state_display()),
        in_a_sentence(wanted.label),
        _ways_out(item),
    )


def _ways_out(item: Item) -> list[str]:
    if item.state == item.HANDED_IN_STATE:
        return (
            [in_a_sentence(Milestone.State.VERIFIED.label), _("returned")]
            if isinstance(item, Milestone)
            else [
                in_a_sentence(Deliverable.State.ACCEPTED.label),
                in_a_sentence(Deliverable.State.REVISION_REQUESTED.label),
            ]
        )
    return []


@transaction.atomic
def claim_milestone(
    act: Act,
    milestone: Milestone,
    *,
    achieved_on: date,
    text: str = "",
    reason_code: str = "",
    reason: str = "",
    evidence: Sequence[NewEvidence] = (),
    version: int | None = None,
) -> StatusUpdate:
    """The lead says a milestone is achieved and shows it; staff will verify.

    Raises Refusal for missing evidence, a future day, or a late day without a reason.
    """
    require(act.by, "claim", milestone)
    check_transition(milestone, "claimed", "claim")
    fields = {"state": Milestone.State.CLAIMED.value}
    return _hand_in(
        act,
        milestone,
        StatusUpdate.Kind.CLAIM,
        fields,
        day=achieved_on,
        day_field="achieved_on",
        text=text,
        reason_code=reason_code,
        reason=reason,
        evidence=evidence,
        version=version,
    )


@transaction.atomic
def submit_deliverable(
    act: Act,
    deliverable: Deliverable,
    *,
    delivered_on: date,
    text: str = "",
    reason_code: str = "",
    reason: str = "",
    evidence: Sequence[NewEvidence] = (),
    version: int | None = None,
) -> StatusUpdate:
    """Lead or deputy hand a deliverable in; a late one needs its justification."""
    require(act.by, "submit", deliverable)
    check_transition(deliverable, "submitted", "submit")
    fields = {"state": Deliverable.State.SUBMITTED.value}
    return _hand_in(
        act,
        deliverable,
        StatusUpdate.Kind.SUBMIT,
        fields,
        day=delivered_on,
        day_field="delivered_on",
        text=text,
        reason_code=reason_code,
        reason=reason,
        evidence=evidence,
        version=version,
    )


def _hand_in(
    act: Act,
    item: Item,
    kind: StatusUpdate.Kind,
    fields: dict[str, Any],
    *,
    day: date,
    day_field: str,
    text: str,
    reason_code: str,
    reason: str,
    evidence: Sequence[NewEvidence],
    version: int | None,
) -> StatusUpdate:
    require_past(act, item, day, day_field)
    require_reason(day > item.due_date, reason_code, reason)
    require_evidence(item, len(evidence))
    fields |= {
        "percent": 100,
        "actual_date": day,
        "handed_in_on": act.today.in_zone(item.network.time_zone),
    }
    update = write_update(
        act, item, kind, fields, version=version, reason_code=reason_code, reason=reason, text=text
    )
    attach(act, item, update, evidence)
    return update
