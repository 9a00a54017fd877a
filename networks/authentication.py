"""Signing in to the API by token, in one query and without a server error.

Knox's own class reads every other token of the person, deletes expired ones during a GET,
and answers a header that is not UTF-8 with a 500.
"""

from datetime import timedelta
from hmac import compare_digest
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from networks.models import ApiToken, User

REMEMBERED_EVERY = timedelta(hours=1)


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """``Authorization: Token …``; every failure has the same words."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token; what changes something needs a token that may write."""
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        if found is None:
            return None
        token = found[1]
        if token.scope != ApiToken.Scope.WRITE and request.method not in SAFE_METHODS:
            raise PermissionDenied("This token may read only.")
        _remember_use(token)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """The person and the token, or AuthenticationFailed."""
        text = token.decode("ascii", errors="replace")
        if text.isalnum():
            digest = hash_token(text)
            for row in self._candidates(text):
                if compare_digest(digest, row.digest) and row.user.is_active:
                    return row.user, row
        raise AuthenticationFailed("This token is unknown or has expired.")

    def _candidates(self, text: str) -> Any:
        start = text[: CONSTANTS.TOKEN_KEY_LENGTH]
        rows = ApiToken.objects.filter(token_key=start).select_related("user")
        return rows.exclude(expiry__lt=timezone.now())


def _remember_use(token: ApiToken) -> None:
    """Write down that the token lives, at most once an hour: reading stays reading."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > REMEMBERED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = "networks.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in a header, with its prefix."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word `Token`, a space, and what Your account showed when the token was made.",
        }
