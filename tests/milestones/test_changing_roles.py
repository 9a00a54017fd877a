"""Another role for somebody on the team: from today on, with what they hold, and on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from networks.access import roles_in
from networks.models import Event, Member, User
from networks.refusals import Refusal
from networks.services.changing import change_role
from networks.services.leaving import leave
from tests import factories
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return factories.cast()


def row_of(cast: Cast, role: str) -> Member:
    return Member.objects.filter(user=cast[role], network=cast.aurora).latest("pk")


def becomes(cast: Cast, role: str, by: str = "manager", who: str = "deputy") -> Member:
    member = row_of(cast, who)
    return change_role(factories.act(cast[by]), member, role=role, partner=member.partner)


def test_a_deputy_becomes_the_lead_and_the_old_role_stays_on_record(cast: Cast) -> None:
    old = row_of(cast, "deputy")
    new = becomes(cast, "lead")
    old.refresh_from_db()
    assert (old.role, old.ends) == ("deputy", TODAY - timedelta(days=1))
    assert (new.role, new.starts, new.ends) == ("lead", TODAY, None)
    assert roles_in(cast["deputy"], cast.aurora) == {"lead"}
    event = Event.objects.get(verb="change_member_role")
    assert event.changes == {"role": ["deputy", "lead"]}


def test_what_they_hold_comes_along(cast: Cast) -> None:
    member = row_of(cast, "member")
    package = factories.work_package(cast.aurora, lead=member)
    item = factories.milestone(cast.aurora, responsible=member)
    new = becomes(cast, "wp_lead", by="lead", who="member")
    package.refresh_from_db()
    item.refresh_from_db()
    assert (package.lead, item.responsible) == (new, new)


def test_an_observer_has_no_duties(cast: Cast) -> None:
    factories.work_package(cast.aurora, lead=row_of(cast, "member"))
    with pytest.raises(Refusal, match="Hand over first"):
        becomes(cast, "observer", who="member")
    assert row_of(cast, "member").role == "member"


def test_a_second_change_on_the_same_day_leaves_no_row_of_no_day(cast: Cast) -> None:
    becomes(cast, "lead")
    becomes(cast, "member")
    rows = Member.objects.filter(user=cast["deputy"], network=cast.aurora).order_by("pk")
    assert [row.role for row in rows] == ["deputy", "member"]


def test_the_same_again_writes_nothing(cast: Cast) -> None:
    becomes(cast, "deputy")
    assert not Event.objects.filter(verb="change_member_role").exists()


@pytest.mark.parametrize(
    ("by", "who", "role"),
    [
        ("lead", "deputy", "lead"),
        ("deputy", "deputy", "lead"),
        ("deputy", "lead", "member"),
        ("member", "wp_lead", "member"),
        ("chair", "member", "deputy"),
        ("stranger", "member", "deputy"),
    ],
)
def test_who_leads_is_the_programme_s_to_say_the_rest_the_lead_s(
    cast: Cast, by: str, who: str, role: str
) -> None:
    with pytest.raises(PermissionDenied):
        becomes(cast, role, by=by, who=who)


def test_a_deputy_does_not_end_the_lead_s_role(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        leave(factories.act(cast["deputy"]), row_of(cast, "lead"), last_day=TODAY, handed={})
    leave(factories.act(cast["lead"]), row_of(cast, "lead"), last_day=TODAY, handed={})
    assert row_of(cast, "lead").ends == TODAY


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(cast: Cast, role: str = "member") -> str:
    return reverse("network-member-role", args=["AUR-1", row_of(cast, role).pk])


def test_the_last_to_lead_is_told_so_before_leaving(cast: Cast) -> None:
    client = browser(cast["lead"])
    leave_page = reverse("network-member-leave", args=["AUR-1", row_of(cast, "lead").pk])
    assert "Nobody else leads" not in client.get(leave_page).content.decode()
    Member.objects.filter(user=cast["deputy"]).update(ends=TODAY - timedelta(days=1))
    assert "Nobody else leads" in client.get(leave_page).content.decode()


def test_the_page_changes_it(cast: Cast) -> None:
    client = browser(cast["officer"])
    page = client.get(address(cast, "deputy")).content.decode()
    assert f"{cast['lead'].name} leads the network today" in page
    home = cast.aurora.partners.get(number="1")
    said = {"role": "lead", "partner": home.pk}
    assert client.post(address(cast, "deputy"), said).status_code == 302
    assert (row_of(cast, "deputy").role, row_of(cast, "deputy").partner) == ("lead", home)
    assert client.post(address(cast), {"role": "pope"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "status"), [("member", 403), ("chair", 404), ("stranger", 404), ("funder", 404)]
)
def test_who_else_opens_it(cast: Cast, role: str, status: int) -> None:
    client = browser(cast[role])
    assert client.get(address(cast)).status_code in (status, 403)
    assert client.post(address(cast), {"role": "deputy"}).status_code in (status, 403)
    assert row_of(cast, "member").role == "member"


def test_a_lead_is_offered_no_lead_and_not_their_own_role(cast: Cast) -> None:
    client = browser(cast["lead"])
    assert 'value="lead"' not in client.get(address(cast)).content.decode()
    assert client.get(address(cast, "lead")).status_code == 403
    assert client.post(address(cast), {"role": "lead"}).status_code == 422
    team = client.get(reverse("network-team", args=["AUR-1"])).content.decode()
    assert address(cast) in team
    assert address(cast, "lead") not in team


def test_a_member_of_another_network_is_not_found(cast: Cast) -> None:
    foreign = Member.objects.get(user=cast["stranger"])
    url = reverse("network-member-role", args=["AUR-1", foreign.pk])
    assert browser(cast["lead"]).post(url, {"role": "member"}).status_code == 404
