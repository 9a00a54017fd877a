"""Log-ins of other places: ORCID and any OpenID Connect provider, named in the environment.

A log-in elsewhere opens an account here when it was connected to it from the account itself,
or when a provider that the operator trusts with addresses vouches for the account's own.
It never makes an account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from networks.acts import Act
from networks.models import Event, User
from networks.services.addresses import is_unproved
from networks.services.profiles import take_proven_orcid

ORCID = "orcid"


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whom a log-in elsewhere lets in."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse what does not fit together, connect what a trusted provider vouches for."""
        data = sociallogin.account.extra_data
        if not _one_subject(data) or not _of_that_place(data, sociallogin.provider.app):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("socialaccount_login_error")))
        connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        if not connecting and not sociallogin.is_existing:
            person = vouched_for(sociallogin)
            if person:
                sociallogin.connect(request, person)
        self._keep_orcid(request, sociallogin, connecting=connecting)

    def _keep_orcid(self, request: HttpRequest, sociallogin: Any, *, connecting: bool) -> None:
        account = sociallogin.account
        if account.provider != ORCID:
            return
        owner = sociallogin.user if sociallogin.is_existing else None
        if connecting:
            # Somebody else's ORCID account is refused later on; a stale session asks again.
            strange = owner not in (None, request.user)
            owner = None if strange or not did_recently_reauthenticate(request) else request.user
        if owner is not None:
            act = Act(by=owner, at=timezone.now(), channel=Event.Channel.PAGE)
            take_proven_orcid(act, owner, account.uid)


def vouched_for(sociallogin: Any) -> User | None:
    """Whose account has an address of which a trusted provider says that it is theirs."""
    trust = sociallogin.provider.app.settings.get("trust_email", False)
    for address in sociallogin.email_addresses:
        if address.verified is True and _trusted(trust, address.email):
            person = User.objects.filter(email__iexact=address.email).first()
            # What somebody wrote in their account without proving it may be another's.
            return person if person is not None and not is_unproved(person) else None
    return None


def _trusted(trust: bool | Sequence[str], email: str) -> bool:
    if isinstance(trust, bool):
        return trust
    return email.rpartition("@")[2].lower() in {domain.lower() for domain in trust}


def _of_that_place(data: Mapping[str, Any], app: Any) -> bool:
    """Whether the ID token's issuer is the very address that the operator named.

    That it is the one of the metadata allauth has checked; so these are of that place, too
    (OpenID Connect Discovery, 4.3).
    """
    issuer = str((data.get("id_token") or {}).get("iss", ""))
    named = str(app.settings["server_url"]).removesuffix("/.well-known/openid-configuration")
    return issuer.rstrip("/") == named.rstrip("/")


def _one_subject(data: Mapping[str, Any]) -> bool:
    """Whether ID token and user info are about one person (OpenID Connect Core, 5.3.2)."""
    signed, told = data.get("id_token") or {}, data.get("userinfo") or {}
    return bool(signed.get("sub")) and told.get("sub", signed["sub"]) == signed["sub"]
