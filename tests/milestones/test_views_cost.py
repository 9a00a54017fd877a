"""A page costs the same number of SQL statements whatever lies behind it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import worlds
from tests.worlds import World

pytestmark = pytest.mark.django_db
# Session and person, network, roles, lead; then the page's own. Statements per page.
PAGES = (
    "my-work",
    "network-list",
    "status-report",
    "network",
    "network-milestones",
    "network-deliverables",
    "network-team",
    "network-risks",
    "network-amendments",
    "network-activity",
    "milestone",
    "deliverable",
)
# 0: the role does not open that page.
COST = {
    "lead": [30, 9, 11, 16, 11, 10, 13, 12, 10, 9, 13, 13],
    # One of them asks who of the staff has a part in a network, and is told of no report there.
    "officer": [25, 9, 11, 16, 11, 10, 13, 12, 10, 9, 13, 13],
    "observer": [22, 9, 11, 16, 11, 10, 12, 0, 0, 0, 12, 11],
}


def address_of(world: World, name: str) -> str:
    if name in ("my-work", "network-list", "status-report"):
        return reverse(name)
    if name == "milestone":
        return world.own["milestone"].get_absolute_url()
    if name == "deliverable":
        return world.own["public_deliverable"].get_absolute_url()
    return reverse(name, args=["AUR-1"])


def costs(world: World, role: str) -> dict[str, int]:
    client = Client()
    client.force_login(world.person(role))
    found = {}
    for name in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address_of(world, name))
        found[name] = len(asked) if answer.status_code == 200 else 0
    return found


@pytest.mark.parametrize("count", [10, 1000])
@pytest.mark.parametrize("role", COST)
def test_a_page_costs_the_same_at_ten_and_at_a_thousand_rows(role, count):
    world = worlds.world()
    worlds.many(count, world.cast.aurora, world.own["work_package"], world.person("lead"))
    assert costs(world, role) == dict(zip(PAGES, COST[role], strict=True))


# What each further role may cost beyond the dearest of the three above: nothing.
@pytest.mark.parametrize(
    "role", ["manager", "chair", "reviewer", "funder", "deputy", "wp_lead", "member", "stranger"]
)
def test_no_role_costs_more_for_more_rows(role):
    """Access asks whole circles in the statement itself, never row by row."""
    world = worlds.world()
    worlds.many(10, world.cast.aurora, world.own["work_package"], world.person("lead"))
    few = costs(world, role)
    worlds.more(200, world.cast.aurora)
    assert costs(world, role) == few
