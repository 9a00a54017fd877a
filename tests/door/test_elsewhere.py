"""Signing in with an account of another place, against a real provider process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from networks.models import Event, User
from tests import factories
from tests.door.entering import arrived, confirm, log_in, who, with_app
from tests.servers import identity
from tests.servers.identity import CLIENT, SECRET, Identity
from tracker.elsewhere import allauth_providers

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
ORCID = "0000-0002-1825-0097"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    found = identity.start(tmp_path_factory.mktemp("identity"))
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def offered(server: Identity, settings: Any) -> None:
    """The same provider three times: trusted with addresses, for one domain, and as ORCID."""
    cache.clear()
    known = f'"url": "{server.url}", "client_id": "{CLIENT}", "secret": "{SECRET}"'
    settings.SOCIALACCOUNT_PROVIDERS = allauth_providers(
        {"client_id": CLIENT, "secret": SECRET, "url": server.url},
        f"""[{{"id": "home", "name": "Home", "trust_email": true, {known}}},
             {{"id": "uni", "name": "Uni", "trust_email": ["uni.example"], {known}}},
             {{"id": "any", "name": "Any", {known}}}]""",
    )


class Stay(HTTPRedirectHandler):
    """Keeps the answer instead of following it."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


def elsewhere(client: Client, provider: str, process: str = "login") -> Any:
    """Press the button, go to the provider, and come back."""
    answer = client.post(reverse("start-elsewhere", args=[provider]), {"process": process})
    if answer.status_code != 200:
        return answer
    back = build_opener(Stay).open(answer.context["redirect_to"]).headers["Location"]
    return client.get(back[back.index(urlsplit(back).path) :])


def test_a_trusted_providers_verified_address_opens_the_account_and_tells_its_owner(
    client: Client, server: Identity
) -> None:
    person = factories.user(email="ada@uni.example")
    server.sign_in("s1", email="Ada@uni.example", email_verified=True)
    elsewhere(client, "home")
    assert who(client) == person.pk
    assert SocialAccount.objects.get().user_id == person.pk
    assert arrived()[-1].to == [person.email]
    assert person.check_password(factories.PASSWORD)


def test_a_stranger_gets_no_account(client: Client, server: Identity) -> None:
    server.sign_in("s2", email="stranger@uni.example", email_verified=True)
    answer = elsewhere(client, "home")
    assert "by invitation" in answer.content.decode()
    assert who(client) is None
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("provider", "claims"),
    [
        ("home", {"email": "ada@uni.example", "email_verified": False}),
        ("home", {"email": "ada@uni.example", "email_verified": "true"}),
        ("home", {"email": "ada@uni.example"}),
        ("any", {"email": "ada@uni.example", "email_verified": True}),
        ("uni", {"email": "ada@other.example", "email_verified": True}),
        ("uni", {"email": "ada@sub.uni.example", "email_verified": True}),
        ("orcid", {"email": "ada@uni.example", "email_verified": True}),
    ],
)
def test_an_address_that_nobody_trusted_vouches_for_opens_nothing(
    client: Client, server: Identity, provider: str, claims: dict[str, Any]
) -> None:
    for email in ("ada@uni.example", "ada@other.example", "ada@sub.uni.example"):
        factories.user(email=email)
    server.sign_in("s3", **claims)
    elsewhere(client, provider)
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_an_address_that_its_account_has_not_proved_opens_nothing(
    client: Client, server: Identity
) -> None:
    person = factories.user(email="ada@uni.example")
    EmailAddress.objects.create(user=person, email=person.email)
    server.sign_in("s8", email="ada@uni.example", email_verified=True)
    elsewhere(client, "home")
    assert who(client) is None


def test_a_domain_that_is_trusted_opens_accounts_of_that_domain(
    client: Client, server: Identity
) -> None:
    person = factories.user(email="ada@uni.example")
    server.sign_in("s4", email="ada@uni.example", email_verified=True)
    elsewhere(client, "uni")
    assert who(client) == person.pk


def test_from_the_account_any_provider_is_connected_and_then_opens_it(
    client: Client, server: Identity
) -> None:
    person = factories.user()
    server.sign_in("s5")
    log_in(client, person)
    confirm(client, person)
    elsewhere(client, "any", "connect")
    other = Client()
    elsewhere(other, "any")
    assert who(other) == person.pk


def test_connecting_asks_first_whether_it_is_really_you(client: Client, server: Identity) -> None:
    person = factories.user()
    server.sign_in("s6")
    log_in(client, person)
    answer = elsewhere(client, "any", "connect")
    assert answer["Location"] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()


