"""The lists of a network: what the address filters, orders and pages."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment, AmendmentChange, Risk
from milestones.services import add_risk, assess_risk, post_update
from networks.models import Member
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def company() -> make.Cast:
    return make.cast()


@pytest.fixture
def lead(company) -> Client:
    client = Client()
    client.force_login(company["lead"])
    return client


def page_of(client, tab, query=""):
    return client.get(f"{reverse(tab, args=['AUR-1'])}?{query}")


def codes(client, tab, query=""):
    return [row.code for row in page_of(client, tab, query).context["page"]]


@pytest.fixture
def plan(company):
    """One milestone for each thing that can be asked for."""
    network = company.aurora
    package = make.work_package(network, code="WP7")
    today = make.NOW.date()
    make.milestone(network, code="MS1", contractual_date=today - timedelta(days=1))
    make.milestone(network, code="MS2", contractual_date=today, confidence="at_risk")
    make.milestone(network, code="MS3", contractual_date=today + timedelta(days=30))
    make.milestone(
        network,
        code="MS4",
        contractual_date=today + timedelta(days=31),
        forecast_date=today + timedelta(days=40),
        work_packages=[package],
    )
    make.milestone(
        network, code="MS10", title="Ethics", state="verified", actual_date=date(2026, 1, 1)
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["MS1", "MS2", "MS3", "MS4", "MS10"]),
        ("due=overdue", ["MS1"]),
        ("due=due_soon", ["MS2", "MS3"]),
        ("due=delayed", ["MS4"]),
        ("state=verified", ["MS10"]),
        ("confidence=at_risk", ["MS2"]),
        ("work_package=WP7", ["MS4"]),
        ("q=ethic", ["MS10"]),
        ("q=ms10", ["MS10"]),
        ("q=nothing", []),
        ("order=-due", ["MS4", "MS3", "MS10", "MS2", "MS1"]),
        ("order=-code", ["MS10", "MS4", "MS3", "MS2", "MS1"]),
        ("order=password", ["MS1", "MS2", "MS3", "MS4", "MS10"]),
        ("due=overdue&state=verified", []),
    ],
)
def test_milestones_are_filtered_and_ordered_by_the_address(plan, lead, query, found):
    assert codes(lead, "network-milestones", query) == found


@pytest.mark.parametrize(
    "query", ["state=gone", "due=yesterday", "work_package=WP99", "confidence=x"]
)
def test_a_filter_that_makes_no_sense_is_told_and_finds_nothing(plan, lead, query):
    answer = page_of(lead, "network-milestones", query)
    assert answer.status_code == 400
    assert list(answer.context["page"]) == []
    assert query.split("=")[0] in answer.context["filter"].errors


@pytest.mark.parametrize("number", ["2", "99", "x", "-1"])
def test_lists_are_paged(company, lead, number):
    for _ in range(55):
        make.milestone(company.aurora)
    page = page_of(lead, "network-milestones", f"page={number}").context["page"]
    assert page.paginator.count == 55
    assert len(page) == (5 if number in ("2", "99", "-1") else 50)


def test_deliverables_are_filtered_by_type_and_level(company, lead):
    make.deliverable(company.aurora, code="D1.1", type="DMP", dissemination_level="SEN")
    make.deliverable(company.aurora, code="D1.2")
    assert codes(lead, "network-deliverables", "type=DMP") == ["D1.1"]
    assert codes(lead, "network-deliverables", "dissemination_level=PU") == ["D1.2"]


def test_the_team_is_grouped_by_country_and_keeps_who_left(company, lead):
    spain = make.organisation(country="ES", name="Instituto Sol")
    gone = make.partner(company.aurora, organisation=spain, ends=date(2026, 6, 14))
    person = make.user("Ines Ida")
    Member.objects.create(
        network=company.aurora, user=person, role="member", partner=gone, ends=date(2026, 6, 14)
    )
    answer = page_of(lead, "network-team")
    assert [group["code"] for group in answer.context["countries"]] == ["IT", "NO", "ES"]
    page = answer.content.decode()
    assert "Left on 14 June 2026" in page
    assert "until 14 June 2026" in page


def test_a_risk_is_added_and_assessed_on_the_pages(company, lead):
    typed = {"code": "R1", "description": "Staff may leave", "likelihood": "L", "severity": "H"}
    assert lead.post(reverse("risk-add", args=["AUR-1"]), typed).status_code == 302
    risk = Risk.objects.get()
    address = reverse("risk-assess", args=["AUR-1", risk.pk])
    assert lead.post(address, {"period": " "}).status_code == 422
    assert lead.post(address, {"period": "RP1", "likelihood": "H"}).status_code == 302
    (row,) = page_of(lead, "network-risks").context["page"]
    assert (row.likelihood, row.latest[0].period) == ("H", "RP1")


def test_a_risk_shows_its_latest_state_of_play_only(company, lead):
    act = make.act(company["lead"])
    risk = add_risk(act, company.aurora, code="R1", description="x")
    for period in ("RP1", "RP2"):
        assess_risk(act, risk, period=period)
    (row,) = page_of(lead, "network-risks").context["page"]
    assert [assessment.period for assessment in row.latest] == ["RP2"]


def test_the_matrix_counts_open_risks(company, lead):
    for number, closed in enumerate([None, None, date(2026, 1, 1)]):
        Risk.objects.create(
            network=company.aurora,
            code=f"R{number}",
            description="x",
            likelihood="H",
            severity="M",
            closed_on=closed,
        )
    matrix = page_of(lead, "network-risks").context["matrix"]
    assert [cell["count"] for cell in matrix[0]["cells"]] == [0, 2, 0]
    assert len(codes(lead, "network-risks", "watched=closed")) == 1


def test_a_risk_of_another_network_is_not_found(company, lead):
    foreign = Risk.objects.create(network=company.boreas, code="R1", description="x")
    address = reverse("risk-assess", args=["AUR-1", foreign.pk])
    assert lead.get(address).status_code == 404


def test_activity_says_who_changed_what_from_what_to_what(company, lead):
    item = make.milestone(company.aurora, code="MS1")
    post_update(make.act(company["deputy"]), item, confidence="at_risk", percent=30)
    (line,) = page_of(lead, "network-activity").context["lines"]
    assert (line.who, line.what, line.url) == ("Deputy", "Status update", item.get_absolute_url())
    said = {change.label: (change.old, change.new) for change in line.changes}
    assert said["Percent done"] == ("0", "30")
    assert said["Confidence"] == ("", "At risk")
    assert said["State"] == ("Planned", "In progress")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=deputy", 1),
        ("who=lead", 0),
        ("channel=page", 1),
        ("since=2026-06-16", 0),
        ("q=MS1", 1),
    ],
)
def test_activity_is_filtered(company, lead, query, count):
    item = make.milestone(company.aurora, code="MS1")
    post_update(make.act(company["deputy"]), item, confidence="at_risk", percent=30)
    assert len(page_of(lead, "network-activity", query).context["lines"]) == count


@pytest.fixture
def amendment(company) -> Amendment:
    item = make.milestone(company.aurora, code="MS1", due_month=None)
    amendment = Amendment.objects.create(
        network=company.aurora,
        number=1,
        kind="dates",
        title="Two months later",
        justification="A strike",
        state="submitted",
        drafted_by=company["lead"],
        drafted_at=make.NOW,
    )
    AmendmentChange.objects.create(
        network=company.aurora,
        amendment=amendment,
        action="change",
        target_kind="milestone",
        target=item.code,
        field="due_date",
        old=item.due_date.isoformat(),
        new="2026-08-31",
    )
    return amendment


def test_an_amendment_shows_what_moves_in_words(amendment, lead):
    (row,) = page_of(lead, "network-amendments").context["page"]
    (move,) = row.moves
    assert (move["thing"], move["old"], move["new"]) == ("MS1", "30 Jun 2026", "31 Aug 2026")


def test_a_manager_refuses_an_amendment_with_a_note_only(company, amendment):
    manager = Client()
    manager.force_login(company["manager"])
    address = reverse("amendment-decide", args=["AUR-1", 1])
    assert manager.post(address, {"decision": "refuse"}).status_code == 422
    assert manager.post(address, {"decision": "refuse", "note": "Too late"}).status_code == 302
    amendment.refresh_from_db()
    assert (amendment.state, amendment.decision_note) == ("refused", "Too late")


def test_a_manager_approves_and_the_date_moves(company, amendment):
    manager = Client()
    manager.force_login(company["manager"])
    address = reverse("amendment-decide", args=["AUR-1", 1])
    assert manager.post(address, {"decision": "approve"}).status_code == 302
    assert company.aurora.milestones.get().due_date == date(2026, 8, 31)


def test_a_draft_is_submitted_by_the_lead(amendment, lead):
    Amendment.objects.update(state="draft")
    answer = lead.post(reverse("amendment-submit", args=["AUR-1", 1]), follow=True)
    assert "is with the programme" in answer.content.decode()


def test_the_overview_leads_to_the_rows_behind_its_figures(plan, lead):
    tiles = page_of(lead, "network").context["tiles"]
    assert [tile["value"] for tile in tiles] == [1, 2, 1, 0]
    assert codes_at(lead, tiles[0]["url"]) == ["MS1"]


def codes_at(client, address):
    return [row.code for row in client.get(address).context["page"]]


def test_a_funder_s_overview_shows_what_was_reached_and_no_empty_figures(company, plan):
    funder = Client()
    funder.force_login(company["funder"])
    answer = page_of(funder, "network")
    assert [tile["value"] for tile in answer.context["tiles"]] == [1, 0]
    assert [item.code for _, item in answer.context["achieved"]] == ["MS10"]
    assert "Overdue" not in answer.content.decode()


def test_an_award_leads_to_its_predecessor_only_if_the_reader_reaches_it(company, lead):
    first = make.network(programme=company.programme, acronym="FIRST", reference="F-1")
    company.aurora.predecessor = first
    company.aurora.save()
    assert page_of(lead, "network").context["predecessor"] is None
    make.member(first, "observer", company["lead"])
    assert page_of(lead, "network").context["predecessor"] == first
    later = lead.get(reverse("network", args=["F-1"])).context["successors"]
    assert later == [company.aurora]
