"""The one place where an item, its history row and its event are written together."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db.models import F
from django.utils.translation import gettext as _

from milestones.models import Deliverable, Evidence, Milestone, StatusUpdate
from networks.acts import Act
from networks.refusals import Conflict, Refusal
from networks.services import changed, record_event

ItemT = TypeVar("ItemT", Milestone, Deliverable)
_SHOWN = ("state", "confidence", "percent", "forecast_date", "actual_date", "revised_date")


def write_update(
    act: Act,
    item: Milestone | Deliverable,
    kind: StatusUpdate.Kind,
    fields: dict[str, Any],
    *,
    version: int | None = None,
    reason_code: str = "",
    reason: str = "",
    text: str = "",
) -> StatusUpdate:
    """Write new values to an item, one StatusUpdate and one Event. Call it in a transaction.

    ``version`` is the one the person saw; without it, the one the caller loaded counts.
    Raises Conflict when the row has moved on since.
    """
    expected = item.version if version is None else version
    before = {name: getattr(item, name) for name in _SHOWN}
    written = (
        type(item)
        ._default_manager.filter(pk=item.pk, version=expected)
        .update(**fields, last_update_at=act.at, version=F("version") + 1)
    )
    if not written:
        raise Conflict(_("Somebody else has written here in the meantime. Look at both versions."))
    for name, value in fields.items():
        setattr(item, name, value)
    item.version, item.last_update_at = expected + 1, act.at
    update = StatusUpdate(
        network_id=item.network_id,
        **{target_name(item): item},
        **snapshot(item),
        kind=kind,
        at=act.at,
        author=act.by,
        on_behalf_of=act.on_behalf_of,
        channel=act.channel,
        reason_code=reason_code,
        reason=reason,
        text=text,
    )
    update.save(force_insert=True)
    after = {name: getattr(item, name) for name in _SHOWN}
    record_event(act, kind, item, network=item.network, changes=changed(before, after))
    return update


def target_name(item: Milestone | Deliverable) -> str:
    """The column of StatusUpdate and Evidence that points at this kind of item."""
    return "milestone" if isinstance(item, Milestone) else "deliverable"


def snapshot(item: Milestone | Deliverable) -> dict[str, Any]:
    """What a StatusUpdate keeps of an item's state."""
    return {
        "state": item.state,
        "confidence": item.confidence,
        "percent": item.percent,
        "due_date": item.revised_date or item.contractual_date,
        "forecast_date": item.forecast_date,
        "actual_date": item.actual_date,
    }


def require_reason(when: bool, reason_code: str, reason: str) -> None:
    """Late or moved needs a coded reason and a sentence (design rule 3).

    A code that nobody asked for needs its sentence too: the database holds to that.
    """
    if when and not reason_code:
        raise Refusal(_("Choose why the date is missed or moved."), "reason_code")
    if reason_code and not reason.strip():
        raise Refusal(_("Give the reason in a sentence."), "reason")


def require_past(act: Act, item: Milestone | Deliverable, day: date, field: str) -> None:
    """A thing cannot have been achieved tomorrow, by the network's own calendar."""
    if day > act.today.in_zone(item.network.time_zone):
        raise Refusal(_("That day has not come yet: give the day on which it was done."), field)


def require_evidence(item: Milestone | Deliverable, added: int) -> None:
    """A claim shows what the means of verification name."""
    if added == 0 and not Evidence.objects.filter(**{target_name(item): item}).exists():
        means = getattr(item, "means_of_verification", "")
        asked = " " + _("The plan asks for: %(means)s") % {"means": means} if means else ""
        raise Refusal(_("Add a file, a link or a DOI that shows it.") + asked, "evidence")
