"""Log-ins of other places, from the environment's values to allauth's setting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

REQUIRED = ("id", "name", "url", "client_id", "secret")


def allauth_providers(orcid: Mapping[str, str], others: str) -> dict[str, Any]:
    """What allauth's setting wants. Raises ValueError with a sentence for the operator.

    ORCID's own id is the subject of its ID token, so it needs no code of its own.
    """
    entries = read_providers(others)
    if orcid["client_id"]:
        entries.append({**orcid, "id": "orcid", "name": "ORCID", "scope": ["openid"]})
    return {"openid_connect": {"APPS": [_app(entry) for entry in entries]}}


def read_providers(text: str) -> list[Mapping[str, Any]]:
    """The entries of OIDC_PROVIDERS."""
    try:
        entries = json.loads(text or "[]")
    except ValueError as error:
        raise ValueError(f"OIDC_PROVIDERS is no JSON: {error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("OIDC_PROVIDERS must be a list of objects: [{...}, {...}]")
    for entry in entries:
        missing = [name for name in REQUIRED if not entry.get(name)]
        if missing:
            raise ValueError(f"OIDC_PROVIDERS: an entry lacks {', '.join(missing)}")
        if not isinstance(entry.get("trust_email", False), bool | list):
            raise ValueError("OIDC_PROVIDERS: trust_email is true, false or a list of domains")
    return entries


def _app(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": entry["id"],
        "name": entry["name"],
        "client_id": entry["client_id"],
        "secret": entry["secret"],
        "settings": {
            "server_url": entry["url"],
            "scope": entry.get("scope", ["openid", "profile", "email"]),
            "oauth_pkce_enabled": True,
            "trust_email": entry.get("trust_email", False),
        },
    }
