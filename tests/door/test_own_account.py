"""Your account: profile, sessions, keys to the API. Everybody's own, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from networks.browsers import browser_words
from networks.models import ApiToken, Event, User
from tests import factories
from tests.api import BASE
from tests.door.entering import LOGIN, confirm, log_in

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
PROFILE, TOKENS = reverse("profile"), reverse("tokens")
SESSIONS = reverse("usersessions_list")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    return factories.user("Ada Byron")


@pytest.fixture
def inside(client: Client, person: User) -> Client:
    log_in(client, person)
    return client


def said(**changes: str) -> dict[str, str]:
    usual = {"name": "Ada Byron", "affiliation": "", "orcid": "", "time_zone": "UTC"}
    return {**usual, "language": "en", **changes}


def test_what_is_typed_is_kept_and_logged(inside: Client, person: User) -> None:
    body = said(affiliation="Institute", orcid=f"https://orcid.org/{ORCID}", language="fr")
    assert inside.post(PROFILE, body).status_code == 302
    person.refresh_from_db()
    assert (person.affiliation, person.orcid, person.language) == ("Institute", ORCID, "fr")
    event = Event.objects.get(verb="change_profile")
    assert event.changes["affiliation"] == ["", "Institute"]
    assert "name" not in event.changes


@pytest.mark.parametrize(
    "wrong",
    [
        {"orcid": "0000-0002-1825-0098"},
        {"orcid": "nonsense"},
        {"time_zone": "Mars/Olympus"},
        {"language": "xx"},
        {"name": ""},
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    inside: Client, person: User, wrong: dict[str, str]
) -> None:
    answer = inside.post(PROFILE, said(affiliation="Institute", **wrong))
    assert answer.status_code == 422
    assert b"error-summary" in answer.content
    person.refresh_from_db()
    assert person.affiliation == ""


def test_an_orcid_that_somebody_has_is_refused(inside: Client) -> None:
    factories.user(orcid=ORCID)
    assert inside.post(PROFILE, said(orcid=ORCID)).status_code == 422


def test_a_proven_orcid_is_shown_as_proven_and_stays(inside: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(orcid=ORCID)
    assert "Proven at ORCID" not in inside.get(PROFILE).content.decode()
    SocialAccount.objects.create(user=person, provider="orcid", uid=ORCID)
    assert "Proven at ORCID" in inside.get(PROFILE).content.decode()
    inside.post(PROFILE, said(orcid=""))
    person.refresh_from_db()
    assert person.orcid == ORCID


@pytest.mark.parametrize(
    "field", ["email", "is_staff", "is_superuser", "is_active", "password", "country"]
)
def test_no_other_field_is_taken(inside: Client, person: User, field: str) -> None:
    before = getattr(person, field)
    inside.post(PROFILE, {**said(), field: "1"})
    person.refresh_from_db()
    assert getattr(person, field) == before


@pytest.mark.parametrize("path", [PROFILE, TOKENS, SESSIONS, reverse("mfa_index")])
def test_strangers_are_led_to_the_sign_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith(LOGIN)


def test_sessions_are_listed_and_one_is_ended(inside: Client, person: User) -> None:
    other = Client(HTTP_USER_AGENT="Phone")
    log_in(other, person)
    assert "Phone" in inside.get(SESSIONS).content.decode()
    phone = UserSession.objects.get(user_agent="Phone")
    inside.post(reverse("session-end", args=[phone.pk]))
    assert other.get(PROFILE)["Location"].startswith(LOGIN)
    assert inside.get(PROFILE).status_code == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU like Mac OS X) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Android 14; Mobile) Firefox/131.0", "Firefox on Android"),
        ("curl/8.5", "curl/8.5"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_its_person_calls_it(said: str, words: str) -> None:
    assert browser_words(said) == words


def test_a_new_passkey_is_called_after_the_browser(inside: Client, person: User) -> None:
    confirm(inside, person)
    page = inside.get(reverse("mfa_add_webauthn"), headers={"user-agent": "Firefox Android"})
    assert 'value="Firefox on Android"' in page.content.decode()


def test_whoever_wants_their_data_erased_is_told_whom_to_ask(client: Client) -> None:
    cast = factories.cast()
    client.force_login(cast["lead"])
    page = client.get(PROFILE).content.decode()
    assert f"mailto:{cast['manager'].email}" in page
    assert f"mailto:{cast['officer'].email}" not in page
    assert reverse("own-data") in page


def test_all_other_sessions_are_ended_at_once(inside: Client, person: User) -> None:
    others = [Client(), Client()]
    for other in others:
        log_in(other, person)
    inside.post(SESSIONS)
    assert all(other.get(PROFILE).status_code == 302 for other in others)
    assert inside.get(PROFILE).status_code == 200


def test_nobody_ends_or_sees_anothers_session(inside: Client, person: User) -> None:
    thief = Client(HTTP_USER_AGENT="Thief")
    log_in(thief, factories.user())
    session = UserSession.objects.get(user=person)
    assert thief.post(reverse("session-end", args=[session.pk])).status_code == 404
    assert inside.get(PROFILE).status_code == 200
    assert "Thief" not in inside.get(SESSIONS).content.decode()


def made(client: Client, **changes: Any) -> str:
    """Make a token on the page, and read it there."""
    body = {"name": "Board pack", "scope": "read", "days": "90", **changes}
    page = client.post(TOKENS, body).content.decode()
    found = re.search(r'id="made-token">(\w+)<', page)
    assert found, page
    return found[1]


def asked_with(token: str, method: str = "get", path: str = "networks/") -> int:
    program = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    return getattr(program, method)(f"{BASE}{path}").status_code


def test_a_token_is_shown_once_and_only_its_hash_is_kept(inside: Client, person: User) -> None:
    confirm(inside, person)
    token = made(inside)
    assert asked_with(token) == 200
    assert token not in inside.get(TOKENS).content.decode()
    assert token not in str(ApiToken.objects.values_list().get())
    assert token not in str(list(Event.objects.values_list()))


def test_making_a_token_asks_first_whether_it_is_really_you(inside: Client) -> None:
    answer = inside.post(TOKENS, {"name": "x", "scope": "write", "days": "365"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_token_that_may_read_changes_nothing(inside: Client, person: User, method: str) -> None:
    confirm(inside, person)
    reading, writing = made(inside), made(inside, scope="write")
    assert asked_with(reading, method, "risks/1/") == 403
    assert asked_with(writing, method, "risks/1/") in (404, 405)


def test_a_token_ends_on_its_day(inside: Client, person: User, time_machine: Any) -> None:
    confirm(inside, person)
    token = made(inside, days="30")
    time_machine.move_to(timezone.now() + timedelta(days=29))
    assert asked_with(token) == 200
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert asked_with(token) == 401


@pytest.mark.parametrize("wrong", [{"days": "9999"}, {"scope": "all"}, {"name": ""}], ids=str)
def test_no_token_lasts_longer_or_may_more(
    inside: Client, person: User, wrong: dict[str, str]
) -> None:
    confirm(inside, person)
    body = {"name": "x", "scope": "read", "days": "30", **wrong}
    assert inside.post(TOKENS, body).status_code == 422
    assert not ApiToken.objects.exists()


def test_its_last_use_is_shown_and_written_once_an_hour(
    inside: Client, person: User, django_assert_num_queries: Any
) -> None:
    confirm(inside, person)
    token = made(inside)
    assert "not used yet" in inside.get(TOKENS).content.decode()
    asked_with(token)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    asked_with(token)
    assert ApiToken.objects.get().last_used_at == first
    assert "last used" in inside.get(TOKENS).content.decode()


def test_a_revoked_token_opens_nothing_and_anothers_cannot_be_revoked(
    inside: Client, person: User
) -> None:
    confirm(inside, person)
    token = made(inside)
    row = ApiToken.objects.get()
    thief = Client()
    thief.force_login(factories.user())
    assert thief.post(reverse("token-revoke", args=[row.token_key])).status_code == 404
    assert asked_with(token) == 200
    inside.post(reverse("token-revoke", args=[row.token_key]))
    assert asked_with(token) == 401
    assert Event.objects.filter(verb="revoke_token", actor=person).exists()


def test_the_page_of_tokens_takes_as_many_statements_for_many(
    inside: Client, person: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        ApiToken.objects.create(user=person, name=f"Token {number}")
    with django_assert_max_num_queries(8):
        inside.get(TOKENS)
