"""Duties that a condition makes: meeting it, and looking whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from networks import access
from networks.duties import LADDER, Audience, Audiences, Duty
from networks.models import Member, User
from networks.standing import Standing
from reports.models import Condition
from reports.review_duties.base import ReportDuties
from reports.review_duties.staff import StaffDuties


def condition_named(row: dict[str, Any]) -> tuple[str, str]:
    """A condition by its number and its first words."""
    text = " ".join(row["text"].split())
    return f"C{row['number']}", text if len(text) <= 120 else f"{text[:119]}\N{HORIZONTAL ELLIPSIS}"


class ConditionCheck(StaffDuties):
    """Looking whether the evidence meets a condition."""

    kind = "condition-verification"
    label = _("Verification of a condition")
    model = Condition
    url_name = "condition"
    columns: ClassVar[dict[str, str]] = {"number": "number", "text": "text"}

    def rows(self) -> QuerySet[Any]:
        return self.waiting(Condition.objects.filter(state="submitted"))

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        return condition_named(row)


class ConditionDuties(ReportDuties):
    """Meeting a condition: the named person's, or the lead's."""

    kind = "condition"
    label = _("Condition")
    ladder = LADDER
    model = Condition
    url_name = "condition"
    columns: ClassVar[dict[str, str]] = {"number": "number", "text": "text"}

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Condition.objects.filter(state__in=Condition.OPEN_STATES)
        dated: QuerySet[Any] = rows.annotate(due=F("due_date"))
        return dated

    @cached_property
    def _words(self) -> dict[str, Any]:
        # The only state in which it is the network's duty.
        return {**super()._words, "open": _("Open")}

    def held(self, user: User, day: date) -> Q:
        team = Member.objects.current(day).filter(user=user, role__in=access.TEAM)
        return Q(network_id__in=team.values("network_id"))

    def always_near(self) -> dict[str, Any]:
        return {"is_returned": True}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        return {
            duty.id: {
                Audience.RESPONSIBLE.value: book.responsible(duty, ()),
                **book.escalation(duty),
            }
            for duty in duties
        }

    def named(self, row: dict[str, Any]) -> tuple[str, str]:
        return condition_named(row)

    def more(self) -> tuple[str, ...]:
        return ("deadline_version", "is_returned", "responsible_id")
