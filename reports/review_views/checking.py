"""The staff's check of a submitted report, and what its network is told of the review."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.forms.base import ServiceForm
from networks.access import STAFF, TEAM, roles_in
from reports.content import altered
from reports.models import ProgressReport, ReportVersion, ReviewRound
from reports.review_forms.rounds import REVIEW_DAYS, AnswerForm, CheckForm
from reports.review_views.base import ActPage
from reports.revisions import what_changed
from reports.told import notes_on, told_of


class CheckReport(ActPage):
    """Complete, or back with notes."""

    model = ProgressReport
    related = ("network__programme", "template")
    template_name = "reports/report_check.html"
    needed = "check_report"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        if self.thing.state != ProgressReport.State.SUBMITTED:
            return HttpResponseRedirect(reverse("report-review", args=[self.thing.pk]))
        return super().get(request, *args, **kwargs)

    def form(self, request: HttpRequest) -> ServiceForm:
        today = self.dates.in_zone(self.thing.network.time_zone)
        proposed = {"reviews_due": today + timedelta(days=REVIEW_DAYS)}
        return CheckForm(self.thing, request.POST or None, initial=proposed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.thing.versions.order_by("-number")[:2])
        changed = what_changed(versions[1].content, versions[0].content) if versions[1:] else []
        return super().get_context_data(
            version=versions[0] if versions else None,
            altered=altered(versions),
            revised=bool(versions[1:]),
            changed=changed,
            notes=notes_on(self.thing),
            **kwargs,
        )

    def done(self) -> str:
        words = {"code": self.thing.code}
        if self.thing.state == ProgressReport.State.UNDER_REVIEW:
            return _("%(code)s is complete. Now choose its reviewers.") % words
        return _("%(code)s went back to the network with your notes.") % words

    def target(self) -> str:
        round_ = ReviewRound.objects.filter(report=self.thing).order_by("-pk").first()
        if self.thing.state == ProgressReport.State.UNDER_REVIEW and round_:
            return reverse("review-round", args=[round_.pk])
        return reverse("report-review", args=[self.thing.pk])


class ReportReview(ActPage):
    """What the network is told: notes, the summary and its answer, the decision, conditions.

    For insiders. The committee has the page of the round, which says more.
    """

    model = ProgressReport
    template_name = "reports/report_review.html"

    @cached_property
    def rounds(self) -> list[Any]:
        """The rounds, as the network reads them."""
        return told_of(self.thing)

    @cached_property
    def answering(self) -> ReviewRound | None:
        """The round that the network may answer now."""
        rows = ReviewRound.objects.filter(report=self.thing, state=ReviewRound.State.ANSWER)
        today = self.dates.in_zone(self.thing.network.time_zone)
        found: ReviewRound | None = rows.filter(answer_until__gte=today).first()
        return found

    def check(self) -> None:
        roles = roles_in(self.person, self.thing.network)
        if not roles.intersection((*STAFF, *TEAM)):
            raise Http404
        if self.request.method == "POST":
            self.needed = "answer"  # type: ignore[misc]
            super().check()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        if self.answering is None:
            messages.error(request, _("There is nothing to answer now, or its days are over."))
            return HttpResponseRedirect(self.target())
        return super().post(request, *args, **kwargs)

    def form(self, request: HttpRequest) -> ServiceForm:
        round_ = self.answering or ReviewRound()
        return AnswerForm(round_, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = ReportVersion.objects.filter(report=self.thing).count()
        return super().get_context_data(
            rounds=self.rounds,
            answering=self.answering if "answer" in self.actions else None,
            notes=notes_on(self.thing),
            revised=versions > 1,
            own_round=self.own_round(),
            **kwargs,
        )

    def own_round(self) -> ReviewRound | None:
        """The newest round, for staff, who see its own page."""
        rows = ReviewRound.objects.visible_to(self.person).filter(report=self.thing)
        found: ReviewRound | None = rows.order_by("-pk").first()
        return found

    def done(self) -> str:
        return _("Your answer is with the panel.")

    def target(self) -> str:
        return reverse("report-review", args=[self.thing.pk])
