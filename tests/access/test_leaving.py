"""Access is gone at the next request: nothing of a role outlives it, not even in a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from networks.models import ApiToken, Member, ProgrammeRole
from tests.access.asking import ask
from tests.access.policies import POLICIES
from tests.access.test_matrix import in_lines
from tests.access.town import ANONYMOUS, Town

pytestmark = [pytest.mark.django_db, pytest.mark.access]
NETWORK_ROLES = ("observer", "wp_lead", "member", "deputy", "lead")
PROGRAMME_ROLES = ("manager", "officer", "chair", "reviewer", "funder")


def end(identity: str, person: Any) -> None:
    """The role ended yesterday."""
    yesterday = timezone.now().date() - timedelta(days=1)
    kind: Any = Member if identity in NETWORK_ROLES else ProgrammeRole
    kind.objects.filter(user=person).update(ends=yesterday)


@pytest.mark.parametrize("identity", [*NETWORK_ROLES, *PROGRAMME_ROLES])
def test_at_the_next_request_every_address_is_closed(place: Town, identity: str) -> None:
    """The very session that just read them finds nothing any more."""
    client, wrong = place.client(identity), []
    named = {
        name: policy
        for name, policy in POLICIES.items()
        if policy.args
        and policy.family != "shared"
        # What is published stays open to everybody, with or without a role.
        and ANONYMOUS not in (policy.get or {ANONYMOUS})
    }
    with transaction.atomic():
        opened = [
            name
            for name, policy in named.items()
            if ask(client, "get", name, policy, place.own).status_code == 200
        ]
        assert opened
        end(identity, place.person(identity))
        for name in opened:
            # Of what is about themselves a person keeps their own rows: their membership.
            if name == "api:member-detail":
                continue
            answer = ask(client, "get", name, named[name], place.own)
            if answer.status_code != 404:
                wrong.append((name, answer.status_code))
        transaction.set_rollback(True)
    assert not wrong, in_lines(wrong)


@pytest.mark.parametrize("identity", ["lead", "manager"])
def test_a_token_ends_with_the_role(place: Town, identity: str) -> None:
    with transaction.atomic():
        _, token = ApiToken.objects.create(user=place.person(identity))
        address = reverse("api:network-detail", args=[place.own.network.pk])
        headers = {"Authorization": f"Token {token}"}
        client = place.client("anonymous")
        before = client.get(address, headers=headers).status_code
        end(identity, place.person(identity))
        after = client.get(address, headers=headers).status_code
        transaction.set_rollback(True)
    assert (before, after) == (200, 404)


def test_a_closed_account_is_out_at_the_next_request(place: Town) -> None:
    client = place.client("lead")
    with transaction.atomic():
        person: Any = place.person("lead")
        type(person).objects.filter(pk=person.pk).update(is_active=False)
        page = client.get(reverse("network", args=[place.own.network.reference]))
        rows = client.get(reverse("api:network-list"))
        transaction.set_rollback(True)
    assert (page.status_code, rows.status_code) == (302, 401)
