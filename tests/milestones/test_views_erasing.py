"""The page that erases a person: for whom it is there, and that it asks twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Erasure, User
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(cast: Cast, role: str = "member") -> str:
    return reverse("person-erase", args=[cast[role].pk])


@pytest.mark.parametrize("role", ["officer", "lead", "chair", "funder", "stranger", "member"])
def test_for_others_it_is_not_there(cast: Cast, role: str) -> None:
    client = browser(cast[role])
    typed = {"name": cast["member"].name}
    assert client.get(address(cast)).status_code == 404
    assert client.post(address(cast), typed).status_code == 404
    assert not Erasure.objects.exists()


def test_the_name_is_typed_before_it_happens(cast: Cast) -> None:
    client = browser(cast["manager"])
    assert "AURORA" in client.get(address(cast)).content.decode()
    assert client.post(address(cast), {"name": "Somebody Else"}).status_code == 422
    assert not Erasure.objects.exists()
    assert client.post(address(cast), {"name": cast["member"].name}).status_code == 302
    assert Erasure.objects.get().by == cast["manager"]


def test_nobody_erases_themself(cast: Cast) -> None:
    assert browser(cast["manager"]).get(address(cast, "manager")).status_code == 404


def test_the_way_there_is_shown_to_who_may(cast: Cast) -> None:
    leave = reverse("network-member-leave", args=["AUR-1", cast["member"].memberships.get().pk])
    assert address(cast) in browser(cast["manager"]).get(leave).content.decode()
    assert address(cast) not in browser(cast["lead"]).get(leave).content.decode()
