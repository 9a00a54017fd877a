"""The secret part of an invitation's link.

Derived from a random key and SECRET_KEY, so that neither the database nor what is stored of
the mail holds it; the database knows its hash.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.utils.crypto import salted_hmac

_SALT = "networks.invitation"


def token_of(key: UUID) -> str:
    """The token of a key: 256 bits that only this installation can derive."""
    return salted_hmac(_SALT, key.hex, algorithm="sha256").hexdigest()


def hashed(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
