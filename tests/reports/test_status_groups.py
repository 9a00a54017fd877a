"""The status report by programme, country, organisation, funder and work package."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from milestones import services
from milestones.models import Risk
from networks.acts import Act
from networks.models import User
from reports.status import GROUPINGS, StatusReport, status_report
from reports.status.asking import KINDS
from reports.status.figures import percentile
from tests import factories
from tests.api import BASE, client
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
OTHERS = [name for name in GROUPINGS if name != "network"]


def due(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def company(time_machine: Any) -> Cast:
    """AURORA of Italy and Norway's money, ZENITH of Italy and France with money of its own."""
    time_machine.move_to(NOW, tick=False)
    company = factories.cast()
    zenith = factories.network(programme=company.programme, acronym="ZENITH", reference="ZEN-1")
    for country in ("IT", "FR"):
        factories.partner(zenith, organisation=factories.organisation(country=country))
    gone = factories.organisation(country="PT")
    factories.partner(zenith, organisation=gone, ends=due(-1))
    one, two = (factories.work_package(company.aurora, code=code) for code in ("WP1", "WP2"))
    factories.milestone(company.aurora, contractual_date=due(-5), work_packages=[one, two])
    factories.milestone(
        company.aurora, contractual_date=due(-60), forecast_date=due(10), work_packages=[one]
    )
    factories.milestone(
        company.aurora, state="verified", contractual_date=due(-9), actual_date=TODAY
    )
    factories.deliverable(company.aurora, contractual_date=due(-100), work_package=two)
    factories.deliverable(zenith, state="accepted", contractual_date=due(9), actual_date=TODAY)
    factories.milestone(zenith, contractual_date=due(12))
    Risk.objects.create(network=zenith, code="R1", description="d", likelihood="H", severity="H")
    return company


def grouped(company: Cast, by: str, role: str = "manager", **about: Any) -> StatusReport:
    return status_report(company[role], NOW, group_by=by, **about)


def labels(report: StatusReport) -> dict[str, int]:
    return {group.label: group.figures.items.total for group in report.groups}


def test_a_network_counts_under_each_of_its_countries_and_once_in_the_totals(company: Cast) -> None:
    report = grouped(company, "country")
    assert labels(report) == {"Italy": 6, "France": 2}
    assert [group.networks for group in report.groups] == [1, 2]
    assert (report.totals.items.total, report.network_count, report.count) == (6, 2, 2)


def test_who_pays_is_a_group_and_who_has_no_funder_stands_last(company: Cast) -> None:
    report = grouped(company, "funder")
    assert labels(report) == {"Society of the North": 4, "None known": 2}
    assert report.groups[-1].key == ""


def test_by_programme_each_network_counts_once(company: Cast) -> None:
    report = grouped(company, "programme")
    assert labels(report) == {"Network awards": 6}
    assert report.groups[0].figures == report.totals


def test_an_item_counts_under_each_of_its_work_packages(company: Cast) -> None:
    report = grouped(company, "work_package")
    assert labels(report) == {"AURORA WP1": 2, "AURORA WP2": 2}
    assert (report.totals.items.total, report.network_count) == (6, 2)


def test_overdue_is_told_by_age_and_lateness_by_its_middle(company: Cast) -> None:
    items = grouped(company, "programme").totals.items
    assert (items.overdue, items.overdue_1_30, items.overdue_31_90, items.overdue_91) == (
        3,
        1,
        1,
        1,
    )
    assert (items.on_time, items.late, items.delayed) == (1, 1, 1)
    assert items.slips == (9, 70)
    assert (items.slip_median, items.slip_p90) == (39.5, 63.9)


@pytest.mark.parametrize(
    ("days", "ages"),
    [
        (0, (0, 0, 0)),
        (-1, (1, 0, 0)),
        (-30, (1, 0, 0)),
        (-31, (0, 1, 0)),
        (-90, (0, 1, 0)),
        (-91, (0, 0, 1)),
    ],
)
def test_the_ages_meet_without_a_gap(days: int, ages: tuple[int, ...]) -> None:
    company = factories.cast()
    factories.milestone(company.aurora, contractual_date=due(days))
    found = grouped(company, "programme").totals.milestones
    assert (found.overdue_1_30, found.overdue_31_90, found.overdue_91) == ages
    assert found.overdue == sum(ages)


@pytest.mark.parametrize(("share", "value"), [(0.5, 25.0), (0.9, 37.0), (0.0, 10.0), (1.0, 40.0)])
def test_percentiles_are_those_of_percentile_cont(share: float, value: float) -> None:
    assert percentile([10, 20, 30, 40], share) == value


@pytest.mark.parametrize("by", GROUPINGS)
@pytest.mark.parametrize("as_of", [None, TODAY])
def test_every_grouping_takes_two_statements(
    company: Cast, django_assert_num_queries: Any, by: str, as_of: date | None
) -> None:
    for role in ("manager", "chair", "funder"):
        with django_assert_num_queries(2):
            grouped(company, by, role, as_of=as_of)


@pytest.mark.parametrize("by", OTHERS)
def test_groups_are_paged_and_the_totals_are_those_of_all(company: Cast, by: str) -> None:
    whole = grouped(company, by, page_size=None)
    pages = [grouped(company, by, page=page, page_size=1) for page in range(1, whole.count + 1)]
    assert [group for page in pages for group in page.groups] == whole.groups
    assert {page.totals == whole.totals for page in pages} == {True}


def test_nobody_counts_what_they_may_not_see(company: Cast) -> None:
    for by in GROUPINGS:
        assert grouped(company, by, "stranger").totals.items.total == 0
        assert grouped(company, by, "funder").totals.milestones.total == 1
        assert grouped(company, by, "observer").network_count <= 1


