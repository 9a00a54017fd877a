"""Second factors and passkeys: whose they are for, and how their secrets lie in the database."""

from __future__ import annotations

import base64
import secrets
from hashlib import sha256
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from networks.browsers import browser_words
from networks.models import User


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted; names come from the settings, never from a request's host."""

    def encrypt(self, text: str) -> str:
        """What is stored of an authenticator's secret: a stolen dump makes no codes."""
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also under an older key of SECRET_KEY_FALLBACKS.

        Under a key that is lost it becomes a secret nobody knows: every code is then wrong,
        rather than every code right or the page broken.
        """
        try:
            return _locks().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To which site a passkey belongs."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """What a new passkey is called unless its person says something else: by its browser."""
        request = context.request
        return browser_words(request.headers.get("User-Agent", "") if request else "")

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)


def _locks() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(key)) for key in keys])


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(sha256(b"networks.door.factors" + secret.encode()).digest())
