"""Your account: what one says of oneself, where one is signed in, keys to the API."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from networks.clock import zone_names
from networks.door.providers import ORCID
from networks.models import ApiToken, User
from networks.pages import act_on_page, signed_in
from networks.services.erasing import erasers_of
from networks.services.profiles import FIELDS, change_profile
from networks.services.tokens import make_token, revoke_token

LIFETIMES = (
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("A year")),
)
MOST_TOKENS = 50


class ProfileForm(forms.ModelForm[User]):
    """Name, ORCID, organisation, zone, language."""

    # Room for the whole address: clean_orcid takes the iD out of it.
    orcid = forms.CharField(label="ORCID", required=False, max_length=60)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(zone_names())],
        help_text=gettext_lazy("Times on pages and in mails are shown in it."),
    )

    class Meta:
        model = User
        fields = FIELDS

    def __init__(self, *args: Any, proven: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orcid = self.fields["orcid"]
        orcid.disabled = proven
        orcid.help_text = (
            _("Proven: you have signed in at ORCID.")
            if proven
            else _("Like 0000-0002-1825-0097; its last digit checks the others.")
        )

    def clean_orcid(self) -> str:
        """As people copy it: with its address, with blanks."""
        text = str(self.cleaned_data["orcid"]).strip()
        return text.rsplit("/", 1)[-1].upper()


class ProfilePage(LoginRequiredMixin, View):
    """What one says of oneself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = signed_in(request)
        return self.show(request, ProfileForm(instance=person, proven=has_proven(person)))

    def post(self, request: HttpRequest) -> HttpResponse:
        # A copy: a refused form must not change who stands in the frame of the page.
        person = User.objects.get(pk=signed_in(request).pk)
        form = ProfileForm(request.POST, instance=person, proven=has_proven(person))
        if form.is_valid():
            try:
                change_profile(act_on_page(request), person, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Saved."))
                return redirect("profile")
        return self.show(request, form, 422)

    def show(self, request: HttpRequest, form: ProfileForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        proven = form.fields["orcid"].disabled
        context = {"form": form, "proven": proven, "erasers": erasers_of(signed_in(request))}
        return render(request, "own/profile.html", context, status=status)


def has_proven(person: User) -> bool:
    """Whether the person's account is connected to the ORCID record that it names."""
    connected = SocialAccount.objects.filter(user=person, provider=ORCID, uid=person.orcid)
    return bool(person.orcid) and connected.exists()


class EndSession(LoginRequiredMixin, View):
    """POST ends one session of one's own, wherever it is."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(UserSession, pk=pk, user=signed_in(request))
        session.end()
        messages.success(request, _("That session has ended."))
        return redirect("usersessions_list")


class TokenForm(forms.Form):
    """A new key to the API."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("Such as the program that will use it."),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("It may"),
        choices=ApiToken.Scope.choices,
        initial=ApiToken.Scope.READ,
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It lasts"), choices=LIFETIMES, coerce=int, initial=90
    )


@method_decorator(never_cache, name="dispatch")
class TokensPage(LoginRequiredMixin, View):
    """One's keys to the API. A new one is shown in the answer that makes it, and never again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, TokenForm())

    @method_decorator(reauthentication_required(app="networks"))
    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        if own_tokens(request).count() >= MOST_TOKENS:
            form.add_error(None, _("You have very many tokens: revoke one first."))
            return self.show(request, form, status=422)
        _row, text = make_token(act_on_page(request), **form.cleaned_data)
        return self.show(request, TokenForm(), made=text)

    def show(
        self, request: HttpRequest, form: TokenForm, *, made: str = "", status: int = 200
    ) -> HttpResponse:
        """The list, with the form, and with what was just made."""
        tokens = list(own_tokens(request).order_by("-created")[:MOST_TOKENS])
        context = {"form": form, "made": made, "tokens": tokens}
        return render(request, "own/tokens.html", context, status=status)


class RevokeToken(LoginRequiredMixin, View):
    """POST ends one key of one's own."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        token = get_object_or_404(own_tokens(request), token_key=pk)
        revoke_token(act_on_page(request), token)
        messages.success(request, _("The token opens nothing any more."))
        return redirect("tokens")


def own_tokens(request: HttpRequest) -> Any:
    """The keys of the person on the page."""
    return ApiToken.objects.filter(user=signed_in(request))