# --- Each figure leads to its rows ------------------------------------------------------------

ITEM_FIGURES = {
    "overdue": ("overdue",),
    "overdue_1_30": ("overdue_by_age", "days_1_to_30"),
    "overdue_31_90": ("overdue_by_age", "days_31_to_90"),
    "overdue_91": ("overdue_by_age", "days_91_and_more"),
    "due_30": ("due_in_30_days",),
    "due_90": ("due_in_90_days",),
    "delayed": ("delayed",),
    "on_time": ("on_time",),
    "late": ("late",),
}


def figures_of(line: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Every figure of a line of the JSON as (kind, figure, number)."""
    found = []
    for kind, about in (
        ("item", line),
        ("milestone", line["milestones"]),
        ("deliverable", line["deliverables"]),
    ):
        for figure, path in ITEM_FIGURES.items():
            number: Any = about
            for name in path:
                number = number[name]
            found.append((kind, figure, number))
        if kind != "item":
            found.append((kind, "total", about["total"]))
            found += [(kind, state, number) for state, number in about["by_state"].items()]
    found += [
        ("risk", name, line["risks"][key])
        for name, key in (("total", "open"), ("high", "high"), ("materialised", "materialised"))
    ]
    found.append(("amendment", "total", line["open_amendments"]))
    return found + [(name[:-1], "total", number) for name, number in line["under_way"].items()]


@pytest.mark.parametrize(
    ("by", "role", "query"),
    [
        *((by, "manager", "") for by in GROUPINGS),
        ("network", "manager", f"&as_of={TODAY}"),
        ("country", "manager", f"&as_of={TODAY}"),
        ("funder", "funder", "&q=zen"),
    ],
)
def test_every_figure_leads_to_exactly_its_rows(
    company: Cast, by: str, role: str, query: str
) -> None:
    asker = client(company[role])
    report = asker.get(f"{BASE}status-report/?group_by={by}{query}").json()
    for line in (report["totals"], *report["networks"], *report["groups"]):
        # One figure of nothing will do for all of them: each costs a request.
        nothing = 0
        for kind, figure, number in figures_of(line):
            nothing += not number
            if number or nothing == 1:
                address = f"{line['rows']}&kind={kind}&figure={figure}"
                assert asker.get(address).json()["count"] == number, address


def test_a_row_says_what_it_is(company: Cast) -> None:
    address = f"{BASE}status-rows/?kind=item&figure=overdue_91&group_by=country&group=IT"
    (row,) = client(company["manager"]).get(address).json()["results"]
    assert (row["kind"], row["acronym"], row["due"]) == ("deliverable", "AURORA", str(due(-100)))


@pytest.mark.parametrize(
    "query",
    ["kind=x", "figure=x", "group_by=x", "kind=risk&figure=overdue", "as_of=2999-01-01", "x=1"],
)
def test_a_figure_that_there_is_not_is_refused(company: Cast, query: str) -> None:
    assert client(company["manager"]).get(f"{BASE}status-rows/?{query}").status_code == 400


def test_the_rows_take_two_statements(company: Cast, django_assert_max_num_queries: Any) -> None:
    asker = client(company["manager"])
    with django_assert_max_num_queries(2):
        asker.get(f"{BASE}status-rows/?kind=item&figure=overdue")


def test_the_rows_of_a_past_day_are_those_of_that_day_and_not_of_today(company: Cast) -> None:
    def ago(days: int) -> Act:
        return factories.act(company["lead"], at=NOW - timedelta(days=days))

    risk = services.add_risk(
        ago(10), company.aurora, code="R9", description="d", likelihood="L", severity="M"
    )
    services.assess_risk(ago(2), risk, period="RP", likelihood="H")
    asker, address = client(company["manager"]), f"{BASE}status-rows/?kind=risk&network=AUR-1"
    states = [
        asker.get(f"{address}{query}").json()["results"][0]["state"]
        for query in (f"&as_of={due(-5)}", "")
    ]
    assert states == ["L", "H"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_rows_of_a_past_day(company: Cast, kind: str) -> None:
    address = f"{BASE}status-rows/?kind={kind}&as_of={due(-5)}"
    assert client(company["manager"]).get(address).status_code == 200


def test_the_rows_of_days_late_are_as_many_as_the_median_is_of(company: Cast) -> None:
    asker = client(company["manager"])
    slips = grouped(company, "network").totals.items.slips
    found = asker.get(f"{BASE}status-rows/?kind=item&figure=slipped").json()
    assert found["count"] == len(slips) == 2


def page_for(person: User, address: str) -> str:
    browser = Client()
    browser.force_login(person)
    return browser.get(address).content.decode()


def test_the_page_links_every_state_age_and_committee_figure(company: Cast) -> None:
    page = page_for(company["manager"], "/status/")
    for figure in ("planned", "overdue_31_90", "slipped", "on_time"):
        assert f"figure={figure}" in page, figure


@pytest.mark.parametrize("kind", ["report", "review", "decision", "condition", "risk", "amendment"])
def test_the_page_shows_the_rows_of_every_kind(company: Cast, kind: str) -> None:
    assert "Status report" in page_for(
        company["manager"], f"/status/rows/?kind={kind}&figure=total"
    )


def test_the_page_of_rows_says_which_figure_it_is(company: Cast) -> None:
    page = page_for(company["manager"], "/status/rows/?kind=item&figure=overdue_31_90")
    assert "Milestones and deliverables: overdue for 31 to 90 days" in page
