"""The page on which managers say how often their programme wants reports."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from milestones.forms import ServiceForm
from networks.acts import Act
from networks.models import Network, Programme
from networks.pages import act_on_page, signed_in
from reports.models import ProgressReport
from reports.services.rhythm import MOST_DAYS, MOST_MONTHS, set_rhythm


class RhythmForm(ServiceForm):
    """Months between reports, and days to hand them in."""

    every_months = forms.IntegerField(
        label=gettext_lazy("Months between two reports"), min_value=1, max_value=MOST_MONTHS
    )
    due_days = forms.IntegerField(
        label=gettext_lazy("Days to hand a report in after its period"),
        min_value=0,
        max_value=MOST_DAYS,
    )
    final_due_days = forms.IntegerField(
        label=gettext_lazy("Days to hand the final report in after the end"),
        help_text=gettext_lazy("Empty: as for the other reports."),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        self.programme = programme
        kwargs["initial"] = {
            "every_months": programme.reporting_every_months,
            "due_days": programme.report_due_days,
            "final_due_days": programme.final_report_due_days,
        }
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        set_rhythm(act, self.programme, **self.cleaned_data)


class ReportRhythm(LoginRequiredMixin, TemplateView):
    """For managers; anybody else gets 404."""

    template_name = "reports/rhythm.html"

    @cached_property
    def programme(self) -> Programme:
        """The programme of the address, if this person manages it."""
        managed = Programme.objects.held_by(signed_in(self.request), ("manager",))
        found: Programme = get_object_or_404(managed, slug=self.kwargs["slug"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        running = Network.objects.running().filter(programme=self.programme)
        waiting = ProgressReport.objects.filter(
            network__in=running, state__in=["scheduled", "open"], template__isnull=True
        )
        return {
            "programme": self.programme,
            "form": RhythmForm(self.programme),
            "networks": running.count(),
            "waiting": waiting.count(),
            "heading": _("Rhythm of reports"),
        } | super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RhythmForm(self.programme, request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(
            request,
            _("The rhythm is saved. Reports that nobody has begun follow within a few minutes."),
        )
        return HttpResponseRedirect(reverse("report-templates"))
