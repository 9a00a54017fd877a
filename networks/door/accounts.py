"""How allauth's accounts behave here."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from networks.door import mails
from networks.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation, so the public sign-up stays closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name: the e-mail address is the identity."""

    def can_delete_email(self, email_address: Any) -> bool:
        """Whether an address may go: never the one that the account lives by."""
        own = email_address.user.email.lower() == email_address.email.lower()
        return not own and bool(super().can_delete_email(email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail about an account, in the language of its person.

        Its links start with SITE_URL: what the request says of its host is not asked.
        """
        person = context.get("user") or self._person(email)
        language = getattr(person, "language", None) or translation.get_language() or "en"
        zone = getattr(person, "time_zone", "UTC")
        with translation.override(language), timezone.override(zone):
            if "timestamp" in context:
                moment = timezone.localtime(context["timestamp"])
                when = date_format(moment, "DATETIME_FORMAT")
                context = {**context, "timestamp": f"{when} ({zone})"}
            mails.hand_over(mails.compose(template_prefix, email, context))

    def _person(self, email: str) -> User | None:
        return User.objects.filter(email__iexact=email).first()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a password mail; ``key`` is the person's id and the token."""
        person, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": person, "key": token})
        return mails.absolute(path)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link that confirms a new address."""
        return mails.absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # The stock key holds the request's host: each allowed host would add further attempts.
        return str(credentials.get("email", "")).lower()


def display_name(user: User) -> str:
    """What a greeting calls a person."""
    return user.get_full_name()
