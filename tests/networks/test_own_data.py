"""A person takes along what is on file about them, and nothing of anybody else, and no key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from milestones.services import post_update
from networks.models import ApiToken, User
from networks.services.inviting import Asked, invite
from notifications.services import plan, set_preferences
from notifications.services.feeds import make_feed
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def taken(person: User) -> dict[str, Any]:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("own-data"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "no-store" in answer["Cache-Control"]
    return json.loads(answer.content)


def test_it_holds_what_they_are_and_did(cast: Cast) -> None:
    person = cast["lead"]
    item = factories.milestone(cast.aurora)
    post_update(
        factories.act(person), item, percent=10, confidence="on_track", text="CANARY-OF-MINE"
    )
    set_preferences(factories.act(person), person, digest_hour=9)
    plan(at("2026-06-29 09:00"))
    data = taken(person)
    assert data["account"]["email"] == person.email
    rows = data["rows"]
    assert [row["role"] for row in rows["networks.member.user"]] == ["lead"]
    assert rows["milestones.statusupdate.author"][0]["text"] == "CANARY-OF-MINE"
    assert rows["notifications.preference.user"][0]["digest_hour"] == 9
    assert rows["notifications.message.recipient"]
    assert rows["networks.event.actor"]


def test_it_holds_nothing_of_anybody_else(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, title="CANARY TITLE")
    post_update(
        factories.act(cast["lead"]),
        item,
        percent=10,
        confidence="on_track",
        text="CANARY OF THE LEAD",
    )
    text = json.dumps(taken(cast["deputy"])) + json.dumps(taken(cast["stranger"]))
    assert "CANARY" not in text
    assert cast["lead"].email not in text


def test_it_holds_no_key(cast: Cast) -> None:
    person = cast["lead"]
    token, secret = ApiToken.objects.create(person, None)
    feed, secret_of_feed = make_feed(factories.act(person), person)
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    who = [Asked(person.email, "member")]
    act = factories.act(cast["stranger"])
    [row] = invite(act, cast.boreas.programme, cast.boreas, who)
    data = taken(person)
    text = json.dumps(data)
    assert "networks.apitoken.user" in data["rows"]
    assert "networks.invitation.email" in data["rows"]
    keys = (token.digest, secret, feed.token_hash, secret_of_feed, row.token_hash, person.password)
    for key in (*keys, row.key.hex, str(row.key)):
        assert key not in text


def test_nobody_gets_it_without_signing_in(cast: Cast) -> None:
    assert Client().get(reverse("own-data")).status_code == 302


def test_the_cost_does_not_grow(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    person, item = cast["lead"], factories.milestone(cast.aurora)
    client = Client()
    client.force_login(person)
    client.get(reverse("own-data"))
    with django_assert_max_num_queries(80) as few:
        client.get(reverse("own-data"))
    for number in range(5):
        post_update(factories.act(person), item, percent=number, confidence="on_track", text="x")
    with django_assert_num_queries(len(few)):
        client.get(reverse("own-data"))
