"""Identifiers and codes of the field, checked offline: ORCID, ROR, DOI, ISO codes, zones.

Sources: ORCID (ISO 7064 MOD 11-2 over 15 digits), ROR (0, six Crockford base-32
characters, two check digits by ISO 7064 MOD 97-10), DOI Handbook 2.2, RAiD (a DOI-like
handle), ISO 3166-1 alpha-2, ISO 4217, the IANA time zone database.
"""

import re

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from networks.clock import zone_names

# In Python "$" also stands before a closing line break, and "\d" for digits of any script;
# the patterns serve as database constraints too, so they use what both engines read alike.
ORCID_PATTERN = r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]\Z"
ROR_PATTERN = r"^https://ror\.org/0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}\Z"
DOI_PATTERN = r"^10\.[0-9]{4,9}(\.[0-9]+)*/\S+\Z"
COUNTRY_PATTERN = r"^[A-Z]{2}\Z"
CURRENCY_PATTERN = r"^[A-Z]{3}\Z"
ZONE_PATTERN = r"^[A-Za-z][A-Za-z0-9_+/-]*\Z"
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def orcid_check_digit(base: str) -> str:
    """The last character of an ORCID from its first fifteen digits (MOD 11-2)."""
    total = 0
    for digit in base:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)


def ror_check_digits(base: str) -> str:
    """The last two digits of a ROR id from its leading seven characters (MOD 97-10)."""
    number = 0
    for character in base.lower():
        number = number * 32 + _CROCKFORD.index(character)
    return f"{98 - (number * 100) % 97:02d}"


def validate_orcid(value: str) -> None:
    """Raise ValidationError unless ``value`` is an ORCID with a right check digit."""
    digits = value.replace("-", "")
    if not re.fullmatch(ORCID_PATTERN, value) or orcid_check_digit(digits[:15]) != digits[15]:
        raise ValidationError(
            _(
                "“%(value)s” is not an ORCID: it has the form 0000-0002-1825-0097, and its last character checks the others."
            ),
            code="orcid",
            params={"value": value},
        )


def validate_ror(value: str) -> None:
    """Raise ValidationError unless ``value`` is a ROR id with right check digits."""
    name = value.rsplit("/", 1)[-1]
    if not re.fullmatch(ROR_PATTERN, value) or ror_check_digits(name[:7]) != name[7:]:
        raise ValidationError(
            _(
                "“%(value)s” is not a ROR id: it has the form https://ror.org/02mhbdp94, and its last two digits check the others."
            ),
            code="ror",
            params={"value": value},
        )


validate_doi = RegexValidator(
    DOI_PATTERN, _("Give a DOI without its address, like 10.1000/182."), code="doi"
)


def validate_country(value: str) -> None:
    """Raise ValidationError unless ``value`` is an ISO 3166-1 alpha-2 code in capitals."""
    if len(value) != 2 or not value.isupper() or pycountry.countries.get(alpha_2=value) is None:
        raise ValidationError(
            _("“%(value)s” is not a country code: use two capitals of ISO 3166, like DE or GB."),
            code="country",
            params={"value": value},
        )


def validate_currency(value: str) -> None:
    """Raise ValidationError unless ``value`` is an ISO 4217 code in capitals."""
    if len(value) != 3 or not value.isupper() or pycountry.currencies.get(alpha_3=value) is None:
        raise ValidationError(
            _("“%(value)s” is not a currency code: use three capitals of ISO 4217, like EUR."),
            code="currency",
            params={"value": value},
        )


def validate_time_zone(value: str) -> None:
    """Raise ValidationError unless ``value`` is a zone of the IANA database."""
    if value not in zone_names():
        raise ValidationError(
            _("“%(value)s” is not a time zone: use a name of the IANA list, like Europe/Rome."),
            code="time_zone",
            params={"value": value},
        )


def country_name(code: str) -> str:
    """The English short name of an ISO 3166 code, or the code itself when unknown."""
    country = pycountry.countries.get(alpha_2=code) if code else None
    if country is None:
        return code
    return str(getattr(country, "common_name", country.name))
