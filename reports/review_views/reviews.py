"""One's own review: declaring first, then the assessment; afterwards it stays to be read."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.forms.base import ServiceForm
from reports.access import refuse
from reports.content import altered
from reports.models import Review, ReviewRound
from reports.review_forms.assessing import DeclareForm, ReviewForm
from reports.review_views.base import ActPage
from reports.review_views.rounds import seen
from reports.revisions import earlier, what_changed


class ReviewPage(ActPage):
    """The reviewer's own page. Before the declaration it names network and report, no more."""

    model = Review
    related = ("network__programme", "round__report", "round__version", "reviewer")

    def get_template_names(self) -> list[str]:
        return ["reports/review_form.html" if self.writes else "reports/review_declare.html"]

    @property
    def writes(self) -> bool:
        """Whether the assessment can be written now."""
        review: Review = self.thing
        open_round = review.round.state == ReviewRound.State.REVIEWING
        return review.state == Review.State.IN_PROGRESS and open_round

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Staff and chair come from a reminder that climbed: the round's page is theirs.
        rounds = ReviewRound.objects.visible_to(self.person)
        if self.thing.reviewer_id != self.person.pk and rounds.filter(pk=self.thing.round_id):
            return HttpResponseRedirect(reverse("review-round", args=[self.thing.round_id]))
        return super().get(request, *args, **kwargs)

    def check(self) -> None:
        """Only the reviewer's own: others read it on the page of the round."""
        if self.thing.reviewer_id != self.person.pk:
            if self.request.method == "POST":
                refuse()
            raise Http404
        if self.request.method == "POST":
            self.needed = "review"  # type: ignore[misc]
            super().check()

    def form(self, request: HttpRequest) -> ServiceForm:
        declares = "declared" in request.POST or not self.writes
        if declares:
            return DeclareForm(self.thing, request.POST or None)
        return ReviewForm(self.thing, request.POST or None)

    def show(self, form: ServiceForm, status: int = 200) -> HttpResponse:
        # A refused declaration of a conflict found later is shown with the form for it.
        if isinstance(form, DeclareForm) and self.writes:
            self.template_name = "reports/review_declare.html"
            context = self.get_context_data(form=form, **self.kwargs)
            return self.response_class(
                self.request, [self.template_name], context, status=status, using=None
            )
        return super().show(form, status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review: Review = self.thing
        extra: dict[str, Any] = {"review": review, "report": review.round.report}
        if self.writes and isinstance(kwargs.get("form"), ReviewForm):
            extra |= self.beside(kwargs["form"])
        return super().get_context_data(**extra, **kwargs)

    def beside(self, form: ReviewForm) -> dict[str, Any]:
        """The report's texts beside the fields, what changed, and the reviews before."""
        round_ = self.thing.round
        before = earlier(round_)
        changed = what_changed(before.content, round_.version.content) if before else []
        by_about = {each.about: each.pieces for each in changed}
        blocks = form.blocks()
        for block in blocks:
            block.changed = by_about.get(block.thing.about)  # type: ignore[assignment]
        old = ReviewRound.objects.filter(report=round_.report_id, pk__lt=round_.pk).order_by("-pk")
        return {
            "blocks": blocks,
            "altered": altered((before, round_.version)),
            "revised": before is not None,
            "earlier": [
                review
                for each in old
                for review in seen(self.person, each)
                if review.state == Review.State.SUBMITTED
            ],
        }

    def done(self) -> str:
        review: Review = self.thing
        if review.state == Review.State.RECUSED:
            return _("Thank you. You see nothing of this report from now on.")
        if review.state == Review.State.SUBMITTED:
            return _("Your review is submitted. You can read the others' now.")
        return _("Kept. Nobody else sees it before you submit.")

    def target(self) -> str:
        if self.thing.state == Review.State.SUBMITTED:
            return reverse("review-round", args=[self.thing.round_id])
        return reverse("review", args=[self.thing.pk])
