"""A list costs the same number of SQL statements whatever lies behind it, for every role."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from milestones.models import Milestone
from networks.models import ApiToken
from tests import factories, worlds
from tests.api import BASE, THINGS
from tests.worlds import ROLES, World

pytestmark = pytest.mark.django_db
# Statements per list with a token: the token and its person, the count, the rows, and one
# for each kind of rows that hang on them. status-report: the token, the networks, the rest.
COST = {
    "programmes": 3,
    "organisations": 3,
    "networks": 3,
    "partners": 3,
    "members": 3,
    "work-packages": 3,
    "milestones": 5,
    "deliverables": 3,
    "status-updates": 4,
    "risks": 5,
    "amendments": 4,
    "conflicts": 3,
    "progress-reports": 3,
    "report-versions": 3,
    "events": 3,
    "review-rounds": 3,
    "reviews": 4,
    "decisions": 3,
    "conditions": 3,
    "meetings": 4,
    "status-report": 3,
    "status-rows": 3,
}


# A lead sees nothing of the committee's work: the token, and a count of none.
NOT_FOR_A_LEAD = {"conflicts": 2, "review-rounds": 2, "reviews": 2, "meetings": 2}


def asked_with_token(person: Any, address: str) -> int:
    """How many statements one request takes, log-in included."""
    made, token = ApiToken.objects.create(user=person)
    # That a token was used is written down once an hour, not at every request.
    ApiToken.objects.filter(pk=made.pk).update(last_used_at=timezone.now())
    asker = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    with CaptureQueriesContext(connection) as asked:
        assert asker.get(address).status_code == 200
    return len(asked)


def fill(world: World, count: int) -> None:
    worlds.many(count, world.cast.aurora, world.own["work_package"], world.person("lead"))


def test_each_list_has_its_cost_stated() -> None:
    assert set(COST) == set(THINGS)


@pytest.mark.parametrize("count", [10, 1000])
def test_a_list_takes_its_stated_number_of_statements_for_a_lead(count: int) -> None:
    world = worlds.world()
    fill(world, count)
    cost = {
        endpoint: asked_with_token(world.person("lead"), f"{BASE}{endpoint}/?page_size=200")
        for endpoint in THINGS
    }
    assert cost == COST | NOT_FOR_A_LEAD


@pytest.mark.parametrize("role", [*ROLES, "superuser"])
def test_no_role_takes_more_statements_than_stated(role: str) -> None:
    world = worlds.world()
    fill(world, 10)
    dearer = {
        endpoint: cost
        for endpoint in THINGS
        if (cost := asked_with_token(world.person(role), f"{BASE}{endpoint}/")) > COST[endpoint]
    }
    assert dearer == {}


@pytest.mark.parametrize(
    "question", ["overdue=true", "overdue=false", "delayed=true", "due_within=30", "open=true"]
)
def test_a_question_about_deadlines_takes_no_more_statements_than_the_list(question: str) -> None:
    world = worlds.world()
    fill(world, 10)
    cost = asked_with_token(world.person("lead"), f"{BASE}milestones/?{question}")
    assert cost <= COST["milestones"]


@pytest.mark.parametrize("networks", [1, 60])
@pytest.mark.parametrize("as_of", ["", "?as_of=2026-06-15"])
def test_the_status_report_takes_two_statements_beside_the_token(networks: int, as_of: str) -> None:
    world = worlds.world()
    for _ in range(networks):
        factories.milestone(factories.network(programme=world.cast.programme))
    assert asked_with_token(world.person("manager"), f"{BASE}status-report/{as_of}") == 3


def test_a_row_costs_no_more_than_a_list() -> None:
    world = worlds.world()
    row = world.own["milestone"]
    assert isinstance(row, Milestone)
    address = f"{BASE}milestones/{row.pk}/"
    assert asked_with_token(world.person("lead"), address) <= COST["milestones"]
