"""What staff (or the committee, for a gate) say about what was handed in."""

from typing import Any

from django.db import transaction

from milestones.access import require
from milestones.models import Deliverable, Milestone, StatusUpdate
from milestones.services.writing import write_update
from milestones.transitions import check_transition
from networks.acts import Act
from networks.refusals import Refusal


@transaction.atomic
def verify_milestone(
    act: Act, milestone: Milestone, *, text: str = "", version: int | None = None
) -> StatusUpdate:
    """Confirm that a claimed milestone is achieved."""
    require(act.by, "verify", milestone)
    check_transition(milestone, "verified", "verify")
    fields = {"state": Milestone.State.VERIFIED.value}
    return write_update(
        act, milestone, StatusUpdate.Kind.VERIFY, fields, version=version, text=text
    )


@transaction.atomic
def return_milestone(
    act: Act, milestone: Milestone, *, note: str, version: int | None = None
) -> StatusUpdate:
    """Send a claim back with a note; the milestone is in progress again."""
    require(act.by, "return", milestone)
    check_transition(milestone, "in_progress", "return")
    fields = {
        "state": Milestone.State.IN_PROGRESS.value,
        **_taken_back(milestone),
    }
    _require_note(note)
    return write_update(
        act, milestone, StatusUpdate.Kind.RETURN, fields, version=version, text=note
    )


@transaction.atomic
def accept_deliverable(
    act: Act, deliverable: Deliverable, *, text: str = "", version: int | None = None
) -> StatusUpdate:
    """Accept a submitted deliverable."""
    require(act.by, "accept", deliverable)
    check_transition(deliverable, "accepted", "accept")
    fields = {"state": Deliverable.State.ACCEPTED.value}
    return write_update(
        act, deliverable, StatusUpdate.Kind.ACCEPT, fields, version=version, text=text
    )


@transaction.atomic
def request_revision(
    act: Act, deliverable: Deliverable, *, note: str, version: int | None = None
) -> StatusUpdate:
    """Send a submitted deliverable back with a note on what to change."""
    require(act.by, "request_revision", deliverable)
    check_transition(deliverable, "revision_requested", "request_revision")
    fields = {
        "state": Deliverable.State.REVISION_REQUESTED.value,
        **_taken_back(deliverable),
    }
    _require_note(note)
    return write_update(
        act, deliverable, StatusUpdate.Kind.REQUEST_REVISION, fields, version=version, text=note
    )


def _taken_back(item: Milestone | Deliverable) -> dict[str, Any]:
    """What handing in had set. The percent falls back to the last one the network said."""
    said = item.status_updates.filter(kind=StatusUpdate.Kind.UPDATE).first()
    return {
        "percent": said.percent if said else 0,
        "actual_date": None,
        "handed_in_on": None,
    }


def _require_note(note: str) -> None:
    if not note.strip():
        raise Refusal("Say what is missing: the network reads this note.", "note")
