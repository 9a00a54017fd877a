"""The page of one round, for staff and committee: reviewers, spread, summary, decision."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.forms.base import ServiceForm
from networks.acts import Act
from networks.pages import act_on_page
from networks.refusals import Refusal
from reports.access import refuse, runs_review
from reports.content import altered
from reports.models import FactualAnswer, Rating, Review, ReviewRound
from reports.rateable import rateable
from reports.review_forms.rounds import AssignForm, MoveReviewForm, SummaryForm
from reports.review_views.base import ActPage, ThingPage
from reports.revisions import earlier, what_changed
from reports.services.assigning import appoint_rapporteur, withdraw_review
from reports.spread import spread_of


class RoundView(ThingPage):
    """What all pages about one round share."""

    model = ReviewRound
    related = ("network__programme", "report", "version", "summarised_by")

    @cached_property
    def reviews(self) -> list[Review]:
        """The reviews of this round that the person may read."""
        return list(seen(self.person, self.thing))

    @cached_property
    def runs(self) -> bool:
        """Whether the person runs the committee's work: they see who was asked, and who is late."""
        return runs_review(self.person, self.thing)

    @cached_property
    def in_full(self) -> bool:
        """Whether the person may read what all reviewers say together."""
        done = [review for review in self.reviews if review.state == Review.State.SUBMITTED]
        total = self.thing.reviews.filter(state=Review.State.SUBMITTED).count()
        return bool(total) and len(done) == total

    @cached_property
    def waits(self) -> bool:
        """Whether nothing can be decided yet, since the network may still answer."""
        day = self.dates.in_zone(self.thing.network.time_zone)
        return bool(self.thing.is_answerable(day))

    def target(self) -> str:
        """The round's page."""
        return reverse("review-round", args=[self.thing.pk])


def seen(person: Any, round_: ReviewRound) -> QuerySet[Any]:
    """The reviews of a round that a person may read, with their ratings."""
    rows: QuerySet[Any] = Review.objects.visible_to(person).filter(round=round_)
    ratings = Prefetch("ratings", Rating.objects.order_by("pk"))
    return rows.select_related("reviewer").prefetch_related(ratings).order_by("pk")


class RoundPage(RoundView):
    """How far the round is, and everything that may be read of it."""

    template_name = "reports/review_round.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_: ReviewRound = self.thing
        before = earlier(round_)
        return super().get_context_data(
            round=round_,
            altered=altered((before, round_.version)),
            runs=self.runs,
            waits=self.waits,
            steps=steps(round_),
            **self.rapporteurs(),
            written=self.written(self.reviews, round_),
            spread=spread_of(round_) if self.in_full else None,
            revised=before is not None,
            before=before,
            changed=what_changed(before.content, round_.version.content) if before else [],
            earlier=self.earlier(),
            answer=FactualAnswer.objects.filter(round=round_).select_related("author").first(),
            decision=getattr(round_, "decision", None),
            **kwargs,
        )

    def rapporteurs(self) -> dict[str, Any]:
        """Who was asked, who of them may become rapporteur now, and whether there is none."""
        asked = self.asked()
        waits = self.thing.state in (ReviewRound.State.REVIEWING, ReviewRound.State.SUMMARY)
        able = (*Review.OPEN_STATES, Review.State.SUBMITTED)
        there = [review for review in asked if review.state in able]
        return {
            "asked": asked,
            "eligible": {row.pk for row in there if not row.is_rapporteur} if waits else set(),
            "headless": waits and bool(there) and not any(row.is_rapporteur for row in there),
        }

    def asked(self) -> list[Review]:
        """Who was asked, for those who run the work."""
        if not self.runs:
            return []
        rows = self.thing.reviews.select_related("reviewer")
        return list(rows.order_by("-is_rapporteur", "due_date", "pk"))

    def written(self, reviews: list[Review], round_: ReviewRound) -> list[dict[str, Any]]:
        """Submitted reviews with their ratings by label."""
        labels = {thing.about: thing.label for thing in rateable(round_.version.content)}
        return [
            {
                "review": review,
                "ratings": [
                    {"label": labels.get(rating.about, rating.about), "rating": rating}
                    for rating in review.ratings.all()
                ],
            }
            for review in reviews
            if review.state == Review.State.SUBMITTED
        ]

    def earlier(self) -> list[dict[str, Any]]:
        """The reviews of earlier rounds of the same report, as far as the person may."""
        rounds = ReviewRound.objects.visible_to(self.person).filter(report=self.thing.report_id)
        rows = rounds.filter(pk__lt=self.thing.pk).select_related("version").order_by("-pk")
        return [
            {
                "round": row,
                "written": self.written(list(seen(self.person, row)), row),
                "decision": getattr(row, "decision", None),
            }
            for row in rows
        ]


