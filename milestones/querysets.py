"""Named questions to the plan. What "overdue" means is said here, once, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeAlias

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable

from milestones import conditions
from milestones.conditions import OPEN_TO_PANEL, PUBLIC
from networks import access
from networks.clock import Today
from networks.querysets import NetworkOwnedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from networks.models import User

    Person: TypeAlias = User | AnonymousUser

__all__ = ["OPEN_TO_PANEL", "PUBLIC", "SOON_DAYS"]

# Due soon: within this many days, today included.
SOON_DAYS = 30


def people_shown(user: Person) -> Combinable:
    """Whether the people of a row's network are shown to a person: insiders and panel."""
    return access.whether(access.readers, user, "network_id")


class ItemQuerySet(NetworkOwnedQuerySet):
    """Milestones or deliverables. Each question reads ``due_date`` = revised or contractual."""

    def open(self) -> Self:
        """Items somebody of the network still has to hand in."""
        return self.filter(state__in=self.model.OPEN_STATES)

    def handed_in(self) -> Self:
        """Claimed or submitted items that wait for staff."""
        return self.filter(state=self.model.HANDED_IN_STATE)

    def done(self) -> Self:
        """Verified or accepted items."""
        return self.filter(state=self.model.DONE_STATE)

    def overdue(self, today: Today) -> Self:
        """Open items whose due day is over in the network's own zone."""
        return self.filter(conditions.overdue(self.model.OPEN_STATES, today))

    def due_between(self, today: Today, first: int, last: int) -> Self:
        """Open items due from ``first`` to ``last`` days from today, both included."""
        return self.filter(conditions.due_between(self.model.OPEN_STATES, today, first, last))

    def due_soon(self, today: Today, days: int = SOON_DAYS) -> Self:
        """Open items due today or in the days that follow."""
        return self.due_between(today, 0, days)

    def delayed(self) -> Self:
        """Open items whose lead forecasts a date after the due date."""
        return self.filter(conditions.delayed(self.model.OPEN_STATES))

    def returned(self) -> Self:
        """Open items that staff sent back, and of which nobody has said anything since."""
        said = conditions.last_said(str(self.model._meta.model_name))
        return self.open().alias(said=said).filter(said__in=conditions.SENT_BACK)

    def with_people_shown(self, user: Person) -> Self:
        """Add ``shows_people``: whether this person may know who is responsible.

        The plan is public within a network, its people are not: funders and observers see
        the first without the second.
        """
        return self.annotate(shows_people=people_shown(user))


class MilestoneQuerySet(ItemQuerySet):
    """Milestones are part of the public plan; funders see the verified ones."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        return self.filter(conditions.milestones_seen(user))

    def gates(self) -> Self:
        """Decision points: the committee may verify these."""
        return self.filter(is_gate=True)


class DeliverableQuerySet(ItemQuerySet):
    """Deliverables are seen by dissemination level."""

    def visible_to(self, user: Person) -> Self:
        """Insiders all; panel PU and SEN; funders what of that is accepted; observers PU."""
        if not access.is_known(user):
            return self.none()
        return self.filter(conditions.deliverables_seen(user))


class WorkPackageQuerySet(NetworkOwnedQuerySet):
    """Work packages are part of the public plan."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        return self.within(access.anyone(user))

    def with_people_shown(self, user: Person) -> Self:
        """Add ``shows_people``: whether this person may know who leads it."""
        return self.annotate(shows_people=people_shown(user))

    def with_money_shown(self, user: Person) -> Self:
        """Add ``shows_money``: whether this person may read the effort planned for it."""
        return self.annotate(shows_money=access.whether(access.budget, user, "network_id"))


class AboutItemQuerySet(NetworkOwnedQuerySet):
    """Rows about one milestone or deliverable: seen where the item itself is seen inside."""

    def visible_to(self, user: Person) -> Self:
        """Insiders all; panel all but what concerns classified deliverables."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        inside = Q(network_id__in=access.networks_where(access.insiders(user)))
        panel = Q(network_id__in=access.networks_where(access.panel(user)))
        unclassified = Q(deliverable__isnull=True) | Q(
            deliverable__dissemination_level__in=OPEN_TO_PANEL
        )
        return self.filter(inside | (panel & unclassified))


class StatusUpdateQuerySet(AboutItemQuerySet):
    """The append-only history of items."""

    def newest_first(self) -> Self:
        """Latest row first; rows of one instant in the order they were written."""
        return self.order_by("-at", "-pk")


class EvidenceQuerySet(AboutItemQuerySet):
    """Files, links and DOIs that show a claim."""


class RiskQuerySet(NetworkOwnedQuerySet):
    """Critical risks: insiders and panel."""

    def open(self) -> Self:
        """Risks that are still watched."""
        return self.filter(closed_on__isnull=True)

    def high(self) -> Self:
        """Risks with one of likelihood and severity high and the other at least medium."""
        return self.filter(conditions.high_risk())


class AmendmentQuerySet(NetworkOwnedQuerySet):
    """Requests to change the contract: insiders and panel."""

    def waiting(self) -> Self:
        """Submitted and not yet decided."""
        return self.filter(state="submitted")


class AmendmentChangeQuerySet(NetworkOwnedQuerySet):
    """Lines of amendments: insiders all, panel all but those about classified deliverables."""

    def waiting(self) -> Self:
        """Lines of amendments that are submitted and not yet decided."""
        return self.filter(amendment__state="submitted")

    def ending_or_moving(self) -> Self:
        """Lines that give a milestone or deliverable another due date, or end it."""
        moving = Q(action="change", field__in=("due_date", "due_month"))
        items = self.filter(target_kind__in=("milestone", "deliverable"))
        return items.filter(moving | Q(action="drop"))

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        inside = Q(network_id__in=access.networks_where(access.insiders(user)))
        panel = Q(network_id__in=access.networks_where(access.panel(user)))
        # Negated outside of the condition, which is NULL where a line holds no such JSON key.
        lines = self.model._default_manager.filter(pk=OuterRef("pk"))
        classified = Exists(lines.filter(conditions.about_classified()))
        return self.filter(inside | (panel & ~Q(classified)))
