"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import translation

from networks.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation, so the public sign-up stays closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always False."""
        return False

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """A mail about an account, such as a new password, in the language of its person."""
        person = context.get("user")
        language = getattr(person, "language", None) or translation.get_language() or "en"
        with translation.override(language):
            return super().render_mail(template_prefix, email, context, headers)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no user name: the e-mail address is the identity."""


def display_name(user: User) -> str:
    """What a greeting calls a person."""
    return user.get_full_name()
