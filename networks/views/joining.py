"""Coming in by an invitation. Opening the link shows it and changes nothing; POST accepts it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from networks.forms import JoinForm
from networks.holdings import promised
from networks.models import Invitation, Member, ProgrammeRole, User
from networks.pages import act_on_page, signed_in
from networks.refusals import Refusal
from networks.services.joining import (
    accept,
    accept_with_new_account,
    account_of,
    find_invitation,
    is_for,
)


class InvitationPage(View):
    """Shows an invitation, and takes it."""

    def show(
        self, request: HttpRequest, invitation: Invitation, status: int = 200, **more: Any
    ) -> HttpResponse:
        """What they were invited to, before anything is asked of them."""
        user = request.user
        account = account_of(invitation)
        context = {
            "invitation": invitation,
            "promised": promised([invitation.pk]).get(invitation.pk, []),
            "account": account,
            "theirs": isinstance(user, User) and is_for(invitation, user),
            "login": f"{reverse('account_login')}?{urlencode({'next': request.path})}",
            "logout": f"{reverse('account_logout')}?{urlencode({'next': request.path})}",
            **more,
        }
        if account is None and "form" not in context and not user.is_authenticated:
            context["form"] = JoinForm(invitation.email, initial=_preset(invitation))
        return render(request, "networks/invitation.html", context, status=status)

    def take(self, request: HttpRequest, invitation: Invitation) -> HttpResponse:
        """Accept as the person who is signed in."""
        try:
            given = accept(act_on_page(request), invitation)
        except Refusal as error:
            return self.show(request, invitation, status=409, refusal=str(error))
        except ValidationError as error:
            return self.show(request, invitation, status=409, refusal=" ".join(error.messages))
        messages.success(request, welcome(invitation))
        return HttpResponseRedirect(first_page(given, timezone.now()))


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class Join(InvitationPage):
    """The page behind the link in the mail. Its address is a secret."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        # The address goes nowhere else: not to another site, nor into a cache or an index.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = find_invitation(token)
        if invitation is None or not _waits(invitation):
            return gone(request, invitation)
        return self.show(request, invitation)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = find_invitation(token)
        if invitation is None or not _waits(invitation):
            return gone(request, invitation)
        if request.user.is_authenticated:
            return self.take(request, invitation)
        if account_of(invitation) is not None:
            return self.show(request, invitation, status=403)
        form = JoinForm(invitation.email, request.POST)
        if not form.is_valid():
            return self.show(request, invitation, status=422, form=form)
        return self.open(request, invitation, form)

    def open(self, request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
        """Open the account, take the role, and sign in."""
        now = timezone.now()
        try:
            person, given = accept_with_new_account(invitation, form.account(), now)
        except Refusal as error:
            return self.show(request, invitation, status=409, refusal=str(error), form=form)
        except ValidationError as error:
            said = " ".join(error.messages)
            return self.show(request, invitation, status=409, refusal=said, form=form)
        with translation.override(person.language):
            answer: HttpResponse = perform_login(
                request, person, email_verification="none", redirect_url=first_page(given, now)
            )
            messages.success(request, welcome(invitation))
        return answer


class OwnInvitation(LoginRequiredMixin, InvitationPage):
    """The same for somebody who is signed in with the invited address, from My work."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, self.own(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.take(request, self.own(request, pk))

    def own(self, request: HttpRequest, pk: int) -> Invitation:
        """The invitation of the address, sent to the person's own e-mail address; else 404."""
        person = signed_in(request)
        rows = Invitation.objects.addressed_to(person).waiting(timezone.now()).filter(pk=pk)
        invitation: Invitation | None = rows.select_related(
            "programme", "network", "organisation", "partner__organisation", "invited_by"
        ).first()
        if invitation is None or not is_for(invitation, person):
            raise Http404
        return invitation


def gone(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """The link is used, expired, taken back, or never was one."""
    state = invitation.state_at(timezone.now()) if invitation is not None else ""
    context = {"state": str(state), "invitation": invitation}
    return render(request, "networks/invitation_gone.html", context, status=404)


def welcome(invitation: Invitation) -> str:
    """What is said once they are in."""
    words = {"place": invitation.place, "role": invitation.get_role_display()}
    return _("Welcome to %(place)s. Your role: %(role)s.") % words


def first_page(given: Member | ProgrammeRole, now: datetime) -> str:
    """Where to look first: the network, where the role has begun."""
    if isinstance(given, Member) and (given.starts is None or given.starts <= now.date()):
        return reverse("network", args=[given.network.reference])
    return reverse("my-work")


def _waits(invitation: Invitation) -> bool:
    return invitation.state_at(timezone.now()) == Invitation.State.WAITING


def _preset(invitation: Invitation) -> dict[str, str]:
    """Language as the browser asks for it, zone as the network's; both can be changed."""
    network = invitation.network
    return {
        "name": invitation.name,
        "language": (translation.get_language() or "en")[:2],
        "time_zone": network.time_zone if network is not None else "UTC",
    }
