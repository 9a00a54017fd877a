"""Somebody leaves: a last day, and who takes over what they hold."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.forms.leaving import LeaveForm
from milestones.views.frame import NetworkPage
from milestones.views.programme import ProgrammePage
from networks.access import LEADS, STAFF, access_day
from networks.models import Member, ProgrammeRole
from networks.pages import act_on_page, signed_in
from networks.policy import refuse
from networks.services.erasing import may_erase
from networks.services.leaving import leads_alone


class Leaving:
    """GET asks; POST hands over and ends the role, or says what is missing."""

    @property
    def holder(self) -> Member | ProgrammeRole:
        """Whose role it is."""
        raise NotImplementedError

    def frame(self) -> dict[str, Any]:
        """The page round it, after 404 for a stranger and 403 for a reader."""
        raise NotImplementedError

    def home(self) -> str:
        """The page with the people."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        return self.show(request, frame, LeaveForm(self.holder, initial={"last_day": access_day()}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        form = LeaveForm(self.holder, request.POST)
        if form.carry_out(act_on_page(request)):
            words = {"name": self.holder.user.get_full_name()}
            messages.success(request, _("%(name)s: the last day is noted.") % words)
            return HttpResponseRedirect(self.home())
        return self.show(request, frame, form, status=422)

    def show(
        self, request: HttpRequest, frame: dict[str, Any], form: LeaveForm, status: int = 200
    ) -> HttpResponse:
        """The form, with each open thing by its name."""
        things = [(each, form[each.key]) for each in form.things]
        words = {"name": self.holder.user.get_full_name()}
        context = frame | {
            "form": form,
            "things": things,
            "holder": self.holder,
            "may_erase": may_erase(signed_in(request), self.holder.user),
            "last_lead": leads_alone(self.holder),
            "heading": _("%(name)s leaves") % words,
            "page_title": _("%(name)s leaves") % words,
            "back": self.home(),
        }
        return render(request, "milestones/leave.html", context, status=status)


class LeaveTeam(Leaving, NetworkPage):
    """Lead, deputy and staff end a membership."""

    tab = "network-team"

    @cached_property
    def holder(self) -> Member:
        """The membership of the address, in this network."""
        rows = Member.objects.visible_to(self.person).filter(network=self.network)
        found: Member = get_object_or_404(rows.select_related("user"), pk=self.kwargs["pk"])
        return found

    def frame(self) -> dict[str, Any]:
        frame = self.get_context_data(**self.kwargs)
        if not self.roles.intersection((*LEADS, *STAFF)):
            refuse()
        return frame | {"base": "milestones/network_base.html"}

    def home(self) -> str:
        return self.address(self.tab)


class LeaveProgramme(Leaving, ProgrammePage):
    """The manager ends a role in the programme."""

    @cached_property
    def holder(self) -> ProgrammeRole:
        """The role of the address, in this programme."""
        rows = ProgrammeRole.objects.filter(programme=self.programme).select_related("user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def frame(self) -> dict[str, Any]:
        frame = self.get_context_data(**self.kwargs)
        if not self.manages:
            refuse()
        return frame | {"base": "milestones/programme_base.html"}

    def home(self) -> str:
        return reverse("programme-people", args=[self.programme.slug])
