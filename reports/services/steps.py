"""Taking one step of a review: the row as it was read, or somebody else's newer one."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Model
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import Event
from networks.refusals import Conflict, Refusal
from networks.services import changed, record_event
from networks.wording import in_a_sentence
from reports.models import Review, ReviewRound

# Which column of a row rises with every write.
_VERSIONS = {"reports.reviewround": "row_version"}


def write(row: Any, fields: dict[str, Any], *, version: int | None = None) -> None:
    """Write fields to a row, unless it has moved on since that version (the loaded one)."""
    column = _VERSIONS.get(row._meta.label_lower, "version")
    expected = getattr(row, column) if version is None else version
    rows = type(row)._default_manager.filter(pk=row.pk, **{column: expected})
    if not rows.update(**fields, **{column: F(column) + 1}):
        raise Conflict(_("Somebody else has written here in the meantime. Look at both versions."))
    for name, value in fields.items():
        setattr(row, name, value)
    setattr(row, column, expected + 1)


def stands(row: Any, fields: dict[str, Any]) -> bool:
    """Whether the database has these very texts already, whoever sent them and when.

    The row then takes their version: to send the same once more is no conflict.
    """
    column = _VERSIONS.get(row._meta.label_lower, "version")
    rows = type(row)._default_manager.filter(pk=row.pk, **fields)
    version = rows.values_list(column, flat=True).first()
    if version is None:
        return False
    for name, value in {**fields, column: version}.items():
        setattr(row, name, value)
    return True


def require_state(row: Any, *states: str) -> None:
    """Raise Refusal unless the row is in one of some states."""
    if row.state in states:
        return
    words = dict(type(row).State.choices)
    names = {
        "thing": getattr(row, "code", "") or str(row),
        "state": in_a_sentence(words[row.state]),
    }
    raise Refusal(_("%(thing)s is %(state)s: this step does not fit any more.") % names, "state")


def tell_network(act: Act, verb: str, row: Any, old: dict[str, Any] | None = None) -> Event:
    """Write the event that everybody inside the network reads."""
    changes = changed(old, {name: getattr(row, name) for name in old}) if old else {}
    return record_event(act, verb, row, network=row.network, changes=changes)


def tell_staff(act: Act, verb: str, row: Model, round_: ReviewRound, **changes: Any) -> Event:
    """Write an event of the committee's own work.

    It carries no network: the activity of a network is read by its team, and who reviews,
    and what they think, is not the team's business.
    """
    programme = round_.network.programme
    return record_event(act, verb, row, programme=programme, changes=changes)


def locked(round_: ReviewRound) -> ReviewRound:
    """The round's row, held until the end of the transaction: steps come one by one."""
    row: ReviewRound = (
        ReviewRound.objects.select_for_update(of=("self",))
        .select_related("network__programme", "report", "version")
        .get(pk=round_.pk)
    )
    return row


def open_reviews(round_: ReviewRound) -> Any:
    """Reviews of a round that are still awaited."""
    return round_.reviews.filter(state__in=Review.OPEN_STATES)
