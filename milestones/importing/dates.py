"""Months and dates as plans write them: ``18``, ``M18``, ``2017-02-28``, ``28/02/2017``.

Whether 03/04/2017 is in March or in April is told by the other dates of the same table,
or by the person. It is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

# Fifty years: what is beyond is a slip of the pen.
MAX_MONTH = 600
_MONTH = re.compile(r"^(?:m|month)?\s*(\d{1,4})(?:[.,]0+)?$", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$")
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})$")
_WORDS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


class DateOrder(StrEnum):
    """What comes first in a date of three numbers."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class Ambiguous(Exception):
    """The day and the month could be either way round, and nothing in the table tells."""


class Contradictory(Exception):
    """Some dates of the table can only be day first, others only month first."""


def find_order(values: Iterable[str], given: DateOrder | None) -> DateOrder | None:
    """The order that all numeric dates of a table agree on.

    None when there is none to order, or when every date reads the same both ways. Raises
    Ambiguous when the person has to say, Contradictory when the table mixes both.
    """
    pairs = [
        (int(found.group(1)), int(found.group(2)))
        for value in values
        if (found := _NUMERIC.match(value.strip()))
    ]
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    if day_first and month_first:
        raise Contradictory
    if day_first or month_first:
        return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    if given is None and any(first != second for first, second in pairs):
        raise Ambiguous
    return given


def read_month(text: str) -> int | None:
    """A project month such as ``18``, ``M18`` or ``Month 18``; None for anything else."""
    found = _MONTH.match(text.strip())
    return int(found.group(1)) if found else None


def read_date(text: str, order: DateOrder | None) -> date | None:
    """A date in ISO form, in words, or in three numbers of a known order; else None."""
    text = text.strip()
    try:
        if found := _ISO.match(text):
            return date(*map(int, found.groups()))
        if found := _NUMERIC.match(text):
            first, second, year = map(int, found.groups())
            swapped = order == DateOrder.MONTH_FIRST
            return date(year, first, second) if swapped else date(year, second, first)
    except ValueError:
        return None
    return _read_words(text)


def _read_words(text: str) -> date | None:
    plain = re.sub(r"[\s,.-]+", " ", text)
    for form in _WORDS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a plain date
        except ValueError:
            continue
    return None
