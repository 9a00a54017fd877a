"""Entering a decision, its letter, and the pages of conditions."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.forms.base import ServiceForm
from networks.access import COMMITTEE, STAFF, TEAM, roles_in
from networks.models import Event
from reports.content import altered
from reports.eligible import free_of
from reports.models import Condition, Decision, Meeting
from reports.review_forms.conditions import ConditionAnswerForm, ConditionVerdictForm
from reports.review_forms.deciding import DecideForm
from reports.review_views.base import ActPage, ThingPage
from reports.review_views.rounds import RoundView
from reports.spread import spread_of


class Decide(RoundView, ActPage):
    """Enter what the panel decided."""

    template_name = "reports/decide.html"
    needed = "decide"

    @cached_property
    def meeting(self) -> Meeting | None:
        """The meeting in which it is decided, when the page was opened from there."""
        asked = self.request.GET.get("meeting", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            return None
        rows = Meeting.objects.visible_to(self.person).filter(pk=asked)
        found: Meeting | None = rows.first()
        return found

    def form(self, request: HttpRequest) -> ServiceForm:
        today = self.dates.in_zone(self.thing.network.time_zone)
        initial: dict[str, Any] = {}
        if self.meeting is not None:
            initial["present"] = (
                len(free_of(self.meeting.attendees.all(), self.thing.report)) or None
            )
        return DecideForm(
            self.thing, today, request.POST or None, meeting=self.meeting, initial=initial
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.thing,
            altered=altered([self.thing.version]),
            spread=spread_of(self.thing) if self.in_full else None,
            meeting=self.meeting,
            waits=self.waits,
            **kwargs,
        )

    def done(self) -> str:
        return _("The decision is taken. The network is told by mail.")

    def target(self) -> str:
        if self.meeting is not None:
            return f"{reverse('meeting', args=[self.meeting.pk])}#item-{self.thing.pk}"
        return reverse("decision", args=[self.thing.decision.pk])


class DecisionPage(ThingPage):
    """The letter, for whoever may see the report."""

    model = Decision
    related = ("network__programme", "round__report", "round__version", "gate", "meeting")
    template_name = "reports/decision.html"

    @cached_property
    def actions(self) -> frozenset[str]:
        return frozenset()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = roles_in(self.person, self.thing.network)
        conditions = Condition.objects.visible_to(self.person).filter(decision=self.thing)
        return super().get_context_data(
            decision=self.thing,
            report=self.thing.round.report,
            conditions=list(conditions.select_related("responsible__user").order_by("number")),
            inside=bool(roles.intersection((*STAFF, *TEAM, *COMMITTEE))),
            of_network=bool(roles.intersection((*STAFF, *TEAM))),
            **kwargs,
        )


class ConditionPage(ActPage):
    """One condition: what is asked, the answer, and the verdict."""

    model = Condition
    related = ("network__programme", "decision__round__report", "responsible__user")
    template_name = "reports/condition.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(request))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verdict = "verdict" in request.POST
        self.needed = "settle_condition" if verdict else "submit_condition"  # type: ignore[misc]
        return super().post(request, *args, **kwargs)

    def form(self, request: HttpRequest) -> ServiceForm:
        if "verdict" in request.POST:
            return ConditionVerdictForm(self.thing, request.POST)
        return ConditionAnswerForm(self.thing, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, condition = kwargs["form"], self.thing
        judged = isinstance(form, ConditionVerdictForm)
        open_ = condition.state == Condition.State.OPEN
        settles = condition.state in (Condition.State.OPEN, Condition.State.SUBMITTED)
        return super().get_context_data(
            condition=condition,
            report=condition.decision.round.report,
            answer_form=(None if judged else form)
            if open_ and "submit_condition" in self.actions
            else None,
            verdict_form=(form if judged else ConditionVerdictForm(condition))
            if settles and "settle_condition" in self.actions
            else None,
            events=self.story(),
            **kwargs,
        )

    def story(self) -> list[dict[str, Any]]:
        """What happened to it, newest first."""
        rows = Event.objects.visible_to(self.person).about(self.thing).select_related("actor")
        icons = {
            "impose_condition": ("gavel", "info"),
            "submit_condition": ("send", "wait"),
            "meet_condition": ("badge-check", "good"),
            "return_condition": ("undo-2", "warn"),
            "waive_condition": ("ban", "quiet"),
        }
        words = {
            "impose_condition": _("Condition imposed"),
            "submit_condition": _("Condition answered"),
            "meet_condition": _("Condition met"),
            "return_condition": _("Condition returned with a note"),
            "waive_condition": _("Condition waived"),
        }
        return [
            {
                "when": row.at,
                "title": words.get(row.verb, row.verb),
                "who": str(row.actor or ""),
                "icon": icons.get(row.verb, ("circle", "info"))[0],
                "tone": icons.get(row.verb, ("circle", "info"))[1],
            }
            for row in rows.order_by("-at", "-pk")
        ]

    def done(self) -> str:
        words = {"code": self.thing.code}
        said = {
            Condition.State.SUBMITTED: _("%(code)s is answered. Programme staff check it next."),
            Condition.State.MET: _("%(code)s is met."),
            Condition.State.WAIVED: _("%(code)s is waived."),
            Condition.State.OPEN: _("%(code)s went back to the network with your note."),
        }
        return said[self.thing.state] % words

    def target(self) -> str:
        url: str = self.thing.get_absolute_url()
        return url
