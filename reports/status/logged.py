"""Old values from the log of events, for what keeps no history rows of its own.

Each function speaks of a row annotated with ``end``, the instant at which the day was over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Field,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from networks.models import Event

Rows = QuerySet[Any]
ZONE = "network__time_zone"


def logged_later(target_type: str, target: str = "pk") -> Rows:
    """What the log says of a thing after the end of the day."""
    rows: Rows = Event.objects.filter(
        target_type=target_type, target_id=OuterRef(target), at__gte=OuterRef("end")
    )
    return rows


def added_later(target_type: str, *verbs: str) -> Exists:
    """Whether a thing was added after the end of the day only."""
    return Exists(logged_later(target_type).filter(verb__in=verbs))


def level_before(later: Rows, name: str, now: str = "") -> Coalesce:
    """The value of a column at the end of the day: the old one of its first change since."""
    return Coalesce(text_before(later, name), F(now or name), output_field=CharField())


def text_before(
    later: Rows, name: str, *, null: bool = False, verbs: Mapping[str, str] | None = None
) -> Subquery:
    """The old value of the first change of a column after the day, as text.

    ``verbs`` says what the old value was where an event of that verb does not.
    """
    old: Any = KeyTextTransform("0", KeyTransform(name, "changes"))
    tells = Q(changes__has_key=name)
    if verbs:
        meant = Case(*(When(verb=verb, then=Value(value)) for verb, value in verbs.items()))
        old = Coalesce(old, meant, output_field=CharField())
        tells |= Q(verb__in=tuple(verbs))
    first = later.filter(tells).order_by("at", "pk").annotate(old=old)
    field: Field[Any, Any] = CharField(null=null)
    return Subquery(first.values("old")[:1], output_field=field)
