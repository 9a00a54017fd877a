"""Dates in words. A number-only date is never shown: 05/12/26 means two different days."""

from datetime import date, datetime
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# Django's "en" is American; day before month is what the rest of the world reads.
DAY_FIRST = {"en": ("d MMM y", "d MMMM y")}


@lru_cache(maxsize=32)
def locale_for(language: str | None) -> Locale:
    code = (language or "en").lower()
    try:
        return Locale.parse(code.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


@lru_cache(maxsize=8192)
def _written(day: date, long: bool, language: str | None) -> str:
    locale = locale_for(language)
    if pattern := DAY_FIRST.get(locale.language):
        return str(format_date(day, pattern[long], locale=locale))
    if long:
        return str(format_date(day, "long", locale=locale))
    return str(format_skeleton("yMMMd", day, locale=locale))


def write_day(day: date, *, long: bool = False) -> str:
    """`31 Dec 2026`, or `31 December 2026`, in the reader's language."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return _written(day, long, get_language())


def write_moment(moment: datetime) -> str:
    """`31 Dec 2026, 14:05`, in the reader's language and current time zone."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{write_day(local)}, {local:%H:%M}"


def write_days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def relative_words(day: date, today: date) -> str:
    """How far a deadline is: `12 days late`, `due today`, `due tomorrow`, `in 5 days`."""
    left = (day - today).days
    if left == 0:
        return _("due today")
    if left == 1:
        return _("due tomorrow")
    if left < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}
    return ngettext("in %(count)d day", "in %(count)d days", left) % {"count": left}
