"""A programme may demand a second factor of a role: from the next request on, for sessions only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from networks.models import ApiToken, Event, ProgrammeRole, RequiredFactor
from networks.refusals import Refusal
from networks.services.factors import require_factors
from tests import factories
from tests.api import BASE
from tests.door.entering import with_app
from tests.factories import Cast

pytestmark = pytest.mark.django_db
SETUP = reverse("mfa_index")


@pytest.fixture
def cast() -> Cast:
    return factories.cast()


def browser(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast[role])
    return client


def demand(cast: Cast, *roles: str) -> None:
    require_factors(factories.act(cast["manager"]), cast.programme, roles)


def led_away(client: Client, path: str = "/networks/") -> bool:
    answer = client.get(path)
    return answer.status_code == 302 and answer["Location"] == SETUP


def test_the_demand_holds_at_the_next_request_and_falls_at_the_next(cast: Cast) -> None:
    officer = browser(cast, "officer")
    assert not led_away(officer)
    demand(cast, "officer")
    assert led_away(officer)
    assert officer.get(SETUP).status_code == 200
    assert "needs a second factor" in officer.get(SETUP).content.decode()
    with_app(cast["officer"])
    assert not led_away(officer)
    Authenticator.objects.all().delete()
    assert led_away(officer)
    demand(cast)
    assert not led_away(officer)


@pytest.mark.parametrize("role", ["chair", "lead", "stranger", "observer"])
def test_other_roles_are_left_alone(cast: Cast, role: str) -> None:
    demand(cast, "officer", "reviewer")
    assert not led_away(browser(cast, role))


def test_another_programmes_demand_is_not_ours(cast: Cast) -> None:
    RequiredFactor.objects.create(programme=cast.boreas.programme, role="officer")
    assert not led_away(browser(cast, "officer"))


def test_a_role_that_has_ended_demands_nothing(cast: Cast) -> None:
    demand(cast, "officer")
    ProgrammeRole.objects.filter(user=cast["officer"]).update(ends=date(2020, 1, 1))
    assert not led_away(browser(cast, "officer"))


def test_recovery_codes_alone_are_no_factor(cast: Cast) -> None:
    demand(cast, "officer")
    Authenticator.objects.create(user=cast["officer"], type="recovery_codes", data={})
    assert led_away(browser(cast, "officer"))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/networks/",
        "/outbox/",
        "/admin/",
        "/accounts/tokens/",
        "/accounts/profile/",
        "/accounts/3rdparty/",
        "/preferences/",
    ],
)
def test_every_page_is_closed_but_those_that_open_it_again(cast: Cast, path: str) -> None:
    demand(cast, "officer")
    assert led_away(browser(cast, "officer"), path)


@pytest.mark.parametrize(
    "name", ["mfa_index", "account_logout", "account_reauthenticate", "usersessions_list"]
)
def test_setting_it_up_and_leaving_stay_open(cast: Cast, name: str) -> None:
    demand(cast, "officer")
    assert browser(cast, "officer").get(reverse(name)).status_code == 200


def test_a_post_does_nothing(cast: Cast) -> None:
    demand(cast, "officer")
    client = browser(cast, "officer")
    assert client.post(reverse("profile"), {"name": "Somebody else"})["Location"] == SETUP
    cast["officer"].refresh_from_db()
    assert cast["officer"].name == "Officer"


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Tokens x", "Bearer x"])
def test_the_api_is_closed_to_the_session_whatever_header_it_sends(cast: Cast, header: str) -> None:
    demand(cast, "officer")
    extra = {"HTTP_AUTHORIZATION": header} if header else {}
    answer = browser(cast, "officer").get(f"{BASE}networks/", **extra)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_goes_on_working(cast: Cast) -> None:
    demand(cast, "officer")
    _, token = ApiToken.objects.create(user=cast["officer"])
    program = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    assert program.get(f"{BASE}networks/").status_code == 200


@pytest.mark.parametrize("path", ["/do/nothing-here/", "/less-mail/nothing-here/"])
def test_a_link_in_a_mail_answers_for_itself(cast: Cast, path: str) -> None:
    demand(cast, "officer")
    assert not led_away(browser(cast, "officer"), path)


def test_it_costs_no_statement(cast: Cast) -> None:
    client = browser(cast, "lead")
    client.get("/networks/")
    counts = []
    for roles in ((), ("officer",)):
        demand(cast, *roles)
        with CaptureQueriesContext(connection) as captured:
            client.get("/networks/")
        counts.append(len(captured))
        assert not [q for q in captured if q["sql"].startswith('SELECT "networks_requiredfactor"')]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["officer", "chair", "funder", "lead", "stranger"])
def test_only_a_manager_sees_and_sets_it(cast: Cast, role: str) -> None:
    path = reverse("sign-in-rules", args=[cast.programme.slug])
    client = browser(cast, role)
    assert client.get(path).status_code == 404
    assert client.post(path, {"roles": ["officer"]}).status_code == 404
    with pytest.raises(PermissionDenied):
        require_factors(factories.act(cast[role]), cast.programme, ["officer"])
    assert not RequiredFactor.objects.exists()


def test_a_manager_sets_it_on_the_page_and_it_is_logged(cast: Cast) -> None:
    path = reverse("sign-in-rules", args=[cast.programme.slug])
    client = browser(cast, "manager")
    client.post(path, {"roles": ["officer", "chair"]})
    assert set(RequiredFactor.objects.values_list("role", flat=True)) == {"officer", "chair"}
    event = Event.objects.get(verb="require_factors")
    assert event.changes == {"roles": [[], ["chair", "officer"]]}
    assert client.post(path, {"roles": ["pope"]}).status_code == 422
    with pytest.raises(Refusal):
        require_factors(factories.act(cast["manager"]), cast.programme, ["pope"])


def test_the_factor_is_asked_for_at_the_door_of_the_admin_too(client: Client) -> None:
    person: Any = with_app(factories.user(is_staff=True, is_superuser=True))
    door = client.get("/admin/login/?next=/admin/")["Location"]
    body = {"login": person.email, "password": factories.PASSWORD, "next": "/admin/"}
    assert client.post(door.split("?")[0], body)["Location"] == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
