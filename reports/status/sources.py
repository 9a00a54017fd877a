"""Which rows the figures are counted from: the items as they are, or as they were.

Today's figures read the items, which repeat their latest history row. Those of a past day
read that day's latest row of each item, so that anything shown can be traced to the rows
behind it. Both kinds of rows name their columns alike; the counting does not differ.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from milestones import conditions
from milestones.models import (
    Amendment,
    Deliverable,
    Milestone,
    Risk,
    RiskAssessment,
    StatusUpdate,
)
from networks.clock import end_of_day_expression
from networks.models import Event, User

Rows = QuerySet[Any]
ZONE = "network__time_zone"


class Present:
    """The plan as it stands."""

    updated = F("last_update_at")
    level_columns = ("likelihood", "severity")

    def __init__(self, user: User) -> None:
        self.user = user

    def milestones(self) -> Rows:
        return Milestone.objects.visible_to(self.user)

    def deliverables(self) -> Rows:
        return Deliverable.objects.visible_to(self.user)

    def risks(self) -> Rows:
        return _with_materialised(Risk.objects.visible_to(self.user).open())

    def amendments(self) -> Rows:
        return Amendment.objects.visible_to(self.user).filter(state__in=("draft", "submitted"))


class Past:
    """The plan as it stood at the end of a day, by the calendar of each network."""

    updated = Case(When(~Q(kind=StatusUpdate.Kind.PLAN), then=F("at")))
    level_columns = ("past_likelihood", "past_severity")

    def __init__(self, user: User, day: date) -> None:
        self.user = user
        self.day = day
        self.end = end_of_day_expression(day, ZONE)

    def milestones(self) -> Rows:
        return self._latest(Milestone.objects.all(), "milestone").filter(
            conditions.milestones_seen(self.user)
        )

    def deliverables(self) -> Rows:
        return self._latest(Deliverable.objects.all(), "deliverable").filter(
            conditions.deliverables_seen(self.user, "deliverable__dissemination_level")
        )

    def _latest(self, items: Rows, target: str) -> Rows:
        said = StatusUpdate.objects.filter(**{target: OuterRef("pk")}, at__lt=OuterRef("end"))
        latest = Subquery(said.order_by("-at", "-pk").values("pk")[:1])
        chosen = items.order_by().annotate(end=self.end, latest=latest).values("latest")
        rows: Rows = StatusUpdate.objects.filter(pk__in=chosen)
        return rows

    def risks(self) -> Rows:
        """Risks that were known and not closed; their levels as they were.

        An unforeseen risk exists from the event that added it. A level is the old value
        of the first change after the day, or else today's.
        """
        told = Event.objects.filter(target_type="milestones.risk", target_id=OuterRef("pk"))
        later = told.filter(at__gte=OuterRef("end"))
        risks = Risk.objects.visible_to(self.user).annotate(end=self.end)
        known = risks.filter(~Exists(later.filter(verb="add_risk"))).filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=self.day)
        )
        levels = {f"past_{name}": _level_before(later, name) for name in ("likelihood", "severity")}
        return _with_materialised(known.annotate(**levels), at__lt=OuterRef("end"))

    def amendments(self) -> Rows:
        drafted = Amendment.objects.visible_to(self.user).annotate(end=self.end)
        undecided = Q(decided_at__isnull=True) | Q(decided_at__gte=F("end"))
        rows: Rows = drafted.filter(undecided, drafted_at__lt=F("end"))
        return rows


def _level_before(later: Rows, name: str) -> Coalesce:
    old = KeyTextTransform("0", KeyTransform(name, "changes"))
    first = later.filter(changes__has_key=name).order_by("at", "pk").annotate(old=old)
    return Coalesce(Subquery(first.values("old")[:1]), F(name), output_field=CharField())


def _with_materialised(risks: Rows, **before: Any) -> Rows:
    """Add whether the newest assessment says that the risk has come true."""
    said = RiskAssessment.objects.filter(risk=OuterRef("pk"), **before).order_by("-at", "-pk")
    newest = Subquery(said.values("materialised")[:1])
    rows: Rows = risks.annotate(
        came_true=Coalesce(newest, Value(False), output_field=BooleanField())
    )
    return rows
