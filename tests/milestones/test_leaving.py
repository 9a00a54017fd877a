"""Leaving closes access on its day, keeps history, and asks who takes over each open thing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone, WorkPackage
from networks.holdings import held_by
from networks.models import Event, Member, Network, ProgrammeRole, User
from networks.refusals import Refusal
from networks.services.leaving import leave
from notifications.models import Reminder
from notifications.services.planning import plan
from tests import factories
from tests.factories import NOW, Cast
from tests.notifications.conftest import at

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
    return Member.objects.get(user=cast[role], network=cast.aurora)


def holds(cast: Cast, role: str = "member") -> tuple[Milestone, WorkPackage]:
    """The person leads a work package and is named on a milestone."""
    member = row_of(cast, role)
    package = factories.work_package(cast.aurora, lead=member)
    return factories.milestone(cast.aurora, responsible=member), package


def keys(*things: Any) -> list[str]:
    return [f"{'milestone' if isinstance(t, Milestone) else 'work_package'}-{t.pk}" for t in things]


def ends(cast: Cast, by: str = "lead", role: str = "member", **fields: Any) -> Any:
    values = {"last_day": TODAY, "handed": {}} | fields
    return leave(factories.act(cast[by]), row_of(cast, role), **values)


def test_access_ends_when_the_day_is_over(cast: Cast) -> None:
    ends(cast)
    assert Network.objects.visible_to(cast["member"]).filter(pk=cast.aurora.pk).exists()
    with time_machine.travel(NOW + timedelta(days=1)):
        anew = User.objects.get(pk=cast["member"].pk)
        assert not Network.objects.visible_to(anew).exists()
    assert row_of(cast, "member").ends == TODAY


@pytest.mark.parametrize("by", ["member", "wp_lead", "observer", "chair", "stranger"])
def test_only_who_keeps_the_team_ends_a_membership(cast: Cast, by: str) -> None:
    with pytest.raises(PermissionDenied):
        ends(cast, by)


def test_what_they_hold_is_asked_thing_by_thing(cast: Cast) -> None:
    item, package = holds(cast)
    assert [each.key for each in held_by(row_of(cast, "member"))] == keys(item, package)
    with pytest.raises(Refusal, match="Say who takes over"):
        ends(cast, handed={keys(item)[0]: cast["lead"]})
    assert row_of(cast, "member").ends is None
    item.refresh_from_db()
    assert item.responsible == row_of(cast, "member")


def test_each_goes_where_it_was_said(cast: Cast) -> None:
    item, package = holds(cast)
    one, other = keys(item, package)
    ends(cast, handed={one: cast["deputy"], other: cast["wp_lead"]})
    item.refresh_from_db()
    package.refresh_from_db()
    assert item.responsible == row_of(cast, "deputy")
    assert package.lead == row_of(cast, "wp_lead")
    told = Event.objects.filter(verb="hand_over", actor=cast["lead"])
    assert {"responsible": [str(cast["member"]), str(cast["deputy"])]} in [e.changes for e in told]
    assert told.count() == 2


def test_nobody_by_name_is_an_answer(cast: Cast) -> None:
    item, package = holds(cast)
    ends(cast, handed=dict.fromkeys(keys(item, package)))
    item.refresh_from_db()
    assert item.responsible == row_of(cast, "member")


@pytest.mark.parametrize("taker", ["member", "observer", "manager", "stranger"])
def test_only_the_rest_of_the_team_can_take_over(cast: Cast, taker: str) -> None:
    item, package = holds(cast)
    with pytest.raises(Refusal):
        ends(cast, handed=dict.fromkeys(keys(item, package), cast[taker]))
    assert row_of(cast, "member").ends is None


def test_what_is_done_is_not_asked_about(cast: Cast) -> None:
    factories.milestone(
        cast.aurora, responsible=row_of(cast, "member"), state="verified", actual_date=TODAY
    )
    ends(cast)
    assert row_of(cast, "member").ends == TODAY


def test_a_form_opened_before_is_asked_again(cast: Cast) -> None:
    item, package = holds(cast)
    ends(cast, handed=dict.fromkeys(keys(item, package), cast["lead"]))
    old = item.version
    item.refresh_from_db()
    assert item.version == old + 1


def reminded(now: datetime) -> set[str]:
    plan(now)
    return set(Reminder.objects.values_list("recipient__name", flat=True))


def test_reminders_go_to_who_took_over_and_no_more_to_who_left(cast: Cast) -> None:
    item, package = holds(cast)
    Milestone.objects.filter(pk=item.pk).update(contractual_date=date(2026, 6, 30))
    ends(
        cast,
        last_day=TODAY - timedelta(days=1),
        handed=dict.fromkeys(keys(item, package), cast["deputy"]),
    )
    assert reminded(at("2026-06-16 08:00")) == {"Deputy"}


def test_with_nobody_by_name_the_lead_is_reminded(cast: Cast) -> None:
    item, package = holds(cast)
    ends(cast, last_day=TODAY - timedelta(days=1), handed=dict.fromkeys(keys(item, package)))
    assert item.responsible is not None
    assert reminded(at("2026-06-16 08:00")) == {"Lead"}


def test_without_leaving_it_is_they_who_are_reminded(cast: Cast) -> None:
    holds(cast)
    assert reminded(at("2026-06-16 08:00")) == {"Member"}


def test_the_manager_ends_a_role_in_the_programme(cast: Cast) -> None:
    role = ProgrammeRole.objects.get(user=cast["reviewer"])
    leave(factories.act(cast["manager"]), role, last_day=TODAY, handed={})
    role.refresh_from_db()
    assert role.ends == TODAY
    with pytest.raises(PermissionDenied):
        leave(factories.act(cast["officer"]), role, last_day=TODAY, handed={})


@pytest.mark.parametrize("by", ["lead", "manager"])
@pytest.mark.parametrize(
    "day", [TODAY - timedelta(days=32), TODAY + timedelta(days=3651), date.min, date.max]
)
def test_a_last_day_is_near_today(cast: Cast, by: str, day: date) -> None:
    with pytest.raises(Refusal, match="at most") as caught:
        ends(cast, by, last_day=day)
    assert caught.value.field == "last_day"
    own = ProgrammeRole.objects.get(user=cast["manager"])
    with pytest.raises(Refusal, match="at most"):
        leave(factories.act(cast["manager"]), own, last_day=day, handed={})


@pytest.mark.parametrize("days", [-31, 0, 3650])
def test_up_to_these_days_it_is(cast: Cast, days: int) -> None:
    ends(cast, last_day=TODAY + timedelta(days=days))
    assert row_of(cast, "member").ends == TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("by", "prolongs"), [("lead", False), ("deputy", False), ("officer", True)]
)
def test_only_staff_prolong_a_role(cast: Cast, by: str, prolongs: bool) -> None:
    role = by if by in ("lead", "deputy") else "lead"
    Member.objects.filter(user=cast[role]).update(ends=TODAY)
    later = TODAY + timedelta(days=1)
    if prolongs:
        ends(cast, by, role, last_day=later)
    else:
        with pytest.raises(Refusal, match="prolong") as caught:
            ends(cast, by, role, last_day=later)
        assert caught.value.field == "last_day"
    assert row_of(cast, role).ends == (later if prolongs else TODAY)


def test_the_last_manager_stays(cast: Cast) -> None:
    role = ProgrammeRole.objects.get(user=cast["manager"])
    with pytest.raises(Refusal, match="Nobody would manage"):
        leave(factories.act(cast["manager"]), role, last_day=TODAY, handed={})
    factories.programme_role(cast.programme, "manager", factories.user("Second"))
    leave(factories.act(cast["manager"]), role, last_day=TODAY, handed={})
    assert ProgrammeRole.objects.get(pk=role.pk).ends == TODAY


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(cast: Cast, role: str = "member") -> str:
    return reverse("network-member-leave", args=["AUR-1", row_of(cast, role).pk])


def test_the_page_asks_and_hands_over(cast: Cast) -> None:
    item, package = holds(cast)
    client = browser(cast["lead"])
    page = client.get(address(cast)).content.decode()
    assert item.title in page
    assert package.title in page
    answer = client.post(address(cast), {"last_day": "2026-06-15"})
    assert answer.status_code == 422
    assert "Say who takes this over." in answer.content.decode()
    typed = {"everything": cast["deputy"].pk, keys(item)[0]: cast["wp_lead"].pk}
    assert client.post(address(cast), typed | {"last_day": "2026-06-15"}).status_code == 302
    item.refresh_from_db()
    package.refresh_from_db()
    assert item.responsible == row_of(cast, "wp_lead")
    assert package.lead == row_of(cast, "deputy")


@pytest.mark.parametrize(
    ("role", "status"), [("member", 403), ("observer", 403), ("chair", 403), ("stranger", 404)]
)
def test_who_opens_it(cast: Cast, role: str, status: int) -> None:
    expected = 404 if role == "observer" else status
    got = browser(cast[role]).get(address(cast)).status_code
    assert got in (expected, status)
    client = browser(cast[role])
    assert client.post(address(cast), {"last_day": "2026-06-15"}).status_code in (expected, status)
    assert row_of(cast, "member").ends is None


def test_a_member_of_another_network_is_not_found(cast: Cast) -> None:
    foreign = Member.objects.get(user=cast["stranger"])
    url = reverse("network-member-leave", args=["AUR-1", foreign.pk])
    assert browser(cast["lead"]).post(url, {"last_day": "2026-06-15"}).status_code == 404


def test_the_cost_does_not_grow_with_what_they_hold(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    holds(cast)
    client = browser(cast["lead"])
    client.get(address(cast))
    with django_assert_max_num_queries(32) as few:
        client.get(address(cast))
    for _number in range(10):
        holds(cast)
    with django_assert_num_queries(len(few)):
        client.get(address(cast))
    holds(cast, "wp_lead")

    def hand_all(role: str) -> None:
        things = [each.key for each in held_by(row_of(cast, role))]
        ends(cast, role=role, handed=dict.fromkeys(things, cast["deputy"]))

    with django_assert_max_num_queries(60) as one:
        hand_all("wp_lead")
    with django_assert_num_queries(len(one)):
        hand_all("member")
