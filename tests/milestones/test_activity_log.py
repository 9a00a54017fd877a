"""The activity log of a network: filtered, per item, and as a file."""

import csv
import json
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from networks.models import Event, ProgrammeRole
from networks.services import record_event
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.django_db
FILES = ("network-activity-csv", "network-activity-json")


@pytest.fixture
def cast() -> Cast:
    company = factories.cast()
    for number in (1, 2):
        item = factories.milestone(company.aurora, code=f"MS{number}0", title="=SUM(A1)")
        record_event(
            factories.act(company["officer"], on_behalf_of=company["lead"]),
            "update" if number == 1 else "claim",
            item,
            network=company.aurora,
            changes={"percent": [10, 20], "state": ["planned", "@in_progress"]},
        )
    foreign = factories.milestone(company.boreas, title="CANARY")
    record_event(factories.act(), "update", foreign, network=company.boreas)
    return company


def get(cast: Cast, role: str, name: str = "network-activity", **query: object):
    client = Client()
    client.force_login(cast[role])
    return client.get(reverse(name, args=["AUR-1"]), query)


def table(cast: Cast, **query: object) -> list[dict[str, str]]:
    text = get(cast, "lead", "network-activity-csv", **query).content.decode()
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, {"MS10", "MS20"}),
        ({"verb": "claim"}, {"MS20"}),
        ({"kind": "milestones.deliverable"}, set()),
        ({"who": "officer"}, {"MS10", "MS20"}),
        ({"who": "lead"}, {"MS10", "MS20"}),
        ({"who": "reviewer"}, set()),
        ({"channel": "api"}, set()),
        ({"until": "2026-06-14"}, set()),
        ({"q": "MS10"}, {"MS10"}),
    ],
)
def test_filters_choose_the_same_rows_on_the_page_and_in_the_file(cast, query, codes):
    page = get(cast, "lead", **query).content.decode()
    assert {code for code in ("MS10", "MS20") if code in page} == codes
    assert {row["thing"].split()[0] for row in table(cast, **query)} == codes
    assert "CANARY" not in page


def test_one_item_has_its_own_log_and_its_page_links_to_it(cast):
    item = cast.aurora.milestones.get(code="MS10")
    client = Client()
    client.force_login(cast["lead"])
    page = client.get(item.get_absolute_url()).content.decode()
    link = f"?kind=milestones.milestone&amp;thing={item.pk}"
    assert link in page
    rows = table(cast, kind="milestones.milestone", thing=item.pk)
    assert {row["id"] for row in rows} == {str(item.pk)}
    client.force_login(cast["observer"])
    assert link not in client.get(item.get_absolute_url()).content.decode()


def test_a_line_for_each_change_says_who_for_whom_from_what_to_what(cast):
    # PostgreSQL keeps the fields of a change in an order of its own.
    percent, state = sorted(table(cast, verb="update"), key=lambda row: row["field"])
    assert percent["who"] == "Officer"
    assert percent["on_behalf_of"] == "Lead"
    assert (percent["field"], percent["old"], percent["new"]) == ("percent", "10", "20")
    # Nothing that was typed is taken for a formula.
    assert (state["old"], state["new"]) == ("planned", "'@in_progress")
    assert percent["through"] == "page"


def test_json_has_the_same_events(cast):
    rows = json.loads(get(cast, "lead", "network-activity-json", verb="update").content)
    assert [(row["thing"], row["on_behalf_of"]) for row in rows] == [("MS10 =SUM(A1)", "Lead")]
    assert rows[0]["changes"]["percent"] == [10, 20]


@pytest.mark.parametrize("name", ["network-activity", *FILES])
@pytest.mark.parametrize("role", ["chair", "reviewer", "funder", "observer", "stranger"])
def test_the_log_is_for_insiders(cast, role, name):
    assert get(cast, role, name).status_code == 404


@pytest.mark.parametrize("name", ["network-activity", *FILES])
def test_a_wrong_filter_is_said_and_nothing_is_handed_out(cast, name):
    answer = get(cast, "lead", name, since="yesterday-ish", verb="nonsense")
    assert answer.status_code == 400
    assert b"MS10" not in answer.content


@pytest.mark.parametrize("name", FILES)
def test_a_file_costs_the_same_whatever_it_holds(cast, django_assert_num_queries, name):
    client = Client()
    client.force_login(cast["manager"])
    for more in (0, 40):
        for _number in range(more):
            item = factories.milestone(cast.aurora)
            record_event(factories.act(cast["lead"]), "update", item, network=cast.aurora)
        with django_assert_num_queries(6):
            client.get(reverse(name, args=["AUR-1"]))
    assert Event.objects.count() > 40


PROGRAMME = ("programme-activity", "programme-activity-csv", "programme-activity-json")


def of_programme(cast: Cast, role: str, name: str, **query: object):
    client = Client()
    client.force_login(cast[role])
    return client.get(reverse(name, args=[cast.programme.slug]), query)


@pytest.fixture
def granted(cast: Cast) -> Cast:
    """A role was given, in this programme and in another one."""
    for programme, who in ((cast.programme, "Newcomer"), (cast.boreas.programme, "CANARY")):
        person = factories.programme_role(programme, "reviewer", factories.user(who))
        granted = ProgrammeRole.objects.get(user=person)
        record_event(factories.act(), "grant_role", granted, programme=programme)
    return cast


@pytest.mark.parametrize("name", PROGRAMME)
def test_a_programme_has_a_log_of_its_own(granted, name):
    said = of_programme(granted, "officer", name).content.decode()
    assert "Newcomer" in said
    # Each network has its own; the other programme is nobody's business here.
    assert not [word for word in ("MS10", "CANARY") if word in said]


def test_it_is_filtered_like_that_of_a_network(granted):
    said = of_programme(granted, "manager", PROGRAMME[0], verb="end_role").content.decode()
    assert "Newcomer" not in said
    assert of_programme(granted, "manager", PROGRAMME[1], since="never").status_code == 400


@pytest.mark.parametrize("role", ["lead", "chair", "reviewer", "funder", "stranger"])
def test_it_is_for_those_who_run_the_programme(granted, role):
    assert {of_programme(granted, role, name).status_code for name in PROGRAMME} == {404}
