"""Duties of programme staff: to look at what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from networks import access
from networks.duties import Audience, Audiences, Duty, Step
from networks.functions import AddDays
from networks.models import ProgrammeRole, User
from networks.standing import Standing
from reports.models import ProgressReport
from reports.review_duties.base import PERIOD, SHORT, ReportDuties

STAFF_LADDER = (
    *SHORT,
    Step(1, Audience.RESPONSIBLE),
    Step(7, Audience.MANAGERS),
    Step(30, Audience.MANAGERS),
)


def _of_staff(user: User, day: date) -> Q:
    roles = ProgrammeRole.objects.filter(access.current(day), user=user, role__in=access.STAFF)
    run = Q(network__programme_id__in=roles.values("programme_id"))
    return run & ~Q(network_id__in=access.concerned(user))


def to_staff(book: Standing, duty: Duty) -> dict[str, frozenset[int]]:
    """A duty of the programme: its officers', or its managers' where it has none.

    Not of those who have a part in the network: they may not open what it is about.
    """
    officers, managers = book.impartial(duty, "officer"), book.impartial(duty, "manager")
    return {
        Audience.RESPONSIBLE.value: officers or managers,
        Audience.LEADS.value: frozenset(),
        Audience.OFFICERS.value: officers,
        Audience.MANAGERS.value: managers,
    }


class StaffDuties(ReportDuties):
    """Duties of programme staff: so many days after something was handed in."""

    ladder = STAFF_LADDER

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Handed-in rows with the day on which they should be looked at."""
        days = F("network__programme__verification_days")
        due = AddDays(F("handed_in_on"), days)
        given: QuerySet[Any] = rows.filter(handed_in_on__isnull=False).annotate(due=due)
        return given

    def held(self, user: User, day: date) -> Q:
        return _of_staff(user, day)

    def always_near(self) -> dict[str, Any]:
        return {"pk__isnull": False}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        return {duty.id: to_staff(book, duty) for duty in duties}

    def version(self, row: dict[str, Any]) -> int:
        # A second handing in after a return is a new deadline.
        day: date = row["handed_in_on"]
        return day.toordinal()

    def more(self) -> tuple[str, ...]:
        return ("handed_in_on",)


class ReportCheck(StaffDuties):
    """Looking whether a submitted report is complete."""

    impartial = True
    kind = "progress-report-verification"
    label = _("Check of a progress report")
    model = ProgressReport
    url_name = "report-check"
    columns = PERIOD

    def rows(self) -> QuerySet[Any]:
        return self.waiting(ProgressReport.objects.filter(state="submitted"))
