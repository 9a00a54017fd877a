"""Named questions to the plan. What "overdue" means is said here, once, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from networks import access
from networks.clock import Today
from networks.querysets import NetworkOwnedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from networks.models import User

    Person: TypeAlias = User | AnonymousUser

# Due soon: within this many days, today included.
SOON_DAYS = 30
# Dissemination levels below the classified ones (Horizon Europe): public and sensitive.
PUBLIC = "PU"
OPEN_TO_PANEL = ("PU", "SEN")


class ItemQuerySet(NetworkOwnedQuerySet):
    """Milestones or deliverables. Each question reads ``due_date`` = revised or contractual."""

    def open(self) -> ItemQuerySet:
        """Items somebody of the network still has to hand in."""
        return self.filter(state__in=self.model.OPEN_STATES)

    def handed_in(self) -> ItemQuerySet:
        """Claimed or submitted items that wait for staff."""
        return self.filter(state=self.model.HANDED_IN_STATE)

    def done(self) -> ItemQuerySet:
        """Verified or accepted items."""
        return self.filter(state=self.model.DONE_STATE)

    def _local(self, today: Today, plus_days: int = 0) -> Combinable:
        return today.expression("network__time_zone", plus_days=plus_days)

    def overdue(self, today: Today) -> ItemQuerySet:
        """Open items whose due day is over in the network's own zone.

        The day after the due date is the first overdue one. The plain date bound beside
        the per-zone one lets the index on ``due_date`` do the work.
        """
        near = self.open().filter(due_date__lt=today.latest())
        return near.filter(due_date__lt=self._local(today))

    def due_between(self, today: Today, first: int, last: int) -> ItemQuerySet:
        """Open items due from ``first`` to ``last`` days from today, both included."""
        near = self.open().filter(due_date__lte=today.latest(plus_days=last))
        return near.filter(
            due_date__gte=self._local(today, first), due_date__lte=self._local(today, last)
        )

    def due_soon(self, today: Today, days: int = SOON_DAYS) -> ItemQuerySet:
        """Open items due today or in the days that follow."""
        return self.due_between(today, 0, days)

    def delayed(self) -> ItemQuerySet:
        """Open items whose lead forecasts a date after the due date."""
        return self.open().filter(forecast_date__gt=F("due_date"))


class MilestoneQuerySet(ItemQuerySet):
    """Milestones are part of the public plan; funders see the verified ones."""

    def visible_to(self, user: Person) -> MilestoneQuerySet:
        if not access.is_known(user):
            return self.none()
        planned = access.insiders(user) | access.panel(user) | access.watchers(user)
        reached = Q(network_id__in=access.networks_where(planned))
        paid = Q(network_id__in=access.networks_where(access.funders(user)), state="verified")
        return self.filter(reached | paid)

    def gates(self) -> MilestoneQuerySet:
        """Decision points: the committee may verify these."""
        return self.filter(is_gate=True)


class DeliverableQuerySet(ItemQuerySet):
    """Deliverables are seen by dissemination level."""

    def visible_to(self, user: Person) -> DeliverableQuerySet:
        """Insiders all; panel PU and SEN; funders what of that is accepted; observers PU."""
        if not access.is_known(user):
            return self.none()
        where = access.networks_where
        inside = Q(network_id__in=where(access.insiders(user)))
        panel = Q(network_id__in=where(access.panel(user)), dissemination_level__in=OPEN_TO_PANEL)
        paid = Q(
            network_id__in=where(access.funders(user)),
            dissemination_level__in=OPEN_TO_PANEL,
            state="accepted",
        )
        watched = Q(network_id__in=where(access.watchers(user)), dissemination_level=PUBLIC)
        return self.filter(inside | panel | paid | watched)


class WorkPackageQuerySet(NetworkOwnedQuerySet):
    """Work packages are part of the public plan."""

    def visible_to(self, user: Person) -> WorkPackageQuerySet:
        if not access.is_known(user):
            return self.none()
        return self.within(
            access.insiders(user)
            | access.panel(user)
            | access.funders(user)
            | access.watchers(user)
        )


class AboutItemQuerySet(NetworkOwnedQuerySet):
    """Rows about one milestone or deliverable: seen where the item itself is seen inside."""

    def visible_to(self, user: Person) -> AboutItemQuerySet:
        """Insiders all; panel all but what concerns classified deliverables."""
        if not access.is_known(user):
            return self.none()
        inside = Q(network_id__in=access.networks_where(access.insiders(user)))
        panel = Q(network_id__in=access.networks_where(access.panel(user)))
        unclassified = Q(deliverable__isnull=True) | Q(
            deliverable__dissemination_level__in=OPEN_TO_PANEL
        )
        return self.filter(inside | (panel & unclassified))


class StatusUpdateQuerySet(AboutItemQuerySet):
    """The append-only history of items."""

    def newest_first(self) -> StatusUpdateQuerySet:
        """Latest row first; rows of one instant in the order they were written."""
        return self.order_by("-at", "-pk")


class EvidenceQuerySet(AboutItemQuerySet):
    """Files, links and DOIs that show a claim."""


class RiskQuerySet(NetworkOwnedQuerySet):
    """Critical risks: insiders and panel."""

    def open(self) -> RiskQuerySet:
        """Risks that are still watched."""
        return self.filter(closed_on__isnull=True)


class AmendmentQuerySet(NetworkOwnedQuerySet):
    """Requests to change the contract: insiders and panel."""

    def waiting(self) -> AmendmentQuerySet:
        """Submitted and not yet decided."""
        return self.filter(state="submitted")
