"""Everything on file about one person, for that person (GDPR, articles 15 and 20).

Read from the models themselves, so that a table which is added later is in it without anybody
thinking of it: every row that names the person, without what is a key to something.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from networks.models import Invitation, User

# Our own rooms, and of the libraries what is about the person and no secret.
_LIBRARIES = frozenset({"account.emailaddress", "admin.logentry"})
_OURS = frozenset({"networks", "milestones", "reports", "notifications"})
# Keys and what is derived from them, whatever the table: to have these is to be somebody.
_SECRET = frozenset(
    {"password", "digest", "token", "token_key", "token_hash", "key", "secret", "dedupe_key"}
)


def own_data(person: User, now: datetime) -> dict[str, Any]:
    """All of it as plain values: a fixed number of statements, one for each relation."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for relation in sorted(User._meta.related_objects, key=_name_of):
        model = relation.related_model
        if isinstance(model, str) or not _is_theirs(model):
            continue
        found = model._base_manager.filter(**{relation.field.name: person}).order_by("pk")
        kept = [field.attname for field in model._meta.concrete_fields if _may_show(field)]
        rows[_name_of(relation)] = list(found.values(*kept))
    invited = Invitation.objects.filter(email=person.email.lower()).order_by("pk")
    kept = [field.attname for field in Invitation._meta.concrete_fields if _may_show(field)]
    rows["networks.invitation.email"] = list(invited.values(*kept))
    fields = [field.attname for field in User._meta.concrete_fields if _may_show(field)]
    return {
        "site": settings.SITE_NAME,
        "exported_at": now,
        "account": {name: getattr(person, name) for name in fields},
        "rows": {name: found for name, found in rows.items() if found},
    }


def _is_theirs(model: type[models.Model]) -> bool:
    return model._meta.app_label in _OURS or model._meta.label_lower in _LIBRARIES


def _may_show(field: models.Field[Any, Any]) -> bool:
    return field.attname not in _SECRET


def _name_of(relation: Any) -> str:
    """The table, and as what it names the person: ``networks.event.actor``."""
    return f"{relation.related_model._meta.label_lower}.{relation.field.name}"
