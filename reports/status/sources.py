"""Which rows the figures are counted from: the items as they are, or as they were.

Today's figures read the items, which repeat their latest history row. Those of a past day
read that day's latest row of each item, so that anything shown can be traced to the rows
behind it. Both kinds of rows name their columns alike; the counting does not differ. What
keeps no history of its own (a dissemination level, the level of a risk, the years of a
partner) is read from the log of events, which holds every old value.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from milestones import conditions
from milestones.models import (
    Amendment,
    Deliverable,
    Milestone,
    Risk,
    RiskAssessment,
    StatusUpdate,
)
from networks import access
from networks.clock import Today, end_of_day_expression
from networks.models import Partner, User
from networks.querysets import NetworkQuerySet
from reports.status.committee import under_way, were_under_way
from reports.status.logged import ZONE, added_later, level_before, logged_later, text_before

Rows = QuerySet[Any]
BY_NETWORK, BY_PROGRAMME, BY_PACKAGE = "network", "programme", "work_package"
_PATHS = {BY_NETWORK: "network_id", BY_PROGRAMME: "network__programme_id"}


class Present:
    """The plan as it stands."""

    updated = F("last_update_at")
    level_columns = ("likelihood", "severity")
    packages = {
        "milestone": "work_packages",
        "deliverable": "work_package_id",
        "risk": "work_packages",
    }

    def __init__(self, user: User, today: Today) -> None:
        self.user = user
        self.today = today

    def path(self, kind: str, by: str) -> str | None:
        """The column by which rows of a kind are grouped; None where they have none."""
        return _PATHS.get(by) or self.packages.get(kind)

    def networks(self, networks: NetworkQuerySet) -> NetworkQuerySet:
        """Of some networks those there are."""
        return networks

    def partners(self) -> Rows:
        """The partners of today."""
        return Partner.objects.filter(access.current(self.today.utc_date))

    def milestones(self) -> Rows:
        return Milestone.objects.visible_to(self.user)

    def deliverables(self) -> Rows:
        return Deliverable.objects.visible_to(self.user)

    def risks(self) -> Rows:
        return _with_materialised(Risk.objects.visible_to(self.user).open())

    def amendments(self) -> Rows:
        return Amendment.objects.visible_to(self.user).filter(state__in=("draft", "submitted"))

    def committee(self) -> dict[str, Rows]:
        return under_way(self.user)


class Past:
    """The plan as it stood at the end of a day, by the calendar of each network."""

    updated = Case(When(~Q(kind=StatusUpdate.Kind.PLAN), then=F("at")))
    level_columns = ("past_likelihood", "past_severity")
    packages = {
        "milestone": "milestone__work_packages",
        "deliverable": "deliverable__work_package_id",
        "risk": "work_packages",
    }

    def __init__(self, user: User, day: date) -> None:
        self.user = user
        self.day = day
        self.end = end_of_day_expression(day, ZONE)

    def path(self, kind: str, by: str) -> str | None:
        """The column by which rows of a kind are grouped; None where they have none."""
        return _PATHS.get(by) or self.packages.get(kind)

    def networks(self, networks: NetworkQuerySet) -> NetworkQuerySet:
        """Of some networks those that were there."""
        end = end_of_day_expression(self.day, "time_zone")
        dated = networks.annotate(end=end)
        there: NetworkQuerySet = dated.exclude(added_later("networks.network", "create_network"))
        return there

    def partners(self) -> Rows:
        """The partners of that day: those who had joined, and had not left."""
        told = logged_later("networks.partner")
        ends = Cast(text_before(told, "ends", null=True), DateField())
        moved = Exists(told.filter(changes__has_key="ends"))
        rows = Partner.objects.annotate(end=self.end).exclude(
            added_later("networks.partner", "add_partner")
        )
        rows = rows.annotate(
            left=Case(When(moved, then=ends), default=F("ends"), output_field=DateField())
        )
        begun = Q(starts__isnull=True) | Q(starts__lte=self.day)
        found: Rows = rows.filter(begun, Q(left__isnull=True) | Q(left__gte=self.day))
        return found

    def milestones(self) -> Rows:
        return self._latest(Milestone.objects.all(), "milestone").filter(
            conditions.milestones_seen(self.user)
        )

    def deliverables(self) -> Rows:
        """By the dissemination level of that day: an amendment may have changed it since."""
        told = logged_later("milestones.deliverable", "deliverable_id")
        level = level_before(told, "dissemination_level", "deliverable__dissemination_level")
        rows = self._latest(Deliverable.objects.all(), "deliverable")
        seen: Rows = rows.annotate(end=self.end, past_level=level).filter(
            conditions.deliverables_seen(self.user, "past_level")
        )
        return seen

    def _latest(self, items: Rows, target: str) -> Rows:
        said = StatusUpdate.objects.filter(**{target: OuterRef("pk")}, at__lt=OuterRef("end"))
        latest = Subquery(said.order_by("-at", "-pk").values("pk")[:1])
        chosen = items.order_by().annotate(end=self.end, latest=latest).values("latest")
        rows: Rows = StatusUpdate.objects.filter(pk__in=chosen)
        return rows

    def risks(self) -> Rows:
        """Risks that were known and not closed; their levels as they were.

        A risk exists from the event that added it. A level is the old value of the first
        change after the day, or else today's.
        """
        later = logged_later("milestones.risk")
        risks = Risk.objects.visible_to(self.user).annotate(end=self.end)
        known = risks.exclude(added_later("milestones.risk", "add_risk", "create_risk")).filter(
            Q(closed_on__isnull=True) | Q(closed_on__gt=self.day)
        )
        levels = {f"past_{name}": level_before(later, name) for name in ("likelihood", "severity")}
        rows: Rows = known.annotate(**levels)
        return _with_materialised(rows, at__lt=OuterRef("end"))

    def amendments(self) -> Rows:
        drafted = Amendment.objects.visible_to(self.user).annotate(end=self.end)
        undecided = Q(decided_at__isnull=True) | Q(decided_at__gte=F("end"))
        submitted = When(submitted_at__lt=F("end"), then=Value("submitted"))
        rows: Rows = drafted.filter(undecided, drafted_at__lt=F("end"))
        dated: Rows = rows.annotate(past_state=Case(submitted, default=Value("draft")))
        return dated

    def committee(self) -> dict[str, Rows]:
        return were_under_way(self.user, self.day)


def source_of(user: User, today: Today, as_of: date | None) -> Present | Past:
    """The rows of today, or those of the end of a past day."""
    return Present(user, today) if as_of is None else Past(user, as_of)


def _with_materialised(risks: Rows, **before: Any) -> Rows:
    """Add whether the newest assessment says that the risk has come true."""
    said = RiskAssessment.objects.filter(risk=OuterRef("pk"), **before).order_by("-at", "-pk")
    newest = Subquery(said.values("materialised")[:1])
    rows: Rows = risks.annotate(
        came_true=Coalesce(newest, Value(False), output_field=BooleanField())
    )
    return rows
