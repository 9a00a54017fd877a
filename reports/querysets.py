"""Named questions to reports and reviews. Who sees what of them is said here, once.

============ ============================================================ ==================
who          reports                                                      reviews
============ ============================================================ ==================
insiders     all of their network's (team and staff)                      team: what is meant
                                                                          for the network, once
                                                                          decided; staff: all
chair        submitted ones of the programme, unless conflicted           all, unless conflicted
reviewer     the versions assigned to them, after declaring no conflict   their own; the others'
                                                                          once own is submitted;
                                                                          those of earlier, decided
                                                                          rounds of the same report
funder       accepted ones of networks it pays a share of                 none
============ ============================================================ ==================

A person in conflict with a network sees nothing of it (``access.conflicted``), and staff who
have a part in it (``access.concerned``) no more than its team does; one who
recused themselves from a review sees nothing of that report either, and one who was asked
and has not declared yet sees nothing so far: a chair who reviews as well declares first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeAlias

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from networks import access
from networks.clock import Today
from networks.querysets import NetworkOwnedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from networks.models import User

    Person: TypeAlias = User | AnonymousUser

SUBMITTED_ONCE = ("submitted", "under_review", "accepted", "accepted_with_conditions")
ACCEPTED = ("accepted", "accepted_with_conditions")
DECLARED = ("in_progress", "submitted")


def _reviews(**lookups: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = apps.get_model("reports", "Review")._default_manager.filter(**lookups)
    return rows


def chaired(user: User) -> Q:
    """Condition on Network: the person chairs its committee and has no conflict with it."""
    programmes = access.programmes_held(user, ("chair",))
    return Q(programme_id__in=programmes) & ~Q(pk__in=access.conflicted(user))


def own_reviews(user: User) -> QuerySet[Any]:
    """Reviews a person may work on: declared free of conflict, and still on the panel."""
    panel = access.networks_where(access.panel(user))
    return _reviews(reviewer=user, state__in=DECLARED, network_id__in=panel)


def recused(user: User) -> QuerySet[Any]:
    """The ids of reports from whose review a person has recused themselves."""
    return _reviews(reviewer=user, state="recused").values("round__report_id")


def barred(user: User) -> QuerySet[Any]:
    """The ids of reports that a person may not see as one of the committee.

    They have recused themselves, or were asked and have not said yet whether they must.
    """
    return _reviews(reviewer=user, state__in=("recused", "assigned")).values("round__report_id")


def reports_read(user: User) -> Q:
    """Condition on ProgressReport: a person follows it, with every version handed in."""
    own = access.impartial_staff(user) | access.team(user)
    inside = Q(network_id__in=access.networks_where(own))
    chair = Q(network_id__in=access.networks_where(chaired(user)), versions__isnull=False)
    assigned = Q(pk__in=own_reviews(user).values("round__report_id"))
    return inside | ((chair | assigned) & ~Q(pk__in=barred(user)))


def reports_paid_for(user: User) -> Q:
    """Condition on ProgressReport: accepted, and of a network a person's organisation pays."""
    shares = access.funders(user) & ~Q(pk__in=access.concerned(user))
    return Q(network_id__in=access.networks_where(shares), state__in=ACCEPTED)


class ReportTemplateQuerySet(QuerySet[Any]):
    """Templates: staff of the programme edit them; whoever writes a report reads its own."""

    def editable_by(self, user: Person) -> Self:
        """Those of programmes whose staff the person is."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.filter(programme__isnull=False)
        return self.filter(programme_id__in=access.programmes_held(user, access.STAFF))

    def ready(self) -> Self:
        """The ones we ship."""
        return self.filter(programme__isnull=True)


class ProgressReportQuerySet(NetworkOwnedQuerySet):
    """Progress reports."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        seen = reports_read(user) | reports_paid_for(user)
        return self.filter(pk__in=self.model._default_manager.filter(seen).values("pk"))

    def to_hand_in(self) -> Self:
        """Reports that the network still has to hand in."""
        return self.filter(state__in=self.model.OPEN_STATES)

    def handed_in(self) -> Self:
        """Reports that staff or the committee have."""
        return self.filter(state__in=self.model.HANDED_IN_STATES)


