"""Meetings of a committee: called, their agenda in order, minutes, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import Programme, User
from networks.refusals import Refusal
from networks.services import record_event
from reports.access import require
from reports.eligible import may_attend
from reports.models import AgendaItem, Meeting, ReviewRound
from reports.services.steps import write


@transaction.atomic
def call_meeting(
    act: Act,
    programme: Programme,
    *,
    held_on: date,
    title: str,
    place: str = "",
    quorum: int = 3,
) -> Meeting:
    """Set a day on which the committee decides."""
    require(act.by, "run_meetings", programme)
    meeting = Meeting(
        programme=programme, held_on=held_on, title=title.strip(), place=place, quorum=quorum
    )
    meeting.full_clean()
    meeting.save(force_insert=True)
    record_event(act, "call_meeting", meeting, programme=programme)
    return meeting


@transaction.atomic
def put_on_agenda(act: Act, meeting: Meeting, round_: ReviewRound) -> AgendaItem:
    """Add a report to the end of the agenda."""
    _require_open(act, meeting)
    require(act.by, "decide", round_)
    if round_.network.programme_id != meeting.programme_id:
        raise Refusal(_("That report is another programme's."), "round")
    if round_.state in (ReviewRound.State.DECIDED, ReviewRound.State.WITHDRAWN):
        raise Refusal(_("That report is decided already."), "round")
    last = meeting.agenda.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem(meeting=meeting, round=round_, position=last + 1)
    item.full_clean()
    item.save(force_insert=True)
    _told(act, meeting, "put_on_agenda", agenda=[None, str(round_)])
    return item


@transaction.atomic
def take_off_agenda(act: Act, item: AgendaItem) -> None:
    """Take a report off again, unless it was minuted or decided there."""
    meeting = item.meeting
    _require_open(act, meeting)
    # A chair in conflict with this network has no say in whether it is discussed.
    require(act.by, "decide", item.round)
    if item.minutes or meeting.decisions.filter(round=item.round_id).exists():
        raise Refusal(_("This report was discussed: it stays on the agenda."), "agenda")
    _told(act, meeting, "take_off_agenda", agenda=[str(item.round), None])
    item.delete()


@transaction.atomic
def move_on_agenda(act: Act, item: AgendaItem, *, up: bool) -> None:
    """Let an item change places with its neighbour."""
    meeting = item.meeting
    _require_open(act, meeting)
    require(act.by, "decide", item.round)
    order = list(meeting.agenda.order_by("position", "pk"))
    at = [each.pk for each in order].index(item.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, each in enumerate(order, start=1):
        each.position = position
    AgendaItem.objects.bulk_update(order, ["position"])
    _told(act, meeting, "order_agenda")


@transaction.atomic
def write_minutes(
    act: Act, item: AgendaItem, *, minutes: str, version: int | None = None
) -> AgendaItem:
    """Keep what was said about one report. Saved while it is typed, so without a log line."""
    _require_open(act, item.meeting)
    # A chair in conflict with this network leaves the room for it.
    require(act.by, "decide", item.round)
    write(item, {"minutes": minutes.strip()}, version=version)
    return item


@transaction.atomic
def write_meeting(
    act: Act,
    meeting: Meeting,
    *,
    minutes: str | None = None,
    attendees: Sequence[User] | None = None,
    version: int | None = None,
) -> Meeting:
    """Keep the general minutes and who is there."""
    _require_open(act, meeting)
    if attendees is not None:
        known = {person.pk for person in may_attend(meeting)}
        if any(person.pk not in known for person in attendees):
            raise Refusal(_("Only members of the committee attend."), "attendees")
    said = meeting.minutes if minutes is None else minutes.strip()
    write(meeting, {"minutes": said}, version=version)
    if attendees is not None:
        old = sorted(meeting.attendees.values_list("name", flat=True))
        meeting.attendees.set(attendees)
        new = sorted(person.name for person in attendees)
        if old != new:
            _told(act, meeting, "note_attendees", attendees=[old, new])
    return meeting


@transaction.atomic
def close_meeting(act: Act, meeting: Meeting, *, version: int | None = None) -> Meeting:
    """End the meeting: agenda and minutes stay as they are."""
    _require_open(act, meeting)
    write(meeting, {"closed_at": act.at}, version=version)
    _told(act, meeting, "close_meeting")
    return meeting


def _require_open(act: Act, meeting: Meeting) -> None:
    require(act.by, "run_meetings", meeting.programme)
    # Asked of the database: the page may have been open since before it was closed.
    if not Meeting.objects.filter(pk=meeting.pk, closed_at__isnull=True).exists():
        raise Refusal(_("This meeting is closed."), "closed_at")


def _told(act: Act, meeting: Meeting, verb: str, **changes: list[object]) -> None:
    record_event(act, verb, meeting, programme=meeting.programme, changes=changes)
