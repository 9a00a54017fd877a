"""Dates and counts in words of the reader's language. A date is never numbers only."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from networks.duties import Words

# English as the rest of the world writes it: the day before the month.
_ENGLISH = "EEEE d MMMM y"


def in_words(day: date) -> str:
    """``Tuesday 30 June 2026``, in the active language."""
    return full_date(day, (get_language() or "en")[:2])


@lru_cache(maxsize=4096)
def full_date(day: date, language: str) -> str:
    """As :func:`in_words`, in a language of one's own choice."""
    pattern = _ENGLISH if language == "en" else "full"
    return str(format_date(day, pattern, locale=language))


@lru_cache(maxsize=4096)
def days_left_words(days: int, language: str) -> str:
    """How far the due date is, counted where the network is.

    The language must be the active one; it is named so that each count is translated once.
    """
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    if days < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


@lru_cache(maxsize=4096)
def late_words(count: int, language: str) -> str:
    """How many are late, of those that a mail tells; the language as in :func:`days_left_words`."""
    if not count:
        return _("Nothing is late.")
    return ngettext("%(count)d is late.", "%(count)d are late.", count) % {"count": count}


# By identity, which holds because the words are kept beside their translation.
_known: dict[tuple[str, int], tuple[Words, str]] = {}
_MOST_KNOWN = 4096


def said(words: Words, language: str) -> str:
    """Words of ours in the active language; it is named so that they are translated once."""
    found = _known.get((language, id(words)))
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[language, id(words)] = words, str(words)
    return found[1]


def one_line(text: str) -> str:
    """A text that is safe in a header: no line breaks, no control characters."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
