"""The committee's page: what I review by when, the meetings, and for the chair who is late."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.views.generic import TemplateView

from networks import access
from networks.models import Programme, User
from networks.pages import dates_now, page_of, signed_in
from reports.access import CLERKS
from reports.models import Meeting, Review, ReviewRound
from reports.querysets import own_reviews

ROUNDS_SHOWN = 50


class CommitteePage(LoginRequiredMixin, TemplateView):
    """For whoever holds a role on a committee, or runs one."""

    template_name = "reports/committee.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), dates_now().utc_date
        programmes = of_committee(user)
        if not user.is_superuser and not programmes.exists():
            raise Http404
        meetings = Meeting.objects.visible_to(user).select_related("programme")
        meetings = meetings.annotate(reports=Count("agenda"))
        run = run_by(user)
        page = page_of(self.request, rounds_under_way(user), ROUNDS_SHOWN)
        for round_ in page:
            round_.late = [
                review
                for review in round_.reviews.all()
                if review.state in Review.OPEN_STATES and review.due_date < today
            ]
        return super().get_context_data(
            today=today,
            own=own(user),
            summaries=summaries(user),
            done=done(user),
            page=page,
            upcoming=meetings.filter(closed_at__isnull=True).order_by("held_on", "pk")[:20],
            past=meetings.filter(closed_at__isnull=False).order_by("-held_on", "-pk")[:10],
            calls=run.exists(),
            **kwargs,
        )


def of_committee(user: User) -> QuerySet[Any]:
    """Programmes whose committee or staff the person is."""
    held = access.programmes_held(user, (*access.STAFF, *access.COMMITTEE))
    return Programme.objects.filter(pk__in=held)


def run_by(user: User) -> QuerySet[Any]:
    """Programmes whose committee the person calls together."""
    if user.is_superuser:
        return Programme.objects.order_by("name")
    held = access.programmes_held(user, CLERKS)
    return Programme.objects.filter(pk__in=held).order_by("name")


def _on_panel(user: User) -> QuerySet[Any]:
    """A person's reviews of networks on whose panel they are, without a conflict found since."""
    panel = access.networks_where(access.panel(user))
    rows: QuerySet[Any] = Review.objects.filter(reviewer=user, network_id__in=panel)
    return rows


def own(user: User) -> QuerySet[Any]:
    """What I must review, the nearest first."""
    rows = _on_panel(user).filter(
        state__in=Review.OPEN_STATES, round__state=ReviewRound.State.REVIEWING
    )
    return rows.select_related("network", "round__report").order_by("due_date", "pk")


def summaries(user: User) -> QuerySet[Any]:
    """What I must sum up as a rapporteur, the nearest first."""
    mine = own_reviews(user).filter(is_rapporteur=True, state=Review.State.SUBMITTED)
    rows = ReviewRound.objects.visible_to(user).filter(state=ReviewRound.State.SUMMARY)
    rows = rows.filter(pk__in=mine.values("round_id")).select_related("network", "report")
    asked: QuerySet[Any] = rows.order_by("summary_due", "pk")
    return asked


def done(user: User) -> QuerySet[Any]:
    """What I have reviewed lately."""
    rows = _on_panel(user).filter(state=Review.State.SUBMITTED)
    rows = rows.select_related("network", "round__report", "round__decision")
    return rows.order_by("-submitted_at", "-pk")[:10]


def rounds_under_way(user: User) -> QuerySet[Any]:
    """Rounds that the person runs, with who was asked: the chair sees who is late."""
    ended = (ReviewRound.State.DECIDED, ReviewRound.State.WITHDRAWN)
    rows = ReviewRound.objects.visible_to(user).exclude(state__in=ended)
    if not user.is_superuser:
        rows = rows.filter(network__programme__in=access.programmes_held(user, CLERKS))
    counted = rows.annotate(
        asked=Count("reviews", filter=~Q(reviews__state__in=("withdrawn", "recused"))),
        came=Count("reviews", filter=Q(reviews__state="submitted")),
    )
    shown: QuerySet[Any] = counted.select_related("network", "report")
    return shown.prefetch_related("reviews__reviewer").order_by("reviews_due", "pk")
