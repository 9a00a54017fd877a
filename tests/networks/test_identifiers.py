"""Identifiers and codes: a right one passes, one digit off does not."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from networks.identifiers import (
    country_name,
    validate_country,
    validate_currency,
    validate_doi,
    validate_orcid,
    validate_ror,
    validate_time_zone,
)

GOOD: list[tuple[Callable[[str], None], str]] = [
    (validate_orcid, "0000-0002-1825-0097"),
    (validate_orcid, "0000-0001-5109-3700"),
    (validate_orcid, "0000-0002-1694-233X"),
    (validate_ror, "https://ror.org/02mhbdp94"),
    (validate_ror, "https://ror.org/05gq02987"),
    (validate_doi, "10.1000/182"),
    (validate_doi, "10.1016/S0140-6736(20)30183-5"),
    (validate_doi, "10.25000.10/x"),
    (validate_country, "GB"),
    (validate_currency, "EUR"),
    (validate_time_zone, "America/Argentina/Buenos_Aires"),
]
BAD: list[tuple[Callable[[str], None], str]] = [
    (validate_orcid, "0000-0002-1825-0098"),
    (validate_orcid, "0000-0002-1825-009X"),
    (validate_orcid, "0000-0002-1694-233x"),
    (validate_orcid, "0000000218250097"),
    (validate_orcid, "https://orcid.org/0000-0002-1825-0097"),
    (validate_orcid, "٠٠٠٠-٠٠٠٢-١٨٢٥-٠٠٩٧"),
    (validate_orcid, "0000-0002-1825-0097\n"),
    (validate_ror, "https://ror.org/02mhbdp95"),
    (validate_ror, "https://ror.org/02mhbdq94"),
    (validate_ror, "https://ror.org/02mhbdi94"),
    (validate_ror, "http://ror.org/02mhbdp94"),
    (validate_ror, "02mhbdp94"),
    (validate_ror, "https://ror.org/02mhbdp94\n"),
    (validate_doi, "https://doi.org/10.1000/182"),
    (validate_doi, "10.1000/"),
    (validate_doi, "10.1000"),
    (validate_doi, "11.1000/182"),
    (validate_doi, "10.1000/18 2"),
    (validate_doi, "10.1000/182\n"),
    (validate_country, "gb"),
    (validate_country, "UK"),
    (validate_country, "GBR"),
    (validate_country, "ZZ"),
    (validate_currency, "eur"),
    (validate_currency, "EURO"),
    (validate_currency, "ZZZ"),
    (validate_time_zone, "Rome"),
    (validate_time_zone, "Europe/Atlantis"),
    (validate_time_zone, "europe/rome"),
    (validate_time_zone, ""),
]


@pytest.mark.parametrize(("validate", "value"), GOOD)
def test_a_right_identifier_passes(validate: Callable[[str], None], value: str) -> None:
    validate(value)


@pytest.mark.parametrize(("validate", "value"), BAD)
def test_a_wrong_identifier_is_refused_in_a_sentence(
    validate: Callable[[str], None], value: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        validate(value)
    assert len(refused.value.messages[0]) > 20


@pytest.mark.shared_data
def test_every_ror_of_the_real_register_passes_and_none_with_a_digit_off(
    shared_data: Path,
) -> None:
    with (shared_data / "organisations" / "ror_v2.9.csv").open(encoding="utf-8") as file:
        ids = [row["ror_id"] for row in csv.DictReader(file)]
    assert len(ids) == 2431
    for ror in ids:
        validate_ror(ror)
        wrong = ror[:-1] + str((int(ror[-1]) + 1) % 10)
        with pytest.raises(ValidationError):
            validate_ror(wrong)


def test_a_country_has_a_name_and_an_unknown_one_its_code() -> None:
    assert (country_name("IT"), country_name("ZZ"), country_name("")) == ("Italy", "ZZ", "")
