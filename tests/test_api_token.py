"""``manage.py api_token``: a key to the API, shown once."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from networks.models import ApiToken
from tests import factories
from tests.api import BASE

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("api_token", *arguments, stdout=out)
    return out.getvalue().strip()


def asked_with(token: str) -> int:
    return APIClient(HTTP_AUTHORIZATION=f"Token {token}").get(f"{BASE}networks/").status_code


def test_the_printed_token_opens_the_api() -> None:
    person = factories.user()
    assert asked_with(printed(person.email)) == 200


def test_the_address_may_be_written_in_capitals_and_the_token_has_a_name() -> None:
    person = factories.user()
    printed(person.email.upper(), "--name", "board pack")
    assert person.auth_token_set.get().name == "board pack"


def test_the_database_does_not_hold_the_token() -> None:
    token = printed(factories.user().email)
    assert token not in str(ApiToken.objects.values_list().get())


def test_an_unknown_address_is_told_in_a_sentence() -> None:
    with pytest.raises(CommandError, match=r"Nobody has an account .* nobody@example\.org"):
        printed("nobody@example.org")


def test_a_closed_account_gets_no_token() -> None:
    person = factories.user(is_active=False)
    with pytest.raises(CommandError, match="closed"):
        printed(person.email)
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(("days", "status"), [(364, 200), (366, 401)])
def test_a_token_lasts_a_year(time_machine: Any, days: int, status: int) -> None:
    time_machine.move_to(factories.NOW)
    token = printed(factories.user().email)
    time_machine.move_to(factories.NOW + timedelta(days=days))
    assert asked_with(token) == status


@pytest.mark.parametrize("change", ["first", "last", "longer", "shorter"])
def test_a_token_with_one_character_off_opens_nothing(change: str) -> None:
    token = printed(factories.user().email)
    other = "0" if token[0] != "0" else "1"
    wrong = {
        "first": other + token[1:],
        "last": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "longer": token + "a",
        "shorter": token[:-1],
    }
    assert asked_with(wrong[change]) == 401
