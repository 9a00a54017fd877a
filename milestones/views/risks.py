"""Naming and assessing risks: plain pages that a dialog can show."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from milestones.forms import AssessRiskForm, RiskForm, ServiceForm
from milestones.models import Risk
from milestones.views.frame import INSIDE, PANEL, NetworkPage
from networks.pages import act_on_page
from networks.policy import refuse


class NetworkAct(NetworkPage):
    """GET shows the form; POST runs its service and goes back to the tab, or says why not."""

    template_name = "milestones/network_form.html"
    readers = INSIDE | PANEL
    action: str

    def form(self, request: HttpRequest) -> ServiceForm:
        """The form, empty or filled."""
        raise NotImplementedError

    def done(self) -> str:
        """What to say when it is saved."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(request))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.context()
        form = self.form(request)
        if form.carry_out(act_on_page(request)):
            messages.success(request, self.done())
            return HttpResponseRedirect(self.address(self.tab))
        status = 409 if form.conflict else 422
        return self.render_to_response(context | {"form": form}, status=status)

    def show(self, form: ServiceForm) -> HttpResponse:
        """The page with the form."""
        return self.render_to_response(self.context() | {"form": form})

    def context(self) -> dict[str, Any]:
        """The frame, after 404 for a stranger and 403 for a reader."""
        context = self.get_context_data(**self.kwargs)
        if self.action not in self.may:
            refuse()
        return context | {"back": self.address(self.tab), "page_title": context["heading"]}


class AddRisk(NetworkAct):
    """A risk that the contract did not foresee."""

    tab = "network-risks"
    action = "add_risk"

    def form(self, request: HttpRequest) -> ServiceForm:
        return RiskForm(self.network, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Add a risk to %(network)s") % {"network": self.network.acronym}
        return super().get_context_data(heading=heading, keep="risk-new", **kwargs)

    def done(self) -> str:
        return _("The risk is added.")


class AssessRisk(NetworkAct):
    """The state of play of one risk in a period."""

    tab = "network-risks"
    action = "assess_risk"

    @cached_property
    def risk(self) -> Risk:
        """The risk of the address."""
        rows = Risk.objects.visible_to(self.person).filter(network=self.network)
        found: Risk = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def form(self, request: HttpRequest) -> ServiceForm:
        return AssessRiskForm(self.risk, request.POST or None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("State of play of %(code)s") % {"code": self.risk.code},
            lead_in=self.risk.description,
            keep=f"risk-{self.risk.pk}",
            **kwargs,
        )

    def done(self) -> str:
        return _("The state of play of %(code)s is saved.") % {"code": self.risk.code}
