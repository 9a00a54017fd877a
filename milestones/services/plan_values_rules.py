"""What shape and size a plan's plain values may have, before and after a model reads them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from networks.refusals import Refusal

# Beyond these is a slip of the pen; far beyond, the calendar itself ends.
YEARS = range(1990, 2101)
MONTHS = range(1, 601)
MAX_DAYS = 3650
# What JSON may hold for each kind of column, and how to ask for it. A model's own cleaning takes
# text from a form for granted: it fails on other shapes, or makes text of them.
_SHAPES: tuple[tuple[type[models.Field[Any, Any]], tuple[type, ...], str], ...] = (
    (models.DateField, (str,), "a date as text, like “2026-08-31”"),
    (models.BooleanField, (bool,), "true or false"),
    (models.IntegerField, (int, str), "a whole number"),
    (models.DecimalField, (int, float, Decimal, str), "a number"),
    (models.Field, (int, str), "text"),
)


def require_shape(rules: models.Field[Any, Any], name: str, value: Any) -> None:
    """Raise Refusal for a value that JSON can hold, but no column of that kind."""
    types, wanted = next((fit, say) for column, fit, say in _SHAPES if isinstance(rules, column))
    # Python counts true and false among the whole numbers; a plan does not.
    fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    if value is not None and not fits:
        raise Refusal(f"Give the {words(name)} as {wanted}.", name)


def require_bounds(name: str, cleaned: Any) -> None:
    """Raise Refusal for a month, a date or an amount that no project has."""
    if name.endswith("_month") and cleaned is not None and cleaned not in MONTHS:
        raise Refusal(
            f"Month {cleaned} does not exist: project months count from 1, to {MONTHS[-1]} at "
            "most.",
            name,
        )
    if isinstance(cleaned, date) and cleaned.year not in YEARS:
        raise Refusal(
            f"{cleaned} is out of reach: give a date from {YEARS[0]} to {YEARS[-1]}.", name
        )
    if isinstance(cleaned, Decimal) and cleaned < 0:
        raise Refusal(f"{cleaned} is below zero.", name)


def require_days(value: Any) -> None:
    """Raise Refusal for a suspension of no length, or one longer than ten years."""
    if type(value) is not int or not 1 <= value <= MAX_DAYS:
        raise Refusal(
            f"Say for how many days, at least 1 and at most {MAX_DAYS}.", "suspension_days"
        )


def words(name: str) -> str:
    """A field's name as people say it."""
    return name.replace("_", " ")
