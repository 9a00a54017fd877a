"""The page on which calendar addresses are made and revoked."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from networks.models import Event, User
from notifications.models import CalendarFeed
from notifications.services.feeds import make_feed
from tests import factories
from tests.factories import NOW, Cast, act
from tests.notifications.test_together import at_once

pytestmark = pytest.mark.django_db
PAGE = "/calendars/"


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def secret_in(page: Any) -> str:
    return re.findall(r'value="http://localhost:8000/calendar/([\w-]+)\.ics"', page)[0]


def test_an_address_is_told_once_and_only_its_hash_is_kept(cast: Cast) -> None:
    client = as_(cast["lead"])
    answer = client.post(PAGE, {"what": "own"})
    page = answer.content.decode()
    token = secret_in(page)
    assert len(token) >= 43
    assert f'value="webcal://localhost:8000/calendar/{token}.ics"' in page
    assert "no-store" in answer["Cache-Control"]
    assert token not in client.get(PAGE).content.decode()
    feed = CalendarFeed.objects.get()
    assert feed.token_hash == sha256(token.encode()).hexdigest()
    assert token not in str(CalendarFeed.objects.values()) + str(Event.objects.values())
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 200


def test_the_page_says_that_calendars_are_slow(cast: Cast) -> None:
    assert "every 3 to 24 hours" in as_(cast["lead"]).get(PAGE).content.decode()


def test_a_new_address_ends_the_earlier_one_of_the_same_calendar(cast: Cast) -> None:
    client = as_(cast["lead"])
    what = f"network-{cast.aurora.pk}"
    first, other, second = (
        secret_in(client.post(PAGE, {"what": w}).content.decode()) for w in (what, "own", what)
    )
    codes = [
        Client().get(reverse("calendar-feed", args=[token])).status_code
        for token in (first, other, second)
    ]
    assert codes == [404, 200, 200]


def test_a_revoked_address_is_dead_and_the_log_says_who_did_it(cast: Cast) -> None:
    feed, token = make_feed(act(cast["lead"]), cast["lead"])
    answer = as_(cast["lead"]).post(reverse("calendar-revoke", args=[feed.pk]), follow=True)
    assert "does not work any more" in answer.content.decode()
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 404
    verbs = set(Event.objects.filter(actor=cast["lead"]).values_list("verb", flat=True))
    assert {"make_calendar_address", "revoke_calendar_address"} <= verbs


def test_nobody_revokes_or_sees_another_persons_address(cast: Cast) -> None:
    feed, _ = make_feed(act(cast["lead"]), cast["lead"], cast.aurora)
    manager = as_(cast["manager"])
    assert manager.post(reverse("calendar-revoke", args=[feed.pk])).status_code == 404
    assert f"calendars/{feed.pk}/revoke" not in manager.get(PAGE).content.decode()
    feed.refresh_from_db()
    assert feed.revoked_at is None


def test_get_revokes_nothing_and_a_stranger_must_sign_in(cast: Cast) -> None:
    feed, _ = make_feed(act(cast["lead"]), cast["lead"])
    path = reverse("calendar-revoke", args=[feed.pk])
    assert as_(cast["lead"]).get(path).status_code == 405
    assert Client().get(PAGE).status_code == 302
    assert Client().post(path).status_code == 302


def test_a_network_one_does_not_reach_is_no_choice(cast: Cast) -> None:
    client = as_(cast["lead"])
    answer = client.post(
        f"{PAGE}?network={cast.boreas.reference}", {"what": f"network-{cast.boreas.pk}"}
    )
    assert answer.status_code == 422
    assert not CalendarFeed.objects.exists()
    assert "BOREAS" not in answer.content.decode()


def test_a_networks_page_leads_here_with_it_chosen(cast: Cast) -> None:
    client = as_(cast["lead"])
    path = f"{PAGE}?network={cast.aurora.reference}"
    assert path in client.get(reverse("network", args=[cast.aurora.reference])).content.decode()
    assert PAGE in client.get(reverse("preferences")).content.decode()
    chosen = f'<option value="network-{cast.aurora.pk}" selected>'
    assert chosen in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("role", "offered"), [("lead", True), ("manager", True), ("member", False)]
)
def test_only_who_leads_or_runs_a_network_may_take_all_of_it_in(
    cast: Cast, role: str, offered: bool
) -> None:
    assert (b"with_networks" in as_(cast[role]).get(PAGE).content) == offered


def test_the_page_costs_the_same_whatever_is_on_file(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        network = factories.network(programme=cast.programme)
        make_feed(act(cast["manager"]), cast["manager"], network)
    client = as_(cast["manager"])
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "network"},
        {"kind": "programme"},
        {"kind": "other"},
        {"kind": "network", "with_networks": True, "network": True},
    ],
)
def test_the_database_refuses_a_calendar_of_nothing(cast: Cast, wrong: dict[str, Any]) -> None:
    if wrong.get("network"):
        wrong = {**wrong, "network": cast.aurora}
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(user=cast["lead"], token_hash="x", created_at=NOW, **wrong)


def test_the_database_holds_one_address_per_calendar(cast: Cast) -> None:
    make_feed(act(cast["lead"]), cast["lead"], cast.aurora)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(
            user=cast["lead"], kind="network", network=cast.aurora, token_hash="y", created_at=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_four_presses_at_once_leave_one_address(transactional_db: None) -> None:
    person = factories.cast()["lead"]
    at_once(lambda: make_feed(act(person), person))
    assert CalendarFeed.objects.count() == 4
    assert CalendarFeed.objects.holding().count() == 1
