"""One door for acting: the tables of all apps agree with it, and an unknown action is loud."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from milestones import access as plans
from networks import policy
from reports.access import REVIEWING
from reports.models import ProgressReport
from tests import worlds
from tests.worlds import ROLES, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return worlds.world()


def test_each_app_that_lets_people_act_has_joined() -> None:
    assert {"networks", "programmes", "milestones", "reports", "reviews"} <= set(policy._tables)


@pytest.mark.parametrize("action", plans.ROLES)
def test_the_one_door_says_what_the_table_of_plans_says(world: World, action: str) -> None:
    network = world.own["network"]
    allowed = {role for role in ROLES if policy.can(world.person(role), action, network)}
    assert allowed == set(plans.ROLES[action]) & set(ROLES)


def test_a_report_is_asked_about_at_the_same_door(world: World) -> None:
    report: Any = ProgressReport(network=world.own["network"])
    allowed = {role for role in ROLES if policy.can(world.person(role), "submit", report)}
    assert allowed == {"lead", "deputy"}


@pytest.mark.parametrize("action", ["check_report", "assign", "answer", "decide"])
def test_a_review_is_asked_about_at_the_same_door(world: World, action: str) -> None:
    report: Any = ProgressReport(network=world.own["network"])
    allowed = {role for role in ROLES if policy.can(world.person(role), action, report)}
    assert allowed == set(REVIEWING[action]) & set(ROLES)


@pytest.mark.parametrize("action", ["grant_role", "publish", "set_reminders"])
def test_a_programme_is_its_managers(world: World, action: str) -> None:
    programme = world.own["programme"]
    allowed = {role for role in ROLES if policy.can(world.person(role), action, programme)}
    assert allowed == {"manager"}


def test_nobody_in_particular_may_do_nothing(world: World) -> None:
    assert policy.actions_for(AnonymousUser(), world.own["milestone"]) == frozenset()
    closed = world.person("manager")
    closed.is_active = False
    assert policy.actions_for(closed, world.own["network"]) == frozenset()


def test_an_action_that_nobody_has_declared_is_an_error_not_a_no(world: World) -> None:
    with pytest.raises(KeyError, match="There is no action"):
        policy.can(world.person("manager"), "sing", world.own["milestone"])


def test_the_system_itself_needs_no_role(world: World) -> None:
    policy.require(None, "publish", world.own["programme"])
    with pytest.raises(PermissionDenied):
        policy.require(world.person("officer"), "publish", world.own["programme"])
