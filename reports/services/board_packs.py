"""Board packs by mail: the schedule, and the day on which one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from networks.access import COMMITTEE, STAFF, current
from networks.acts import Act
from networks.clock import Today
from networks.models import Event, Programme, ProgrammeRole, User
from networks.months import add_months
from networks.refusals import Refusal
from networks.services import changed, record_event
from networks.services.permits import require_manager
from reports.models import BoardPackSchedule

# What the log calls a pack that is ready; reports.notices tells of it.
SENT = "board_pack"
READERS = (*STAFF, *COMMITTEE, "funder")
# Of the first pack, since when it tells what has changed.
FIRST_SPAN_MONTHS = 3


def readers_of(programme: Programme, day: date) -> QuerySet[User]:
    """People with a role in the programme, who may open its pack."""
    held = ProgrammeRole.objects.filter(current(day), programme=programme, role__in=READERS)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id"))


@transaction.atomic
def schedule_board_pack(
    act: Act, programme: Programme, *, every_months: int, next_on: date, people: Sequence[User]
) -> BoardPackSchedule:
    """Say who gets the pack, and when next. Only for people with a role in the programme.

    Raises Refusal with the field, or PermissionDenied.
    """
    require_manager(act.by, programme)
    if next_on < act.today.utc_date:
        raise Refusal(_("Choose today or a day to come."), "next_on")
    readers = set(readers_of(programme, act.today.utc_date))
    if not readers.issuperset(people):
        raise Refusal(_("Only people with a role in the programme get its pack."), "people")
    found = BoardPackSchedule.objects.filter(programme=programme).first()
    schedule = found or BoardPackSchedule(programme=programme)
    before = {name: getattr(schedule, name) for name in ("every_months", "next_on")}
    schedule.every_months, schedule.next_on = every_months, next_on
    schedule.full_clean()
    schedule.save()
    old = [person.email for person in schedule.people.order_by("pk")]
    schedule.people.set(people)
    new = [person.email for person in schedule.people.order_by("pk")]
    after = {"every_months": every_months, "next_on": next_on}
    changes = changed(before if found else {}, after) | changed({"people": old}, {"people": new})
    record_event(act, "schedule_board_pack", schedule, programme=programme, changes=changes)
    return schedule


def announce_due_packs(now: datetime) -> int:
    """Write one event for each pack whose day has come; returns how many.

    Any number of calls at the same time are harmless: who moves the day on writes the event.
    A machine that stood still for months announces one pack, of the last day that has come.
    """
    today = Today.at(now).utc_date
    due = BoardPackSchedule.objects.filter(next_on__lte=today).select_related("programme")
    return sum(_announce(schedule, today, now) for schedule in due)


@transaction.atomic
def _announce(schedule: BoardPackSchedule, today: date, now: datetime) -> bool:
    day, following = _steps(schedule.next_on, schedule.every_months, today)
    since = schedule.last_on or add_months(day, -FIRST_SPAN_MONTHS)
    moved = BoardPackSchedule.objects.filter(pk=schedule.pk, next_on=schedule.next_on).update(
        next_on=following, last_on=day
    )
    if moved:
        act = Act(by=None, at=now, channel=Event.Channel.SYSTEM)
        changes = {"as_of": [since, day]}
        record_event(act, SENT, schedule, programme=schedule.programme, changes=changes)
    return bool(moved)


def _steps(first: date, months: int, today: date) -> tuple[date, date]:
    """The last of the days in that rhythm that has come, and the first that has not."""
    count = 1
    while add_months(first, count * months) <= today:
        count += 1
    return add_months(first, (count - 1) * months), add_months(first, count * months)
