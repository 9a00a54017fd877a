"""The role table: who sees which row, through ``visible_to``, the one door."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from milestones.models import Milestone
from networks.access import roles_in
from networks.models import Member, Network, Organisation, Partner, ProgrammeRole
from tests import factories, worlds
from tests.worlds import ROLES, SEEN, World

pytestmark = pytest.mark.django_db
# Rows that are not seen by network: tokens and roles have no list of their own.
NOT_BY_NETWORK = {
    "networks.apitoken",
    "networks.user",
    "networks.programmerole",
    # Rules of a programme, and requests to an operator; invitations have tests of their own.
    "networks.requiredfactor",
    "networks.erasure",
    "networks.invitation",
    "milestones.promisedpackage",
}


@pytest.fixture
def world() -> World:
    return worlds.world()


def sees(person: Any, row: Any) -> bool:
    return type(row).objects.visible_to(person).filter(pk=row.pk).exists()


@pytest.mark.parametrize("thing", SEEN)
def test_each_role_sees_what_the_table_says(world: World, thing: str) -> None:
    found = {role for role in ROLES if sees(world.person(role), world.own[thing])}
    assert found == SEEN[thing]


@pytest.mark.parametrize("thing", SEEN)
def test_of_a_foreign_network_only_its_own_lead_sees_anything(world: World, thing: str) -> None:
    row = world.foreign[thing]
    # Its lead sees of it what AURORA's lead sees of AURORA: of the committee's work, nothing.
    expected = {"stranger"} if "lead" in SEEN[thing] else set()
    assert {role for role in ROLES if sees(world.person(role), row)} == expected


@pytest.mark.parametrize("thing", SEEN)
def test_a_superuser_sees_everything_and_nobody_nothing(world: World, thing: str) -> None:
    row = world.own[thing]
    assert sees(world.person("superuser"), row)
    assert not sees(AnonymousUser(), row)


@pytest.mark.parametrize("thing", SEEN)
def test_a_closed_account_sees_nothing(world: World, thing: str) -> None:
    lead = world.person("lead")
    lead.is_active = False
    assert not sees(lead, world.own[thing])


def test_nobody_sees_a_row_twice(world: World) -> None:
    for role in ROLES:
        for row in world.own.values():
            ids = list(
                type(row).objects.visible_to(world.person(role)).values_list("pk", flat=True)
            )
            assert len(ids) == len(set(ids)), (role, row)


def test_every_model_of_networks_and_plans_has_a_line_in_the_table(world: World) -> None:
    listed = {row._meta.label_lower for row in world.own.values()} | NOT_BY_NETWORK
    listed.add(Organisation._meta.label_lower)
    models = {
        model._meta.label_lower
        for app in ("networks", "milestones")
        for model in apps.get_app_config(app).get_models()
        if not model._meta.auto_created
    }
    assert models - listed == set()


def test_every_model_with_a_network_has_a_door() -> None:
    doorless = [
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is Network and field.name == "network"
        if not hasattr(model._default_manager.all(), "visible_to")
        if model._meta.app_label in ("networks", "milestones", "reports")
    ]
    assert doorless == []


def test_organisations_are_open_to_whoever_is_signed_in(world: World) -> None:
    row = Organisation.objects.first()
    assert sees(world.person("stranger"), row)
    assert not sees(AnonymousUser(), row)


def test_everybody_sees_their_own_membership(world: World) -> None:
    own = Member.objects.get(user=world.person("observer"))
    assert list(Member.objects.visible_to(world.person("observer"))) == [own]


# --- Memberships begin and end ---------------------------------------------------------


def member_since(days: int | None, until: int | None) -> Any:
    """A member whose dates lie so many days from today."""
    today = timezone.now().date()

    def day(offset: int | None) -> Any:
        return None if offset is None else today + timedelta(days=offset)

    network = factories.network()
    person = factories.member(network, "lead", starts=day(days), ends=day(until))
    return person, network


@pytest.mark.parametrize(
    ("starts", "ends", "inside"),
    [
        (None, None, True),
        (0, None, True),
        (1, None, False),
        (None, 0, True),
        (None, -1, False),
        (-10, -1, False),
        (-10, 10, True),
    ],
)
def test_a_membership_counts_from_its_first_to_its_last_day(
    starts: int | None, ends: int | None, inside: bool
) -> None:
    person, network = member_since(starts, ends)
    assert sees(person, network) is inside
    assert bool(roles_in(person, network)) is inside


@pytest.mark.parametrize("role", factories.PROGRAMME_ROLES)
def test_an_ended_programme_role_sees_nothing(world: World, role: str) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    ProgrammeRole.objects.filter(user=world.person(role)).update(ends=yesterday)
    assert not sees(world.person(role), world.own["network"])


# --- Committee ------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["chair", "reviewer"])
def test_a_reviewer_does_not_see_a_network_they_were_part_of(world: World, role: str) -> None:
    long_ago = timezone.now().date() - timedelta(days=900)
    factories.member(world.cast.aurora, "member", world.person(role), ends=long_ago)
    assert not sees(world.person(role), world.own["network"])
    assert not roles_in(world.person(role), world.cast.aurora)


def test_a_reviewer_does_not_see_a_network_their_institute_is_part_of(world: World) -> None:
    institute = Partner.objects.get(network=world.cast.aurora, short_name="Home").organisation
    ProgrammeRole.objects.filter(user=world.person("reviewer")).update(organisation=institute)
    assert not sees(world.person("reviewer"), world.own["milestone"])


def test_a_reviewer_does_not_see_a_network_of_the_institute_of_another_membership(
    world: World,
) -> None:
    institute = Partner.objects.get(network=world.cast.aurora, short_name="Home").organisation
    elsewhere = factories.network()
    desk = factories.partner(elsewhere, organisation=institute)
    factories.member(elsewhere, "member", world.person("reviewer"), partner=desk)
    assert not sees(world.person("reviewer"), world.own["network"])


@pytest.mark.parametrize(("days", "conflict"), [(3 * 365 - 1, True), (3 * 365 + 2, False)])
def test_an_institute_left_is_a_conflict_for_three_years(
    world: World, days: int, conflict: bool
) -> None:
    institute = Partner.objects.get(network=world.cast.aurora, short_name="Home").organisation
    left = timezone.now().date() - timedelta(days=days)
    elsewhere = factories.network()
    desk = factories.partner(elsewhere, organisation=institute)
    factories.member(elsewhere, "member", world.person("reviewer"), partner=desk, ends=left)
    assert sees(world.person("reviewer"), world.own["network"]) is not conflict


def test_a_seat_that_ended_long_ago_is_no_conflict(world: World) -> None:
    institute = Partner.objects.get(network=world.cast.aurora, short_name="Home").organisation
    long_ago = timezone.now().date() - timedelta(days=1200)
    factories.programme_role(
        factories.programme(),
        "reviewer",
        world.person("chair"),
        organisation=institute,
        ends=long_ago,
    )
    assert sees(world.person("chair"), world.own["network"])


def test_a_reviewer_from_a_society_that_only_pays_has_no_conflict(world: World) -> None:
    society = Organisation.objects.get(name="Society of the North")
    ProgrammeRole.objects.filter(user=world.person("reviewer")).update(organisation=society)
    assert sees(world.person("reviewer"), world.own["network"])


def test_a_conflict_with_one_network_does_not_hide_another(world: World) -> None:
    other = factories.network(programme=world.cast.programme)
    factories.member(world.cast.aurora, "member", world.person("reviewer"))
    assert sees(world.person("reviewer"), other)


def test_a_conflicted_manager_still_runs_the_programme(world: World) -> None:
    institute = Partner.objects.get(network=world.cast.aurora, short_name="Home").organisation
    ProgrammeRole.objects.filter(user=world.person("manager")).update(organisation=institute)
    assert sees(world.person("manager"), world.own["risk"])


# --- Funders --------------------------------------------------------------------------


def test_a_funder_does_not_see_a_network_that_another_society_pays_for(world: World) -> None:
    other = factories.network(programme=world.cast.programme)
    factories.partner(other, kind="funder")
    assert not sees(world.person("funder"), other)


def test_a_funder_does_not_see_a_network_its_society_only_takes_part_in(world: World) -> None:
    society = Organisation.objects.get(name="Society of the North")
    other = factories.network(programme=world.cast.programme)
    factories.partner(other, kind="associated", organisation=society)
    assert not sees(world.person("funder"), other)


def test_a_funder_of_one_programme_does_not_see_its_share_of_another(world: World) -> None:
    society = Organisation.objects.get(name="Society of the North")
    other = factories.network()
    factories.partner(other, kind="funder", organisation=society)
    assert not sees(world.person("funder"), other)


def test_the_end_of_one_funder_role_leaves_the_other(world: World) -> None:
    """Both roles speak for one society; the ended one is of another programme."""
    society = Organisation.objects.get(name="Society of the North")
    yesterday = timezone.now().date() - timedelta(days=1)
    factories.programme_role(
        factories.programme(),
        "funder",
        world.person("funder"),
        organisation=society,
        ends=yesterday,
    )
    assert sees(world.person("funder"), world.own["network"])


def test_a_funder_sees_a_milestone_only_once_it_is_verified(world: World) -> None:
    row: Any = world.own["milestone"]
    assert not sees(world.person("funder"), row)
    Milestone.objects.filter(pk=row.pk).update(state="verified", actual_date=row.contractual_date)
    assert sees(world.person("funder"), row)


# --- People behind the plan -------------------------------------------------------------


@pytest.mark.parametrize("role", [*ROLES[:-1], "superuser"])
def test_the_people_of_the_plan_are_shown_to_its_readers_only(world: World, role: str) -> None:
    person = world.person(role)
    row = Milestone.objects.visible_to(person).with_people_shown(person).first()
    assert row is not None
    assert row.shows_people is (role not in ("funder", "observer"))
