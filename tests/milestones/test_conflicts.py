"""Conflicts of interest that people declare: on the page, through the API, withdrawn by staff."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milestones.models import Milestone
from networks import access
from networks.models import ConflictDeclaration, Event, Network
from networks.refusals import Refusal
from networks.services.conflicts import declare_conflict, withdraw_conflict
from tests import factories
from tests.api import BASE, client
from tests.factories import Cast

pytestmark = pytest.mark.django_db
REASON = "We publish together."


@pytest.fixture
def cast() -> Cast:
    return factories.cast()


def browser(cast: Cast, role: str) -> Client:
    asker = Client()
    asker.force_login(cast[role])
    return asker


def declared(cast: Cast, role: str = "reviewer") -> ConflictDeclaration:
    return declare_conflict(factories.act(cast[role]), cast.aurora, reason=REASON)


def test_who_declares_a_conflict_sees_the_network_no_more(cast: Cast) -> None:
    factories.milestone(cast.aurora)
    said = {"network": cast.aurora.pk, "kind": "conflict", "reason": REASON}
    answer = browser(cast, "reviewer").post(reverse("conflicts"), said)
    assert answer.status_code == 302
    assert not Network.objects.visible_to(cast["reviewer"]).exists()
    assert not Milestone.objects.visible_to(cast["reviewer"]).exists()
    assert access.roles_in(cast["reviewer"], cast.aurora) == frozenset()
    # Nobody else is concerned.
    assert Network.objects.visible_to(cast["chair"]).exists()


def test_no_conflict_changes_nothing(cast: Cast) -> None:
    declare_conflict(factories.act(cast["reviewer"]), cast.aurora, kind="none")
    assert Network.objects.visible_to(cast["reviewer"]).exists()


def test_none_may_become_a_conflict_and_the_first_word_is_kept(cast: Cast) -> None:
    declare_conflict(factories.act(cast["reviewer"]), cast.aurora, kind="none")
    declared(cast)
    kinds = ConflictDeclaration.objects.order_by("pk").values_list("kind", "withdrawn_at")
    assert [kind for kind, _ in kinds] == ["none", "conflict"]
    assert not Network.objects.visible_to(cast["reviewer"]).exists()


def test_a_conflict_needs_its_reason(cast: Cast) -> None:
    said = {"network": cast.aurora.pk, "kind": "conflict", "reason": " "}
    answer = browser(cast, "reviewer").post(reverse("conflicts"), said)
    assert answer.status_code == 422
    assert "Say in a sentence what the conflict is." in answer.content.decode()
    assert not ConflictDeclaration.objects.exists()


def test_nobody_takes_back_a_conflict_of_their_own(cast: Cast) -> None:
    declared(cast)
    with pytest.raises(Refusal):
        declare_conflict(factories.act(cast["reviewer"]), cast.aurora, kind="none")
    row = ConflictDeclaration.objects.get()
    with pytest.raises(PermissionDenied):
        withdraw_conflict(factories.act(cast["reviewer"]), row, reason="It is over.")


def test_staff_who_sit_on_the_committee_withdraw_no_word_of_their_own(cast: Cast) -> None:
    factories.programme_role(cast.programme, "reviewer", cast["officer"])
    row = declared(cast, "officer")
    with pytest.raises(PermissionDenied):
        withdraw_conflict(factories.act(cast["officer"]), row, reason="It is over.")
    page = browser(cast, "officer").get(reverse("conflict-withdraw", args=[row.pk]))
    assert page.status_code == 404


def test_staff_withdraw_with_a_reason_and_it_is_logged(cast: Cast) -> None:
    row = declared(cast)
    address = reverse("conflict-withdraw", args=[row.pk])
    assert browser(cast, "officer").post(address, {"reason": ""}).status_code == 422
    assert browser(cast, "officer").post(address, {"reason": "A namesake."}).status_code == 302
    assert Network.objects.visible_to(cast["reviewer"]).exists()
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["declare_conflict", "withdraw_conflict"]
    row.refresh_from_db()
    with pytest.raises(Refusal):
        withdraw_conflict(factories.act(cast["officer"]), row, reason="Again.")


def test_the_team_reads_nothing_of_it(cast: Cast) -> None:
    declared(cast)
    assert not ConflictDeclaration.objects.visible_to(cast["lead"]).exists()
    assert not Event.objects.visible_to(cast["lead"]).filter(verb="declare_conflict").exists()
    assert Event.objects.visible_to(cast["manager"]).filter(verb="declare_conflict").exists()


@pytest.mark.parametrize("role", ["lead", "funder", "observer", "manager"])
def test_only_the_committee_declares(cast: Cast, role: str) -> None:
    with pytest.raises(PermissionDenied):
        declared(cast, role)


def test_a_computed_conflict_outlives_a_withdrawal(cast: Cast) -> None:
    row = declared(cast)
    factories.member(cast.aurora, "member", cast["reviewer"])
    withdraw_conflict(factories.act(cast["manager"]), row, reason="A namesake.")
    assert access.conflicted(cast["reviewer"]).filter(pk=cast.aurora.pk).exists()


def test_the_api_declares_and_withdraws(cast: Cast) -> None:
    said = {"network": cast.aurora.pk, "kind": "conflict", "reason": REASON}
    answer = client(cast["reviewer"]).post(f"{BASE}conflicts/", said)
    assert answer.status_code == 201, answer.data
    address = f"{BASE}conflicts/{answer.data['id']}/withdraw/"
    # Their own row, which they may read and not withdraw.
    assert client(cast["reviewer"]).post(address, {"reason": "x"}).status_code == 403
    assert client(cast["lead"]).post(address, {"reason": "x"}).status_code == 404
    assert client(cast["officer"]).post(address, {"reason": "A namesake."}).status_code == 200


def test_conflicts_are_asked_in_one_statement_however_many_there_are(cast: Cast) -> None:
    for number in range(30):
        network = factories.network(programme=cast.programme)
        if number % 2:
            declare_conflict(factories.act(cast["reviewer"]), network, reason=REASON)
    with CaptureQueriesContext(connection) as asked:
        found = len(access.conflicted(cast["reviewer"]))
    assert (found, len(asked)) == (15, 1)


def test_the_page_costs_the_same_for_many_declarations(cast: Cast) -> None:
    costs = []
    for _ in range(2):
        for _ in range(8):
            declare_conflict(
                factories.act(cast["reviewer"]),
                factories.network(programme=cast.programme),
                reason=REASON,
            )
        asker = browser(cast, "officer")
        with CaptureQueriesContext(connection) as asked:
            assert asker.get(reverse("conflicts")).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]
