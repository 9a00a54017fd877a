"""Keys to the API."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from networks.acts import Act
from networks.models import ApiToken
from networks.services.events import record_event


@transaction.atomic
def make_token(act: Act, *, name: str, scope: str, days: int) -> tuple[ApiToken, str]:
    """A new key of the person who acts, and its text, which is kept nowhere."""
    if act.by is None:
        raise PermissionDenied
    token, text = ApiToken.objects.create(
        user=act.by, expiry=timedelta(days=days), name=name, scope=scope
    )
    told = {"name": [None, name], "scope": [None, scope], "expiry": [None, token.expiry]}
    record_event(act, "make_token", act.by, changes=told)
    return token, str(text)


@transaction.atomic
def revoke_token(act: Act, token: ApiToken) -> None:
    """The key opens nothing from now on. The log names the person: the row is gone."""
    record_event(act, "revoke_token", token.user, changes={"name": [token.name, None]})
    token.delete()
