"""The rules page: what each scope says, who may change it, and what the log keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from networks.duties import LADDER, Step
from networks.models import Event
from networks.refusals import Refusal
from notifications.models import Reminder, ReminderRule
from notifications.services import plan
from notifications.services.rules import Scope, add_step, change_step, reset_ladder, switch_step
from tests import factories
from tests.factories import NETWORK_ROLES, Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
KIND = "milestone"
SEVEN, THREE = Step(-7, "responsible"), Step(-3, "leads")


@pytest.fixture
def own(cast: Cast) -> Scope:
    return Scope(cast.programme)


@pytest.fixture
def aurora(cast: Cast) -> Scope:
    return Scope(cast.programme, cast.aurora)


@pytest.fixture
def by(cast: Cast) -> Any:
    return factories.act(cast["manager"])


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def test_without_rows_the_defaults_hold(own: Scope, aurora: Scope) -> None:
    assert own.steps(KIND) == aurora.steps(KIND) == tuple(sorted(LADDER))


def test_a_network_goes_before_its_programme(by: Any, own: Scope, aurora: Scope) -> None:
    switch_step(by, own, KIND, SEVEN, on=False)
    assert SEVEN not in aurora.steps(KIND)
    switch_step(by, aurora, KIND, SEVEN, on=True)
    assert SEVEN in aurora.steps(KIND)
    assert SEVEN not in own.steps(KIND)


def test_what_agrees_with_the_scope_above_needs_no_row(by: Any, own: Scope) -> None:
    switch_step(by, own, KIND, SEVEN, on=False)
    switch_step(by, own, KIND, SEVEN, on=True)
    assert not ReminderRule.objects.exists()


def test_every_change_is_logged_from_old_to_new(by: Any, own: Scope) -> None:
    change_step(by, own, KIND, SEVEN, THREE)
    event = Event.objects.get(verb="set_ladder")
    old, new = event.changes[KIND]
    assert "-7 responsible" in old
    assert "-7 responsible" not in new
    assert "-3 leads" in new
    assert (event.programme, event.actor) == (own.programme, by.by)


def test_what_changes_nothing_writes_nothing(by: Any, own: Scope) -> None:
    switch_step(by, own, KIND, SEVEN, on=True)
    change_step(by, own, KIND, SEVEN, SEVEN)
    reset_ladder(by, own, KIND)
    assert not Event.objects.filter(verb="set_ladder").exists()


def test_back_to_defaults_touches_its_own_scope_only(by: Any, own: Scope, aurora: Scope) -> None:
    add_step(by, own, KIND, THREE)
    switch_step(by, aurora, KIND, SEVEN, on=False)
    reset_ladder(by, own, KIND)
    assert THREE not in own.steps(KIND)
    assert SEVEN not in aurora.steps(KIND)
    reset_ladder(by, aurora, KIND)
    assert aurora.steps(KIND) == tuple(sorted(LADDER))


def test_the_same_step_twice_is_refused(by: Any, own: Scope) -> None:
    with pytest.raises(Refusal):
        add_step(by, own, KIND, SEVEN)
    with pytest.raises(Refusal):
        change_step(by, own, KIND, Step(-14, "responsible"), SEVEN)


@pytest.mark.parametrize("role", ["officer", "lead", "stranger"])
def test_only_a_manager_changes_a_ladder(cast: Cast, own: Scope, role: str) -> None:
    with pytest.raises(PermissionDenied):
        switch_step(factories.act(cast[role]), own, KIND, SEVEN, on=False)


def test_planning_follows_the_network(cast: Cast, by: Any, own: Scope, aurora: Scope) -> None:
    switch_step(by, aurora, KIND, SEVEN, on=False)
    other = factories.network(programme=cast.programme)
    lead = factories.member(other, "lead")
    for network in (cast.aurora, other):
        factories.milestone(network, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    told = Reminder.objects.filter(state="planned").values_list("recipient", "offset_days")
    assert sorted(told) == sorted([(cast["lead"].pk, -14), (lead.pk, -7)])


def test_a_step_far_ahead_of_one_network_is_seen(cast: Cast, by: Any, aurora: Scope) -> None:
    add_step(by, aurora, KIND, Step(-60, "responsible"))
    factories.milestone(cast.aurora, contractual_date=date(2026, 7, 31))
    assert plan(MONDAY).messages == 1


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("manager", 200, 302),
        ("officer", 200, 403),
        ("chair", 404, 404),
        ("reviewer", 404, 404),
        ("funder", 404, 404),
        *((role, 404, 404) for role in (*NETWORK_ROLES, "stranger")),
    ],
)
def test_officers_read_managers_write_and_others_find_nothing(
    cast: Cast, client: Client, role: str, reads: int, writes: int
) -> None:
    signed_in(client, cast[role])
    page = reverse("reminder-rules", args=[cast.programme.slug])
    step = reverse("reminder-step", args=[cast.programme.slug, KIND])
    off = {"kind": KIND, "step": "-7.responsible", "off": "1"}
    new = {"days": "3", "side": "before", "audience": "leads"}
    assert client.get(page).status_code == reads
    assert client.post(page, off).status_code == writes
    assert client.post(step, new).status_code == writes
    assert ReminderRule.objects.count() == (2 if role == "manager" else 0)


def test_staff_of_another_programme_get_404(cast: Cast, client: Client) -> None:
    signed_in(client, factories.programme_role(factories.programme(), "manager"))
    assert client.get(reverse("reminder-rules", args=[cast.programme.slug])).status_code == 404


def test_the_home_leads_into_the_only_programme(cast: Cast, client: Client) -> None:
    answer = signed_in(client, cast["officer"]).get(reverse("reminder-rules-home"))
    assert answer["Location"] == reverse("reminder-rules", args=[cast.programme.slug])
    factories.programme_role(factories.programme(name="Second"), "officer", cast["officer"])
    assert "Second" in client.get(reverse("reminder-rules-home")).content.decode()


def test_an_officer_is_shown_no_buttons(cast: Cast, client: Client) -> None:
    path = reverse("reminder-rules", args=[cast.programme.slug])
    assert "Switch off" not in signed_in(client, cast["officer"]).get(path).content.decode()
    assert "Switch off" in signed_in(client, cast["manager"]).get(path).content.decode()


def test_a_manager_changes_a_step_of_one_network(cast: Cast, client: Client, aurora: Scope) -> None:
    signed_in(client, cast["manager"])
    path = reverse("reminder-step", args=[cast.programme.slug, KIND])
    query = f"{path}?network=AUR-1&step=-7.responsible"
    answer = client.post(query, {"days": "5", "side": "after", "audience": "officers"})
    assert answer["Location"].endswith("?network=AUR-1#milestone")
    assert Step(5, "officers") in aurora.steps(KIND)
    assert SEVEN not in aurora.steps(KIND)
    page = client.get(answer["Location"]).content.decode()
    assert "5 days after" in page
    assert "this network" in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"days": "7", "side": "before", "audience": "responsible"}, 422),
        ({"days": "367", "side": "before", "audience": "leads"}, 422),
        ({"days": "3", "side": "before", "audience": "everybody"}, 422),
        ({"days": "0", "side": "after", "audience": "leads"}, 302),
    ],
)
def test_a_step_is_checked(cast: Cast, client: Client, typed: dict[str, str], status: int) -> None:
    signed_in(client, cast["manager"])
    path = reverse("reminder-step", args=[cast.programme.slug, KIND])
    assert client.post(path, typed).status_code == status


@pytest.mark.parametrize("step", ["-5.responsible", "x.leads", "-7", ""])
def test_a_step_that_is_not_there_cannot_be_changed(cast: Cast, client: Client, step: str) -> None:
    path = reverse("reminder-step", args=[cast.programme.slug, KIND])
    assert signed_in(client, cast["manager"]).get(path, {"step": step}).status_code == 404


def test_nonsense_is_not_a_fault(cast: Cast, client: Client) -> None:
    page = reverse("reminder-rules", args=[cast.programme.slug])
    signed_in(client, cast["manager"])
    assert client.post(page, {"kind": "nonsense"}).status_code == 404
    assert client.post(page, {"kind": KIND, "step": "nonsense"}).status_code == 404
    assert client.get(f"{page}?network=BOR-1")["Location"] == page


def test_the_page_costs_the_same_with_more_rules(
    cast: Cast,
    client: Client,
    by: Any,
    own: Scope,
    aurora: Scope,
    django_assert_max_num_queries: Any,
) -> None:
    path = reverse("reminder-rules", args=[cast.programme.slug])
    signed_in(client, cast["manager"]).get(path)
    with django_assert_max_num_queries(20) as few:
        client.get(path)
    for days in range(40, 50):
        other = Scope(cast.programme, factories.network(programme=cast.programme))
        for scope in (other, aurora, own):
            add_step(by, scope, KIND, Step(-days, "leads"))
    with django_assert_max_num_queries(len(few)):
        client.get(path)
