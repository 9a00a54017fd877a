"""The token in each mail by which we know it again when it comes back.

Headers of ours come back in the mail server's report (RFC 3464), or as metadata with a
provider's event. The token is keyed with SECRET_KEY: whoever has not had the mail in hand
cannot make up a report about it, and a token fits one mail only.
"""

from __future__ import annotations

from django.conf import settings

from notifications.models import Message
from notifications.services.links import is_ours, mac_of

ID_HEADER = "X-Reminder-Id"
TOKEN_HEADER = "X-Reminder-Token"  # noqa: S105 - the name of a header
ID, TOKEN = "reminder_id", "reminder_token"
_SALT = "notifications.returning"
_LENGTH = 32


def token_of(message: Message, key: str | None = None) -> str:
    """The keyed token of one mail."""
    about = f"{message.pk}:{message.message_id}"
    return mac_of(_SALT, key or settings.SECRET_KEY, about).hex()[:_LENGTH]


def is_token_of(message: Message, token: str) -> bool:
    """Whether a token is the mail's, by the present key or an earlier one that still counts."""
    return is_ours(token, lambda key: token_of(message, key))


def headers_of(message: Message) -> dict[str, str]:
    """The headers that each mail carries."""
    return {ID_HEADER: str(message.pk), TOKEN_HEADER: token_of(message)}


def metadata(message: Message) -> dict[str, str]:
    """The same for a provider that takes metadata instead of headers."""
    return {ID: str(message.pk), TOKEN: token_of(message)}
