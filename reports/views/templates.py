"""Templates of reports: staff choose a form for each kind, and change its sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from milestones.forms import ServiceForm
from networks.access import is_staff_anywhere
from networks.acts import Act
from networks.models import Programme
from networks.pages import act_on_page, signed_in
from networks.refusals import Refusal
from reports.models import ReportKind, ReportTemplate, TemplateSection
from reports.services.templates import (
    FIELDS,
    choose_form,
    drop_section,
    move_section,
    save_template_section,
)


class SectionForm(forms.ModelForm, ServiceForm):  # type: ignore[type-arg]
    """One section: what is asked, how much, for whom, with which facts."""

    class Meta:
        model = TemplateSection
        fields = list(FIELDS)
        widgets = {"guidance": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, template: ReportTemplate, *args: Any, **kwargs: Any) -> None:
        self.template = template
        super().__init__(*args, **kwargs)

    def run(self, act: Act) -> None:
        given = self.cleaned_data
        section = None
        if self.instance.pk is not None:
            section = TemplateSection.objects.select_related("template").get(pk=self.instance.pk)
        self.saved = save_template_section(act, self.template, section, **given)


class StaffOnly(LoginRequiredMixin, TemplateView):
    """Pages of those who run a programme; anybody else gets 404."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not is_staff_anywhere(signed_in(request)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def template_of(self, pk: int) -> ReportTemplate:
        """A template of a programme that the person runs."""
        rows = ReportTemplate.objects.editable_by(signed_in(self.request))
        found: ReportTemplate = get_object_or_404(rows.select_related("programme"), pk=pk)
        return found


class TemplateList(StaffOnly):
    """For each programme and kind: the form in use, and the ready ones to choose from."""

    template_name = "reports/template_list.html"

    def programmes(self) -> Any:
        """Programmes whose staff the person is."""
        return Programme.objects.held_by(signed_in(self.request)).order_by("name", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        current = ReportTemplate.objects.filter(is_current=True, programme__isnull=False)
        used = {(row.programme_id, row.kind): row for row in current}
        managed = set(Programme.objects.held_by(signed_in(self.request), ("manager",)))
        rows = [
            {
                "programme": programme,
                "is_managed": programme in managed,
                "kinds": [
                    {"value": value, "label": label, "template": used.get((programme.pk, value))}
                    for value, label in ReportKind.choices
                ],
            }
            for programme in self.programmes()
        ]
        forms_known = ReportTemplate.Form.choices
        return super().get_context_data(rows=rows, forms=forms_known, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Choose a form for one kind of report of a programme."""
        programme = self.programmes().filter(pk=_number(request.POST.get("programme"))).first()
        if programme is None:
            messages.error(request, _("Choose one of your programmes."))
            return HttpResponseRedirect(reverse("report-templates"))
        kind, form = request.POST.get("kind", ""), request.POST.get("form", "")
        if kind not in ReportKind.values or form not in ReportTemplate.Form.values:
            messages.error(request, _("Choose a kind of report and one of the forms."))
            return HttpResponseRedirect(reverse("report-templates"))
        try:
            chosen = choose_form(act_on_page(request), programme, kind, form)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("report-templates"))
        messages.success(
            request,
            _("New reports of %(programme)s take “%(template)s”.")
            % {"programme": programme, "template": chosen},
        )
        return HttpResponseRedirect(reverse("report-template", args=[chosen.pk]))


class EditTemplate(StaffOnly):
    """The sections of one template, to be moved, changed, dropped; and a form to add one."""

    template_name = "reports/template.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template = self.template_of(self.kwargs["pk"])
        return super().get_context_data(
            template=template,
            sections=template.sections.order_by("position"),
            in_use=template.reports.count(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move or drop a section."""
        template = self.template_of(self.kwargs["pk"])
        rows = template.sections.select_related("template__programme")
        section = rows.filter(pk=_number(request.POST.get("section"))).first()
        if section is None:
            messages.error(request, _("Somebody has taken this section away in the meantime."))
            return HttpResponseRedirect(reverse("report-template", args=[template.pk]))
        act = act_on_page(request)
        try:
            match request.POST.get("step"):
                case "up" | "down" as way:
                    changed = move_section(act, section, up=way == "up").template
                case "drop":
                    changed = drop_section(act, section)
                    messages.success(request, _("“%(section)s” is dropped.") % {"section": section})
                case _:
                    raise Http404
        except Refusal as refusal:
            messages.error(request, str(refusal))
            changed = template
        return HttpResponseRedirect(reverse("report-template", args=[changed.pk]))


class EditSection(StaffOnly):
    """One section, new or known, as a form."""

    template_name = "reports/template_section.html"

    def form(self, data: Any = None) -> SectionForm:
        """The form over the section of the address, or over a new one."""
        template = self.template_of(self.kwargs["pk"])
        section = None
        if "section" in self.kwargs:
            section = get_object_or_404(template.sections, pk=self.kwargs["section"])
        return SectionForm(template, data, instance=section)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.form()
        heading = _("Change a section") if form.instance.pk else _("Add a section")
        return super().get_context_data(
            form=form, template=form.template, heading=heading, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, _("“%(section)s” is saved.") % {"section": form.saved})
        return HttpResponseRedirect(reverse("report-template", args=[form.saved.template_id]))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