def test_what_one_person_connected_another_cannot(client: Client, server: Identity) -> None:
    first, second = factories.user(), factories.user()
    server.sign_in("s7")
    for person in (first, second):
        browser = Client()
        log_in(browser, person)
        confirm(browser, person)
        elsewhere(browser, "any", "connect")
    assert SocialAccount.objects.get().user == first


def test_an_authenticator_app_is_asked_for_all_the_same(client: Client, server: Identity) -> None:
    person = with_app(factories.user(email="ada@uni.example"))
    server.sign_in("s8", email=person.email, email_verified=True)
    answer = elsewhere(client, "home")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert who(client) is None


def test_a_closed_account_stays_closed(client: Client, server: Identity) -> None:
    factories.user(email="ada@uni.example", is_active=False)
    server.sign_in("s9", email="ada@uni.example", email_verified=True)
    elsewhere(client, "home")
    assert who(client) is None


@pytest.mark.parametrize(
    "faults",
    [
        {"id_token": {"aud": "somebody-else"}},
        {"id_token": {"iss": "http://127.0.0.1:1"}},
        {"issuer": "https://another.example"},
        {"id_token": {"exp": 1}},
        {"id_token": {"sub": "another"}},
        {"userinfo": {"sub": "another"}},
        {"no_id_token": True},
        {"cancelled": True},
    ],
    ids=str,
)
def test_an_answer_that_is_not_for_us_or_not_of_one_person_opens_nothing(
    client: Client, server: Identity, faults: dict[str, Any]
) -> None:
    factories.user(email="ada@uni.example")
    server.sign_in("s10", email="ada@uni.example", email_verified=True, faults=faults)
    elsewhere(client, "home")
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_an_answer_to_a_question_this_browser_did_not_ask_opens_nothing(
    client: Client, server: Identity
) -> None:
    factories.user(email="ada@uni.example")
    server.sign_in("s11", email="ada@uni.example", email_verified=True)
    attacker = Client()
    page = attacker.post(reverse("start-elsewhere", args=["home"]), {"process": "login"})
    back = build_opener(Stay).open(page.context["redirect_to"]).headers["Location"]
    path = back[back.index(urlsplit(back).path) :]
    client.get(path)
    assert who(client) is None
    client.get(path.replace("state=", "state=x"))
    assert who(client) is None


def test_a_get_starts_nothing(client: Client) -> None:
    assert client.get(reverse("start-elsewhere", args=["home"])).status_code == 405
    answer = client.get(reverse("openid_connect_login", args=["home"]))
    assert answer.status_code == 200
    assert "Continue" in answer.content.decode()


@pytest.mark.parametrize("provider", ["nowhere", "openid_connect", "google"])
def test_a_provider_that_is_not_there_is_a_404(client: Client, provider: str) -> None:
    assert client.post(reverse("start-elsewhere", args=[provider])).status_code == 404


def test_a_provider_that_is_down_is_told_in_words(client: Client, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = allauth_providers(
        {"client_id": CLIENT, "secret": SECRET, "url": "http://127.0.0.1:1"}, ""
    )
    answer = elsewhere(client, "orcid")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.content.decode()


def test_orcid_is_connected_proves_the_id_and_takes_it_from_whoever_typed_it(
    client: Client, server: Identity
) -> None:
    person, typist = factories.user(), factories.user(orcid=ORCID)
    server.sign_in(ORCID)
    log_in(client, person)
    confirm(client, person)
    elsewhere(client, "orcid", "connect")
    person.refresh_from_db()
    typist.refresh_from_db()
    assert (person.orcid, typist.orcid) == (ORCID, "")
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"prove_orcid", "lose_orcid"} <= verbs
    other = Client()
    elsewhere(other, "orcid")
    assert who(other) == person.pk


def test_an_orcid_typed_into_a_profile_opens_nothing(client: Client, server: Identity) -> None:
    factories.user(orcid=ORCID)
    server.sign_in(ORCID)
    elsewhere(client, "orcid")
    assert who(client) is None


def test_the_sign_in_page_offers_what_is_configured_and_no_more(
    client: Client, settings: Any
) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "Sign in with Home" in page
    assert "Sign in with ORCID" in page
    settings.SOCIALACCOUNT_PROVIDERS = allauth_providers({"client_id": ""}, "")
    assert "Sign in with" not in client.get(reverse("account_login")).content.decode().replace(
        "Sign in with a passkey", ""
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[", "no JSON"),
        ("{}", "list of objects"),
        ('[{"id": "x"}]', "lacks name, url, client_id, secret"),
        (
            '[{"id":"x","name":"X","url":"u","client_id":"c","secret":"s","trust_email":"yes"}]',
            "trust_email is true, false",
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_in_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        allauth_providers({"client_id": ""}, text)