def steps(round_: ReviewRound) -> list[dict[str, Any]]:
    """The way of a round, with where it is."""
    order = [
        (ReviewRound.State.REVIEWING, _("Reviews")),
        (ReviewRound.State.SUMMARY, _("Summary")),
        (ReviewRound.State.ANSWER, _("Network's answer")),
        (ReviewRound.State.PANEL, _("Panel")),
        (ReviewRound.State.DECIDED, _("Decided")),
    ]
    states = [str(state) for state, _label in order]
    at = states.index(round_.state) if round_.state in states else 0
    return [
        {"label": label, "done": number < at, "now": number == at}
        for number, (_state, label) in enumerate(order)
    ]


class Assign(RoundView, ActPage):
    """Ask reviewers."""

    template_name = "reports/review_assign.html"
    needed = "assign"

    def form(self, request: HttpRequest) -> ServiceForm:
        today = self.dates.in_zone(self.thing.network.time_zone)
        return AssignForm(self.thing, today, request.POST or None)

    def done(self) -> str:
        return _("They are asked, and declare first whether they have a conflict.")


class Summarise(RoundView, ActPage):
    """Write the summary, and share it."""

    template_name = "reports/review_summary.html"
    needed = "summarise"

    def check(self) -> None:
        """Not before all reviews are in: a chair who reviews as well would read the others'."""
        super().check()
        if self.thing.state == ReviewRound.State.REVIEWING:
            raise Http404

    def form(self, request: HttpRequest) -> ServiceForm:
        today = self.dates.in_zone(self.thing.network.time_zone)
        return SummaryForm(self.thing, spread_of(self.thing), today, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(round=self.thing, spread=spread_of(self.thing), **kwargs)

    def done(self) -> str:
        if self.thing.state == ReviewRound.State.SUMMARY:
            return _("The summary is kept. Nobody else is told of it yet.")
        if self.thing.state == ReviewRound.State.ANSWER:
            return _("The network reads the summary now, and may answer.")
        return _("The round is ready for the panel.")


class ReviewStep(RoundView):
    """One press: make somebody rapporteur, do without a review, or give it another date."""

    http_method_names = ["post"]
    step: str = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = Review.objects.filter(round=self.thing).select_related("reviewer")
        review = get_object_or_404(rows, pk=self.kwargs["review"])
        # Before the form is read: whoever may not do it is not told what it lacks.
        if "assign" not in self.actions:
            refuse()
        try:
            said = self.take(act_on_page(request), review)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, said)
        return HttpResponseRedirect(self.target())

    def take(self, act: Act, review: Review) -> str:
        """Run the step; returns what to say."""
        if self.step == "withdraw":
            withdraw_review(act, review)
            return _("The review is not awaited any more.")
        if self.step == "rapporteur":
            appoint_rapporteur(act, review)
            return _("The rapporteur is changed.")
        form = MoveReviewForm(review, self.request.POST)
        if not form.carry_out(act):
            raise Refusal(" ".join(str(line) for lines in form.errors.values() for line in lines))
        return _("The review of %(name)s has another date.") % {"name": review.reviewer.name}
