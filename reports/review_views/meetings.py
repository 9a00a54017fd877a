"""A meeting: agenda in order, who is there, minutes and decisions, all by keyboard."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from milestones.forms.base import ServiceForm
from networks.clock import Today
from networks.models import User
from networks.pages import act_on_page, dates_now, signed_in
from networks.refusals import Refusal
from reports.access import can, refuse
from reports.models import AgendaItem, Meeting, Review, ReviewRound
from reports.review_forms.meetings import AgendaForm, AttendanceForm, MeetingForm, MinutesForm
from reports.review_views.base import ActPage
from reports.review_views.committee import run_by
from reports.services.meetings import close_meeting, move_on_agenda, take_off_agenda


class NewMeeting(LoginRequiredMixin, TemplateView):
    """Call a meeting."""

    template_name = "reports/meeting_new.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request)
        if form.carry_out(act_on_page(request)) and form.meeting:
            messages.success(request, _("The meeting is called."))
            return HttpResponseRedirect(reverse("meeting", args=[form.meeting.pk]))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form(self, request: HttpRequest) -> MeetingForm:
        """The form, for the programmes whose committee the person calls together."""
        programmes = run_by(signed_in(request))
        if not programmes.exists():
            raise Http404
        return MeetingForm(programmes, request.POST or None)


class MeetingView(ActPage):
    """What all pages of a meeting share."""

    model = Meeting
    related = ("programme",)

    @cached_property
    def runs(self) -> bool:
        """Whether the person minutes it."""
        return can(self.person, "run_meetings", self.thing.programme)

    def check(self) -> None:
        if self.request.method == "POST" and not self.runs:
            refuse()

    def target(self) -> str:
        return reverse("meeting", args=[self.thing.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # A meeting has no network: the page's own context, not that of a thing with one.
        context: dict[str, Any] = TemplateView.get_context_data(self, **kwargs)
        return context | {"meeting": self.thing, "runs": self.runs, "today": dates_now().utc_date}


class MeetingPage(MeetingView):
    """The agenda with minutes; a form each for minutes, attendance, and one more report."""

    template_name = "reports/meeting.html"

    def form(self, request: HttpRequest) -> ServiceForm:
        if "round" in request.POST:
            return AgendaForm(self.thing, addable(self.person, self.thing), request.POST)
        return AttendanceForm(self.thing, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        adds = isinstance(form, AgendaForm)
        open_ = self.runs and self.thing.closed_at is None
        return super().get_context_data(
            lines=agenda(self.person, self.thing, open_, dates_now()),
            attendance=(AttendanceForm(self.thing) if adds else form) if open_ else None,
            attendees=list(self.thing.attendees.order_by("name")),
            adding=(form if adds else AgendaForm(self.thing, addable(self.person, self.thing)))
            if open_
            else None,
            writes=open_,
            **kwargs,
        )

    def done(self) -> str:
        return _("Kept.")


def item_of(person: User, meeting: Meeting, pk: int) -> AgendaItem:
    """An item of an agenda; 404 for whoever may not see its round."""
    rounds = ReviewRound.objects.visible_to(person).values("pk")
    rows = AgendaItem.objects.filter(meeting=meeting, round__in=rounds)
    rows = rows.select_related("meeting__programme", "round__network", "round__report")
    found: AgendaItem = get_object_or_404(rows, pk=pk)
    return found


class MinutesPage(MeetingView):
    """The minutes of one report on the agenda."""

    template_name = "reports/minutes.html"

    @cached_property
    def item(self) -> AgendaItem:
        """The item of the address, if the person may see its round."""
        return item_of(self.person, self.thing, self.kwargs["item"])

    def check(self) -> None:
        """Whoever may not see the item gets 404, before anything is said of their role."""
        if self.item:
            super().check()

    def form(self, request: HttpRequest) -> ServiceForm:
        return MinutesForm(self.item, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "item": self.item})

    def done(self) -> str:
        return _("The minutes are kept.")

    def target(self) -> str:
        return f"{super().target()}#item-{self.item.round_id}"


class AgendaStep(MeetingView):
    """One press: up, down, off the agenda, or the end of the meeting."""

    http_method_names = ["post"]
    step: str = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        try:
            where = self.take(request)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            where = ""
        return HttpResponseRedirect(f"{self.target()}{where}")

    def take(self, request: HttpRequest) -> str:
        """Run the step; returns the part of the page to come back to."""
        act = act_on_page(request)
        if self.step == "close":
            close_meeting(act, self.thing)
            messages.success(request, _("The meeting is closed."))
            return ""
        item = item_of(self.person, self.thing, self.kwargs["item"])
        if self.step == "off":
            take_off_agenda(act, item)
            return ""
        move_on_agenda(act, item, up=self.step == "up")
        return f"#item-{item.round_id}"


# A round in the state of answer is ripe as soon as the days for it are over.
RIPE = (ReviewRound.State.PANEL, ReviewRound.State.ANSWER)


def addable(person: User, meeting: Meeting) -> Any:
    """Rounds that can come onto the agenda: under way, of the programme, not on it yet."""
    ended = (ReviewRound.State.DECIDED, ReviewRound.State.WITHDRAWN)
    rows = ReviewRound.objects.visible_to(person).exclude(state__in=ended)
    rows = rows.filter(network__programme=meeting.programme).exclude(agenda_items__meeting=meeting)
    return rows.select_related("network", "report", "version").order_by("network__acronym", "pk")


def agenda(person: User, meeting: Meeting, writes: bool, today: Today) -> list[dict[str, Any]]:
    """The items in order; of a round that a person may not see, the number and no more."""
    seen = {
        row.pk: row
        for row in ReviewRound.objects.visible_to(person)
        .filter(agenda_items__meeting=meeting)
        .select_related("network", "report", "version", "decision")
        .prefetch_related("reviews")
    }
    lines = []
    for item in meeting.agenda.order_by("position", "pk"):
        round_ = seen.get(item.round_id)
        waits = bool(round_ and round_.is_answerable(today.in_zone(round_.network.time_zone)))
        lines.append(
            {
                "item": item,
                "round": round_,
                "decision": getattr(round_, "decision", None) if round_ else None,
                "missing": _missing(round_) if round_ else 0,
                "waits": waits,
                "decides": bool(round_ and round_.state in RIPE and not waits),
                "form": MinutesForm(item, auto_id=f"id_{item.pk}_%s")
                if writes and round_
                else None,
            }
        )
    return lines


def _missing(round_: ReviewRound) -> int:
    return sum(review.state in Review.OPEN_STATES for review in round_.reviews.all())
