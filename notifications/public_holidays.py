"""Public holidays of countries and their regions: which days, and what the places are called.

A place is written ``BE``, or ``DE-BY`` where a region has holidays of its own. The days come
from the ``holidays`` package, counted once per place and year.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays
import pycountry
from babel import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str]]


@lru_cache(maxsize=1)
def places() -> dict[str, tuple[str, ...]]:
    """The countries whose holidays are known, by ISO 3166 code, with their regions."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in known.items() if len(code) == 2}


def parts(place: str) -> tuple[str, str]:
    """``DE-BY`` as country and region."""
    country, _dash, region = place.partition("-")
    return country, region


def is_known(place: str) -> bool:
    """Whether it is a country, or a region of one, whose holidays are known."""
    country, region = parts(place)
    return country in places() and (not region or region in places()[country])


def validate_place(place: str) -> None:
    """Raise ValidationError for a place whose holidays nobody has told us."""
    if not is_known(place):
        raise ValidationError(_("The public holidays of this place are not known."), code="place")


@lru_cache(maxsize=2048)
def days_off(place: str, year: int) -> frozenset[date]:
    """All public holidays of a place in a year; none for a place that is not known.

    A later version of the package may drop a place: that must not stop anybody's mail.
    """
    if not is_known(place):
        return frozenset()
    country, region = parts(place)
    # A holiday of January that is kept on the last day of December belongs to the next year.
    around = holidays.country_holidays(
        country, subdiv=region or None, years=(year - 1, year, year + 1)
    )
    return frozenset(day for day in around if day.year == year)


def is_day_off(place: str, day: date) -> bool:
    """Whether a day is a public holiday of a place; never, of no place."""
    return bool(place) and day in days_off(place, day.year)


def next_day_off(place: str, day: date) -> date | None:
    """The first public holiday of a place from a day on, within a year."""
    known = days_off(place, day.year) | days_off(place, day.year + 1) if place else ()
    return min((each for each in known if each >= day), default=None)


def country_choices() -> Choices:
    """The countries, by name in the reader's language."""
    return list(_countries((get_language() or "en")[:2]))


@lru_cache(maxsize=16)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language).territories
    named = [(code, str(names.get(code, code))) for code in places()]
    return tuple(sorted(named, key=lambda choice: choice[1].casefold()))


def region_choices(country: str) -> Choices:
    """The regions of a country that have holidays of their own, by name."""
    named = [(code, _region_name(country, code)) for code in places().get(country, ())]
    return sorted(named, key=lambda choice: choice[1].casefold())


def _region_name(country: str, region: str) -> str:
    """As the region calls itself; the package's own word where ISO 3166-2 has none."""
    found = pycountry.subdivisions.get(code=f"{country}-{region}")  # type: ignore[no-untyped-call]
    return str(found.name) if found else _own_words(country).get(region, region)


@lru_cache(maxsize=256)
def _own_words(country: str) -> dict[str, str]:
    aliases = holidays.country_holidays(country).subdivisions_aliases
    return {code: name for name, code in aliases.items()}


def place_name(place: str) -> str:
    """``Belgium``, or ``Germany, Bayern``."""
    country, region = parts(place)
    name = dict(country_choices()).get(country, country)
    return f"{name}, {_region_name(country, region)}" if region else name