class AboutReportQuerySet(QuerySet[Any]):
    """Rows of a draft: seen by insiders only, as a draft is nobody else's business."""

    def visible_to(self, user: Person) -> Self:
        """Those of networks the person runs or belongs to."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        inside = access.networks_where(access.insiders(user))
        return self.filter(report__network_id__in=inside)


class ReportVersionQuerySet(QuerySet[Any]):
    """Submitted versions."""

    def visible_to(self, user: Person) -> Self:
        """As the report; a funder sees the last version only, which is the accepted one."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        reports = apps.get_model("reports", "ProgressReport")._default_manager
        read = Q(report__in=reports.filter(reports_read(user)).values("pk"))
        paid = Q(report__in=reports.filter(reports_paid_for(user)).values("pk"))
        later = self.model._default_manager.filter(
            report=OuterRef("report"), number__gt=OuterRef("number")
        )
        return self.filter(read | (paid & ~Exists(later)))


class ReviewRoundQuerySet(NetworkOwnedQuerySet):
    """Rounds of review, as staff and committee see them."""

    def visible_to(self, user: Person) -> Self:
        """Staff all; chair and declared reviewers unless conflicted or recused; nobody else."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        staff = Q(network_id__in=access.networks_where(access.impartial_staff(user)))
        chair = Q(network_id__in=access.networks_where(chaired(user)))
        mine = Q(pk__in=own_reviews(user).values("round_id"))
        return self.filter(staff | ((chair | mine) & ~Q(report_id__in=barred(user))))


class ReviewQuerySet(NetworkOwnedQuerySet):
    """Single reviews: hidden from the other reviewers until their own is submitted."""

    def visible_to(self, user: Person) -> Self:
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        staff = Q(network_id__in=access.networks_where(access.impartial_staff(user)))
        chair = Q(network_id__in=access.networks_where(chaired(user)))
        # A chair who reviews as well waits like every other reviewer.
        waits = _reviews(reviewer=user, state__in=("assigned", "in_progress")).values("round_id")
        done = own_reviews(user).filter(state="submitted").values("round_id")
        others = Q(round_id__in=done, state="submitted")
        # Who reviews a revision reads what was said of the version before it.
        asked = own_reviews(user).values("round__report_id")
        earlier = Q(round__report_id__in=asked, round__state="decided", state="submitted")
        free = ~Q(round__report_id__in=barred(user))
        panel = (chair & ~Q(round_id__in=waits)) | others | earlier
        # Also one not declared or recused: its own row says so. A role that ended shows none,
        # and neither does a conflict that was found elsewhere.
        own = Q(reviewer=user, network_id__in=access.networks_where(access.panel(user)))
        return self.filter(staff | own | (panel & free))


class MeetingQuerySet(QuerySet[Any]):
    """Meetings: staff and committee of the programme."""

    def visible_to(self, user: Person) -> Self:
        """Those of programmes whose staff or committee the person is."""
        if not access.is_known(user):
            return self.none()
        if user.is_superuser:
            return self.all()
        held = access.programmes_held(user, (*access.STAFF, *access.COMMITTEE))
        return self.filter(programme_id__in=held)


class DecisionQuerySet(NetworkOwnedQuerySet):
    """Decisions: for all who see the report."""

    def visible_to(self, user: Person) -> Self:
        """As the report of the round."""
        if not access.is_known(user):
            return self.none()
        reports = apps.get_model("reports", "ProgressReport")._default_manager
        return self.filter(round__report__in=reports.visible_to(user).values("pk"))


class ConditionQuerySet(NetworkOwnedQuerySet):
    """Conditions: insiders and panel, as the milestones they stand beside."""

    def visible_to(self, user: Person) -> Self:
        """Without those of a report from which the person has recused themselves."""
        seen = super().visible_to(user)
        if not access.is_known(user) or user.is_superuser:
            return seen
        inside = Q(network_id__in=access.networks_where(access.insiders(user)))
        return seen.filter(inside | ~Q(decision__round__report_id__in=barred(user)))

    def overdue(self, today: Today) -> Self:
        """Open conditions whose due day is over in the network's own zone."""
        late = self.filter(state__in=self.model.OPEN_STATES, due_date__lt=today.latest())
        return late.filter(due_date__lt=today.expression("network__time_zone"))
