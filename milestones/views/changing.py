"""Lead, deputy and staff give somebody on the team another role."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from milestones.forms.changing import ChangeRoleForm
from milestones.views.frame import NetworkPage
from networks.access import LEADS, STAFF, access_day
from networks.models import Member
from networks.pages import act_on_page
from networks.policy import refuse


class ChangeRole(NetworkPage):
    """GET asks, POST changes; the lead's own role is for programme staff."""

    tab = "network-team"

    @cached_property
    def member(self) -> Member:
        """The membership of the address, while it lasts."""
        rows = Member.objects.visible_to(self.person).filter(network=self.network)
        rows = rows.exclude(ends__lt=access_day()).select_related("user")
        found: Member = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        return self.show(frame, ChangeRoleForm(self.member, self.roles))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = self.frame()
        form = ChangeRoleForm(self.member, self.roles, request.POST)
        if form.carry_out(act_on_page(request)):
            words = {"name": self.member.user.get_full_name()}
            messages.success(request, _("%(name)s: the new role holds from now on.") % words)
            return HttpResponseRedirect(self.address(self.tab))
        return self.show(frame, form, 422)

    def frame(self) -> dict[str, Any]:
        """The page round it, after 404 for a stranger and 403 for a reader."""
        frame = self.get_context_data(**self.kwargs)
        if not self.roles.intersection((*LEADS, *STAFF)):
            refuse()
        if self.member.role == Member.Role.LEAD and not self.roles.intersection(STAFF):
            refuse()
        return frame

    def show(self, frame: dict[str, Any], form: ChangeRoleForm, status: int = 200) -> HttpResponse:
        """The form, and who leads today."""
        heading = _("Another role for %(name)s") % {"name": self.member.user.get_full_name()}
        more = {"form": form, "member": self.member, "heading": heading, "page_title": heading}
        context = frame | more | {"back": self.address(self.tab)}
        return render(self.request, "milestones/member_role.html", context, status=status)
