"""Whose week's summary is due: reading only."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef

from networks.access import STAFF, current
from networks.clock import Today
from networks.models import Network, ProgrammeRole
from notifications.models import Message, Preference
from notifications.mornings import habits


def summaries_due(now: datetime) -> set[tuple[int, date]]:
    """Who chose the summary and runs a network under way, with their local day, if not mailed.

    It goes out also where no step of any ladder is due: somebody who has asked for figures
    once a week is told that they are zero. At most three statements.
    """
    running = Network.objects.running().filter(programme=OuterRef("programme_id"))
    staff = ProgrammeRole.objects.filter(
        current(Today.at(now).utc_date), Exists(running), role__in=STAFF
    )
    chosen = Preference.objects.filter(
        rhythm=Preference.Rhythm.SUMMARY, user__is_active=True, user__in=staff.values("user_id")
    )
    people = list(chosen.values_list("user_id", flat=True))
    if not people:
        return set()
    mornings = {(pk, habit.morning(now)) for pk, habit in habits(people).items()}
    due = {(pk, day) for pk, day in mornings if day is not None}
    told = Message.objects.filter(
        kind__in=Message.MORNINGS, recipient__in=people, local_day__in={day for _, day in due}
    )
    return due - set(told.values_list("recipient_id", "local_day"))
