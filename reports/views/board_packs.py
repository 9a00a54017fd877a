"""The board pack as a file, and the page on which managers say who gets it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import FormView

from networks.access import STAFF
from networks.clock import Today
from networks.models import Programme, User
from networks.months import add_months
from networks.pages import act_on_page, signed_in
from networks.refusals import Refusal
from reports.models import BoardPackSchedule
from reports.papers.board_pack import board_pack
from reports.services.board_packs import (
    FIRST_SPAN_MONTHS,
    READERS,
    readers_of,
    schedule_board_pack,
)


class Days(forms.Form):
    """Of which day, and since when."""

    as_of = forms.DateField(required=False)
    since = forms.DateField(required=False)


def programme_of(user: User, slug: str, roles: tuple[str, ...]) -> Programme:
    """A programme in which the person has one of some roles; else 404."""
    found: Programme = get_object_or_404(Programme.objects.held_by(user, roles), slug=slug)
    return found


@require_GET
@login_required
def show_pack(request: HttpRequest, slug: str) -> HttpResponse:
    """The PDF, of what this person may see."""
    user, now = signed_in(request), timezone.now()
    programme, days = programme_of(user, slug, READERS), Days(request.GET)
    if not days.is_valid():
        return HttpResponseBadRequest(_("That is no date."), content_type="text/plain")
    as_of: date = days.cleaned_data["as_of"] or Today.at(now).utc_date
    since: date = days.cleaned_data["since"] or _some_months_before(as_of)
    try:
        pdf = board_pack(user, programme, now, as_of=as_of, since=since)
    except Refusal as refusal:
        return HttpResponseBadRequest(str(refusal), content_type="text/plain; charset=utf-8")
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slug}-{as_of.isoformat()}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _some_months_before(day: date) -> date:
    """The day since when a pack tells the news; the first day there is, in the year 1."""
    try:
        return add_months(day, -FIRST_SPAN_MONTHS)
    except ValueError:
        return date.min


class ScheduleForm(forms.Form):
    """How often, when next, and to whom."""

    every_months = forms.IntegerField(
        label=gettext_lazy("Every so many months"), min_value=1, max_value=24
    )
    next_on = forms.DateField(label=gettext_lazy("Next on"))
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=gettext_lazy("People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, programme: Programme, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["people"]
        people.queryset = readers_of(programme, today).order_by("name", "pk")


class SchedulePack(LoginRequiredMixin, FormView[ScheduleForm]):
    """Managers change it; officers look."""

    template_name = "reports/board_pack_form.html"
    form_class = ScheduleForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.programme = programme_of(signed_in(request), kwargs["slug"], STAFF)
            self.schedule = BoardPackSchedule.objects.filter(programme=self.programme).first()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        today = Today.at(timezone.now()).utc_date
        return {**super().get_form_kwargs(), "programme": self.programme, "today": today}

    def get_initial(self) -> dict[str, Any]:
        if self.schedule is None:
            return {"every_months": 3}
        return {
            "every_months": self.schedule.every_months,
            "next_on": self.schedule.next_on,
            "people": self.schedule.people.all(),
        }

    def form_valid(self, form: ScheduleForm) -> HttpResponse:
        try:
            schedule_board_pack(act_on_page(self.request), self.programme, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The schedule of the board pack is kept."))
        return redirect("board-pack-schedule", slug=self.programme.slug)

    def form_invalid(self, form: ScheduleForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(programme=self.programme, schedule=self.schedule, **kwargs)
