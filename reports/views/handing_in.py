"""Submitting a report, waiving it, giving it other dates, comparing its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.forms import ServiceForm
from networks.acts import Act
from networks.clock import Today
from networks.pages import act_on_page
from networks.refusals import Conflict, Refusal
from reports.checklist import missing
from reports.comparing import compare_figures, compare_sections
from reports.content import altered, content_of, for_audience
from reports.models import ProgressReport
from reports.presenting import figures_for_page
from reports.services.scheduling import set_dates, waive
from reports.services.submitting import Incomplete, submit
from reports.views.progress import ReportFrame
from reports.views.writing import WriteFrame


class SubmitReport(WriteFrame):
    """The checklist, and the button that hands the report in."""

    template_name = "reports/submit.html"
    action = "submit"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        content = content_of(self.report, at=now)
        sections = content["sections"]
        return {
            "missing": missing(self.report, content, Today.at(now))
            if self.report.is_writable
            else [],
            "content": content,
            "answered": sum(bool(each["text"] or each["nothing"]) for each in sections),
            "late": [item for item in content["facts"]["items"] if item["late_days"]],
        } | context

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        if not self.report.is_writable:
            return HttpResponseRedirect(self.report.get_absolute_url())
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        seen = request.POST.get("version", "")
        try:
            version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            submit(act_on_page(request), self.report, version=version)
        except Incomplete as error:
            return self.render_to_response(context | {"missing": error.missing}, status=422)
        except Conflict:
            self.report.refresh_from_db()
            return self.render_to_response(context | {"overtaken": True}, status=409)
        except Refusal as refusal:
            # Submitted or waived by somebody else while the page stood open.
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.report.get_absolute_url())
        messages.success(
            request,
            _("%(code)s is submitted. Programme staff check it next.") % {"code": self.report.code},
        )
        return HttpResponseRedirect(self.report.get_absolute_url())


class WaiveForm(ServiceForm):
    """Why a report is not needed."""

    reason = forms.CharField(
        label=gettext_lazy("Why the report is not needed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, report: ProgressReport, *args: Any, **kwargs: Any) -> None:
        self.report = report
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        waive(act, self.report, reason=self.cleaned_data["reason"])


class DatesForm(ServiceForm):
    """Another due date, or facts as of another day."""

    due_date = forms.DateField(label=gettext_lazy("Due date"), widget=forms.DateInput)
    cut_off = forms.DateField(
        label=gettext_lazy("Facts as of"),
        widget=forms.DateInput,
        help_text=gettext_lazy("Milestones, risks and people are shown as of the end of this day."),
    )

    def __init__(self, report: ProgressReport, *args: Any, **kwargs: Any) -> None:
        self.report = report
        kwargs["initial"] = {"due_date": report.due_date, "cut_off": report.cut_off}
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        given = self.cleaned_data
        set_dates(act, self.report, due_date=given["due_date"], cut_off=given["cut_off"])


class StaffStep(ReportFrame):
    """A form of staff about one report."""

    template_name = "reports/staff_form.html"
    form_class: type[WaiveForm | DatesForm]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context | {"form": self.form_class(self.report)})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        form = self.form_class(self.report, request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.render_to_response(context | {"form": form}, status=422)
        messages.success(request, self.done())
        return HttpResponseRedirect(self.address("network-reports"))

    def done(self) -> str:
        """What to say when it is saved."""
        raise NotImplementedError


class WaiveReport(StaffStep):
    """Do without a report."""

    action = "waive"
    form_class = WaiveForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Waive %(code)s") % {"code": self.report.code}
        return super().get_context_data(heading=heading, **kwargs)

    def done(self) -> str:
        return _("%(code)s is waived.") % {"code": self.report.code}


class ReportDates(StaffStep):
    """Give a report other dates."""

    action = "schedule"
    form_class = DatesForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Dates of %(code)s") % {"code": self.report.code}
        return super().get_context_data(heading=heading, **kwargs)

    def done(self) -> str:
        return _("The dates of %(code)s are saved.") % {"code": self.report.code}


class CompareVersions(ReportFrame):
    """Two versions side by side: their words and their figures."""

    template_name = "reports/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if len(self.versions) < 2:
            raise Http404
        asked = self.request.GET
        new = self.version_of(asked.get("to"))
        old = self.version_of(asked.get("from") or str(self.versions[1].number))
        if old is None or new is None:
            raise Http404
        sides = [for_audience(each.content, self.audience) for each in (old, new)]
        sections = compare_sections(*sides)
        return super().get_context_data(
            old=old,
            new=new,
            altered=altered((old, new)),
            versions=self.versions,
            sections=sections,
            unchanged=[pair for pair in sections if not pair.is_changed],
            figures=figures_for_page(compare_figures(*sides)),
            **kwargs,
        )
