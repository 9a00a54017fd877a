"""Fill every text of every row that is made with one word, by introspection.

A new text field, or a new model, is filled without anybody thinking of it: whatever leaks
then carries the canary out, and the tests see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import CharField, Field, FileField, JSONField, Model, TextField
from django.db.models.signals import pre_save

# Texts that a rule of the database holds to a form in which no canary fits.
FORMED = {
    "ror", "orcid", "grant_doi", "raid", "doi", "url", "website", "country", "language",
    "time_zone", "currency", "award_currency", "funder_id", "slug", "password", "email",
    "code", "number", "duty_kind", "target_type", "verb", "token_hash", "key", "dedupe_key",
    "message_id", "weekdays", "holidays_of", "field", "target", "status", "address", "period",
    "state", "sha256", "original_name", "reference", "acronym",
}  # fmt: skip


def text_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The columns of a model that hold free text."""
    return [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, CharField | TextField | JSONField)
        and not isinstance(each, FileField)
        and not each.choices
        and not each.primary_key
        and not getattr(each, "generated", False)
        and each.editable
        and each.name not in FORMED
        and not each.name.endswith("_key")
    ]


@contextmanager
def planting(word: str) -> Iterator[None]:
    """While this is open, every row that is saved for the first time holds the word."""

    def plant(sender: type[Model], instance: Model, **kwargs: Any) -> None:
        if not instance._state.adding or sender._meta.app_label not in OURS:
            return
        if sender._meta.label_lower in SHARED:
            return
        for each in text_fields(sender):
            held = getattr(instance, each.name)
            if held in ("", None, {}, []):
                setattr(instance, each.name, _value(each, word))
            elif isinstance(held, str) and word.lower() not in held.lower():
                setattr(instance, each.name, f"{held} {word}"[: each.max_length])

    pre_save.connect(plant, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(plant)


OURS = {"networks", "milestones", "reports", "notifications"}
# Master data that whoever signs in may search; which of them are partners is another matter.
SHARED = {"networks.organisation"}


def _value(each: Field[Any, Any], word: str) -> Any:
    if isinstance(each, JSONField):
        return {"x": [word, word]} if each.name == "changes" else word
    return word[: each.max_length or 100]


def bare_texts(rows: list[Model], word: str) -> list[str]:
    """Texts of some rows in which the word is not: what a leak would not be seen by."""
    return [
        f"{row._meta.label}.{each.name}"
        for row in rows
        if row._meta.label_lower not in SHARED
        for each in text_fields(type(row))
        if word.lower() not in str(getattr(row, each.name)).lower()
    ]
