"""The portfolio and the status report as pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from milestones.services import post_update
from networks.models import Network
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    """AURORA has one overdue milestone; ZENITH, of the same programme, has none."""
    company = make.cast()
    make.network(programme=company.programme, acronym="ZENITH", reference="ZEN-1", state="closed")
    item = make.milestone(company.aurora, contractual_date=make.NOW.date() - timedelta(days=3))
    post_update(make.act(company["lead"]), item, confidence="at_risk", percent=10)
    return company


@pytest.fixture
def officer(company) -> Client:
    client = Client()
    client.force_login(company["officer"])
    return client


def acronyms(client, name, query=""):
    lines = client.get(f"{reverse(name)}?{query}").context["lines"]
    return [line["network"].acronym for line in lines]


@pytest.mark.parametrize("name", ["network-list", "status-report"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["AURORA", "ZENITH"]),
        ("q=zen", ["ZENITH"]),
        ("state=closed", ["ZENITH"]),
        ("country=IT", ["AURORA"]),
        ("programme=network-awards", ["AURORA", "ZENITH"]),
        ("order=-acronym", ["ZENITH", "AURORA"]),
        ("order=overdue", ["ZENITH", "AURORA"]),
        ("order=-overdue", ["AURORA", "ZENITH"]),
        ("order=-due", ["AURORA", "ZENITH"]),
        ("order=state", ["AURORA", "ZENITH"]),
        ("order=nonsense", ["AURORA", "ZENITH"]),
        ("page=7", ["AURORA", "ZENITH"]),
        ("page=%F0%9D%9F%99", ["AURORA", "ZENITH"]),
    ],
)
def test_the_address_filters_and_orders(officer, name, query, found):
    assert acronyms(officer, name, query) == found


@pytest.mark.parametrize("order", ["country", "update", "programme", "ends"])
def test_every_column_can_be_ordered_both_ways(officer, order):
    for sign in ("", "-"):
        assert sorted(acronyms(officer, "network-list", f"order={sign}{order}")) == [
            "AURORA",
            "ZENITH",
        ]


@pytest.mark.parametrize(("sign", "found"), [("", "AZN"), ("-", "ZAN")])
def test_the_last_word_on_a_deliverable_orders_too_and_who_never_spoke_is_last(
    company, officer, sign, found
):
    zenith = Network.objects.get(acronym="ZENITH")
    make.network(programme=company.programme, acronym="NEVER", reference="NEV-1")
    later = make.NOW + timedelta(minutes=5)
    make.member(zenith, "lead", company["lead"])
    post_update(
        make.act(company["lead"], at=later),
        make.deliverable(zenith),
        confidence="on_track",
        percent=10,
    )
    names = acronyms(officer, "network-list", f"order={sign}update")
    assert "".join(name[0] for name in names) == found


@pytest.mark.parametrize(
    "address",
    [
        "/status/",
        "/status/?format=csv",
        "/status/rows/?kind=report&figure=total",
        "/api/v1/status-report/",
        "/api/v1/status-rows/?kind=report&figure=total",
        "/programmes/network-awards/board-pack.pdf",
    ],
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-30", "9999-12-31"])
def test_the_first_and_the_last_day_there_are_get_an_answer(company, officer, address, day):
    mark = "&" if "?" in address else "?"
    answer = officer.get(f"{address}{mark}as_of={day}")
    expected = {200} if day.startswith("0") else {400, 404}
    assert answer.status_code in expected


@pytest.mark.parametrize("query", ["programme=none", "state=x", "country=XX"])
def test_a_filter_that_makes_no_sense_is_told(officer, query):
    answer = officer.get(f"{reverse('network-list')}?{query}")
    assert answer.status_code == 400
    assert answer.context["lines"] == []


def test_the_portfolio_shows_overdue_and_confidence(officer):
    line = officer.get(reverse("network-list")).context["lines"][0]
    assert line["network"].figures.items.overdue == 1
    assert line["mix"] == {"on_track": 0, "at_risk": 1, "off_track": 0, "": 0}


def test_a_past_day_shows_the_figures_of_that_day(officer):
    before = officer.get(f"{reverse('status-report')}?as_of=2026-06-01").context
    assert before["report"].totals.items.overdue == 0
    assert before["is_today"] is False


def test_a_day_to_come_is_refused_at_its_field(officer):
    answer = officer.get(f"{reverse('status-report')}?as_of=2026-07-01")
    assert answer.status_code == 400
    assert "That day has not come yet." in answer.content.decode()


def test_the_report_is_offered_as_data_with_the_same_choice(officer):
    page = officer.get(f"{reverse('status-report')}?q=aur&state=&order=-overdue")
    address = page.context["json_url"]
    assert address == f"{reverse('api:status-report-list')}?q=aur"
    data = officer.get(address).json()
    assert [entry["acronym"] for entry in data["networks"]] == ["AURORA"]


def test_one_network_is_chosen_by_its_reference(officer):
    assert acronyms(officer, "status-report", "network=ZEN-1") == ["ZENITH"]


def test_the_portfolio_is_paged(company, officer):
    for _ in range(60):
        make.network(programme=company.programme)
    assert len(acronyms(officer, "network-list")) == 50
    assert len(acronyms(officer, "network-list", "page=2")) == 12


def test_who_reaches_no_network_is_told_where_to_ask(db):
    nobody = Client()
    nobody.force_login(make.user())
    page = nobody.get(reverse("network-list")).content.decode()
    assert "No network is open to you yet" in page
