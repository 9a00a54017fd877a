"""What was asked to change in the contract, and the decision on it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from milestones.access import edits_draft
from milestones.activity import in_words
from milestones.forms import DecisionForm, ServiceForm
from milestones.models import Amendment, AmendmentChange
from milestones.services.amendments import submit_amendment
from milestones.views.frame import INSIDE, PANEL, NetworkPage
from milestones.views.risks import NetworkAct
from networks.pages import act_on_page, page_of
from networks.refusals import Refusal

AMENDMENTS_SHOWN = 20
CHANGES_SHOWN = 100
_MODELS = {
    "network": "networks.network",
    "partner": "networks.partner",
    "work_package": "milestones.workpackage",
    "planned_review": "milestones.plannedreview",
}


class AmendmentList(NetworkPage):
    """Amendments with what each moves, newest first."""

    tab = "network-amendments"
    template_name = "milestones/amendment_list.html"
    readers = INSIDE | PANEL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Amendment.objects.visible_to(self.person).filter(network=self.network)
        rows = rows.select_related("drafted_by", "decided_by").prefetch_related(
            Prefetch("changes", self.lines(), to_attr="lines")
        )
        page = page_of(self.request, rows.order_by("-number"), AMENDMENTS_SHOWN)
        for amendment in page:
            amendment.editable = amendment.state == Amendment.State.DRAFT and edits_draft(
                self.person, self.roles, amendment
            )
            amendment.moves = [move(line) for line in amendment.lines[:CHANGES_SHOWN]]
            amendment.more = max(0, len(amendment.lines) - CHANGES_SHOWN)
        return super().get_context_data(page=page, **kwargs)

    def lines(self) -> QuerySet[AmendmentChange]:
        """What moves, as far as the person may know of the things it moves."""
        return AmendmentChange.objects.visible_to(self.person).order_by("pk")


def move(line: AmendmentChange) -> dict[str, Any]:
    """One line of an amendment: what happens to which thing, from what to what."""
    model = _MODELS.get(line.target_kind, f"milestones.{line.target_kind}")
    words = in_words(model, line.field, [line.old, line.new]) if line.field else None
    return {
        "thing": line.target or line.get_target_kind_display(),
        "kind": line.get_target_kind_display(),
        "action": line.action,
        "field": words.label if words else line.get_action_display(),
        "old": words.old if words else "",
        "new": words.new if words else _named(line.new),
    }


def _named(fields: Any) -> str:
    """An added thing by its title; the rest stands in the plan once it is approved."""
    if not isinstance(fields, dict):
        return ""
    names = ("title", "description", "name", "organisation")
    return str(next((fields[name] for name in names if fields.get(name)), ""))


class DecideAmendment(NetworkAct):
    """Approve or refuse."""

    tab = "network-amendments"
    action = "decide_amendment"
    template_name = "milestones/amendment_form.html"

    @cached_property
    def amendment(self) -> Amendment:
        """The amendment of the address."""
        rows = Amendment.objects.visible_to(self.person).filter(network=self.network)
        found: Amendment = get_object_or_404(rows, number=self.kwargs["number"])
        return found

    def form(self, request: HttpRequest) -> ServiceForm:
        return DecisionForm(self.amendment, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = self.amendment.changes.visible_to(self.person).order_by("pk")[:CHANGES_SHOWN]
        return super().get_context_data(
            heading=_("Decide on %(amendment)s") % {"amendment": self.amendment},
            amendment=self.amendment,
            moves=[move(line) for line in lines],
            keep=f"amendment-{self.amendment.pk}",
            **kwargs,
        )

    def done(self) -> str:
        state = self.amendment.get_state_display().lower()
        return _("%(amendment)s is %(state)s.") % {"amendment": self.amendment, "state": state}


class SubmitAmendment(NetworkAct):
    """Hand a draft to the programme; the button stands in the list."""

    tab = "network-amendments"
    action = "submit_amendment"
    http_method_names = ["post"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Submit an amendment"), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.context()
        rows = Amendment.objects.visible_to(self.person).filter(network=self.network)
        amendment = get_object_or_404(rows, number=self.kwargs["number"])
        try:
            submit_amendment(act_on_page(request), amendment)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            words = {"amendment": amendment}
            messages.success(request, _("%(amendment)s is with the programme.") % words)
        return HttpResponseRedirect(self.address(self.tab))
