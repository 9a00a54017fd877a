"""The people of a programme: who runs, reviews and pays for it, and who is invited to."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from networks.access import access_day
from networks.holdings import promised
from networks.marks import marks_of, marks_of_invitations
from networks.models import Invitation, Programme, ProgrammeRole, User
from networks.pages import act_on_page, page_of, signed_in, way_back
from networks.policy import can
from networks.refusals import Refusal
from networks.services.inviting import send_again, take_back

ROLES_SHOWN = 200
INVITATIONS_SHOWN = 100


class ProgrammePage(LoginRequiredMixin, TemplateView):
    """A page of one programme, for those who run it. For anybody else it is not there."""

    @cached_property
    def person(self) -> User:
        """Who reads the page."""
        return signed_in(self.request)

    @cached_property
    def programme(self) -> Programme:
        """The programme of the address."""
        rows = Programme.objects.held_by(self.person)
        found: Programme = get_object_or_404(rows, slug=self.kwargs["slug"])
        return found

    @cached_property
    def manages(self) -> bool:
        """Whether the person may change who has which role."""
        return can(self.person, "grant_role", self.programme)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            programme=self.programme, manages=self.manages, today=access_day(), **kwargs
        )


class Programmes(LoginRequiredMixin, View):
    """The programmes that a person runs; with one only, its people at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Programme.objects.held_by(signed_in(request))
        page = page_of(request, rows.order_by("name", "pk"))
        if not page.paginator.count:
            raise Http404
        if page.paginator.count == 1:
            return HttpResponseRedirect(reverse("programme-people", args=[page[0].slug]))
        return render(request, "milestones/programme_list.html", {"page": page})


class ProgrammePeople(ProgrammePage):
    """Roles, present ones first, and invitations."""

    template_name = "milestones/programme_people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = ProgrammeRole.objects.filter(programme=self.programme)
        rows = rows.select_related("user", "organisation")
        page = page_of(self.request, rows.order_by("role", "user__name", "pk"), ROLES_SHOWN)
        marks = marks_of(self.person, {row.user_id for row in page})
        today = access_day()
        for row in page:
            row.marks = marks.get(row.user_id, [])
            row.has_left = row.ends is not None and row.ends < today
        return super().get_context_data(
            page=page,
            invitations=invitations_to(self.person, programme=self.programme, network=None),
            **kwargs,
        )


def invitations_to(reader: User, **place: Any) -> list[Invitation]:
    """The latest invitations to a place that the reader may see, with what they need to know.

    Unanswered ones first. Each carries ``state``, ``marks`` and ``promised``.
    """
    now = timezone.now()
    rows = Invitation.objects.visible_to(reader).filter(**place)
    rows = rows.select_related("organisation", "partner", "invited_by", "network", "programme")
    found = list(rows.order_by("-sent_at", "-pk")[:INVITATIONS_SHOWN])
    open_ones = [row.pk for row in found if row.accepted_at is None and row.revoked_at is None]
    marks, promises = marks_of_invitations(reader, open_ones), promised(open_ones)
    for row in found:
        row.state = row.state_at(now)
        row.marks = marks.get(row.pk, [])
        row.promised = promises.get(row.pk, [])
        row.is_open = row.pk in open_ones
    return sorted(found, key=lambda row: not row.is_open)


class AnswerInvitation(LoginRequiredMixin, View):
    """Send one again, or take it back: one press in the list."""

    again = False

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Invitation.objects.visible_to(signed_in(request)).select_related("network")
        invitation = rows.filter(pk=pk).first()
        if invitation is None:
            raise Http404
        act = act_on_page(request)
        words = {"address": invitation.email}
        try:
            if self.again:
                send_again(act, invitation)
                messages.success(request, _("Sent to %(address)s again, with a new link.") % words)
            else:
                take_back(act, invitation)
                messages.success(request, _("The invitation of %(address)s is taken back.") % words)
        except Refusal as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(way_back(request, _home(invitation)))


def _home(invitation: Invitation) -> str:
    if invitation.network is not None:
        return reverse("network-team", args=[invitation.network.reference])
    return reverse("programme-people", args=[invitation.programme.slug])
