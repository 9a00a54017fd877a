"""The status report: what it counts, for whom, and as of which day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from milestones import services
from milestones.models import Amendment, Milestone, Risk
from milestones.services import NewEvidence
from networks.models import Network
from networks.refusals import Refusal
from reports.filters import StatusReportFilter
from reports.status import Figures, NoSuchPage, StatusReport, status_report
from tests import factories
from tests.api import BASE, client
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LINK = NewEvidence(url="https://example.org/proof")
WHY = {"reason_code": "research", "reason": "The mice were late."}


@pytest.fixture
def cast() -> Cast:
    return factories.cast()


def report(cast: Cast, role: str = "manager", now: datetime = NOW, **about: Any) -> StatusReport:
    return status_report(cast[role], now, **about)


def aurora(cast: Cast, role: str = "manager", **about: Any) -> Figures:
    (line,) = report(cast, role, **about).networks
    return line.figures


def due(days: int) -> date:
    return TODAY + timedelta(days=days)


# --- What is counted ------------------------------------------------------------------------


def test_every_state_is_counted_and_named(cast: Cast) -> None:
    for state in ("planned", "in_progress", "in_progress", "claimed", "verified", "dropped"):
        factories.milestone(cast.aurora, state=state, actual_date=TODAY)
    figures = aurora(cast).milestones
    assert figures.states == {
        "planned": 1, "in_progress": 2, "claimed": 1, "verified": 1, "dropped": 1,
    }  # fmt: skip
    assert figures.total == 6
    assert aurora(cast).deliverables.states == dict.fromkeys(
        ["pending", "draft", "submitted", "revision_requested", "accepted", "cancelled"], 0
    )


@pytest.mark.parametrize(
    ("days", "overdue", "due_30", "due_90"),
    [(-1, 1, 0, 0), (0, 0, 1, 1), (30, 0, 1, 1), (31, 0, 0, 1), (90, 0, 0, 1), (91, 0, 0, 0)],
)
def test_deadlines_are_counted_on_both_sides_of_each_boundary(
    cast: Cast, days: int, overdue: int, due_30: int, due_90: int
) -> None:
    factories.milestone(cast.aurora, contractual_date=due(days))
    factories.deliverable(cast.aurora, contractual_date=due(days))
    for figures in (aurora(cast).milestones, aurora(cast).deliverables):
        assert (figures.overdue, figures.due_30, figures.due_90) == (overdue, due_30, due_90)


def test_overdue_is_judged_where_the_network_is(cast: Cast) -> None:
    factories.milestone(cast.aurora, contractual_date=TODAY)
    Network.objects.filter(pk=cast.aurora.pk).update(time_zone="Pacific/Kiritimati")
    assert aurora(cast, now=datetime(2026, 6, 15, 9, 59, tzinfo=UTC)).items.overdue == 0
    assert aurora(cast, now=datetime(2026, 6, 15, 10, 0, tzinfo=UTC)).items.overdue == 1


def test_the_report_and_the_lists_count_the_same(cast: Cast) -> None:
    for days in range(-50, 120, 7):
        factories.milestone(
            cast.aurora, contractual_date=due(days), forecast_date=due(days + days % 3)
        )
    asker = client(cast["manager"])
    figures = report(cast, now=timezone.now()).totals.milestones
    for question, number in (
        ("overdue=true", figures.overdue),
        ("due_within=30", figures.due_30),
        ("due_within=90", figures.due_90),
        ("delayed=true", figures.delayed),
    ):
        assert asker.get(f"{BASE}milestones/?{question}").data["count"] == number, question


def test_slip_is_the_forecast_minus_the_due_date_of_delayed_items(cast: Cast) -> None:
    for slip in (-20, 0, 10, 25):
        factories.milestone(cast.aurora, forecast_date=date(2026, 6, 30) + timedelta(days=slip))
    factories.milestone(
        cast.aurora, state="verified", actual_date=TODAY, forecast_date=date(2027, 1, 1)
    )
    figures = aurora(cast).milestones
    assert (figures.delayed, figures.slip_mean, figures.slip_max) == (2, 17.5, 25)


def test_without_a_delayed_item_there_is_no_slip(cast: Cast) -> None:
    factories.milestone(cast.aurora)
    assert aurora(cast).milestones.slip_mean is None


def risk(cast: Cast, code: str, likelihood: str = "", severity: str = "", **fields: Any) -> Risk:
    levels = {"likelihood": likelihood, "severity": severity}
    return Risk.objects.create(network=cast.aurora, code=code, description="d", **levels, **fields)


def test_risks_are_counted_while_they_are_watched(cast: Cast) -> None:
    risk(cast, "R1", "H", "M")
    risk(cast, "R2", "M", "H")
    risk(cast, "R3", "H", "L")
    risk(cast, "R4")
    risk(cast, "R5", "H", "H", closed_on=TODAY)
    found = aurora(cast).risks
    assert (found.open, found.high, found.materialised) == (4, 2, 0)


def test_the_newest_assessment_says_whether_a_risk_has_come_true(cast: Cast) -> None:
    row = risk(cast, "R1")
    for days, came_true, expected in ((1, True, 1), (2, False, 0)):
        act = factories.act(cast["lead"], at=NOW - timedelta(days=5 - days))
        services.assess_risk(act, row, period=f"RP{days}", materialised=came_true)
        assert aurora(cast).risks.materialised == expected


def test_open_amendments_are_drafts_and_submitted_ones(cast: Cast) -> None:
    for number, state in enumerate(["draft", "submitted", "approved", "refused"]):
        Amendment.objects.create(
            network=cast.aurora,
            number=number,
            title="t",
            state=state,
            drafted_at=NOW,
            decided_at=NOW,
        )
    assert aurora(cast).open_amendments == 2


def test_the_last_update_is_the_newest_of_all_items(cast: Cast) -> None:
    for days, make in ((3, factories.milestone), (1, factories.deliverable)):
        act = factories.act(cast["lead"], at=NOW - timedelta(days=days))
        services.post_update(act, make(cast.aurora), confidence="on_track", percent=5)
    assert aurora(cast).last_update_at == NOW - timedelta(days=1)


def test_a_line_names_its_coordinator_and_programme(cast: Cast) -> None:
    (line,) = report(cast).networks
    assert (line.reference, line.programme, line.lead_country) == ("AUR-1", "network-awards", "IT")


# --- For whom -------------------------------------------------------------------------------


def test_a_funder_counts_only_what_is_verified_or_accepted(cast: Cast) -> None:
    factories.milestone(cast.aurora)
    factories.milestone(cast.aurora, state="verified", actual_date=TODAY)
    factories.deliverable(cast.aurora, state="accepted", actual_date=TODAY)
    factories.deliverable(
        cast.aurora, state="accepted", actual_date=TODAY, dissemination_level="C-UE/EU-C"
    )
    risk(cast, "R1")
    found = aurora(cast, "funder")
    assert (found.milestones.total, found.deliverables.total, found.risks.open) == (1, 1, 0)
    assert "funder" in report(cast, "funder").scope


def test_the_panel_does_not_count_classified_deliverables(cast: Cast) -> None:
    factories.deliverable(cast.aurora, dissemination_level="S-UE/EU-S")
    factories.deliverable(cast.aurora, dissemination_level="SEN")
    totals = {role: aurora(cast, role).deliverables.total for role in ("chair", "lead", "observer")}
    assert totals == {"chair": 1, "lead": 2, "observer": 0}


@pytest.mark.parametrize("as_of", [None, TODAY])
def test_nobody_counts_the_rows_of_another_network(cast: Cast, as_of: date | None) -> None:
    services.post_update(
        factories.act(cast["stranger"]),
        factories.milestone(cast.boreas),
        confidence="on_track",
        percent=1,
    )
    for role in (*factories.PROGRAMME_ROLES, *factories.NETWORK_ROLES):
        found = report(cast, role, as_of=as_of)
        assert [line.acronym for line in found.networks] == ["AURORA"]
        assert found.totals.milestones.total == 0
    assert report(cast, "stranger", as_of=as_of).totals.milestones.total == 1


def test_a_person_without_a_role_gets_an_empty_report(cast: Cast) -> None:
    found = status_report(factories.user(), NOW)
    assert (found.count, found.pages, found.networks) == (0, 1, [])
    assert found.totals.milestones.states["planned"] == 0


# --- As of a past day -----------------------------------------------------------------------


def act_on(cast: Cast, day: date, by: str = "lead") -> Any:
    return factories.act(cast[by], at=datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC))


def planned(cast: Cast, day: date, **fields: Any) -> Milestone:
    act = act_on(cast, day, "manager")
    return services.create_milestone(
        act, cast.aurora, code="MS1", title="T", contractual_date=date(2026, 5, 31), **fields
    )


def story(cast: Cast) -> None:
    """Planned 1 March, at risk on 1 April, claimed 10 June, verified 14 June."""
    item = planned(cast, date(2026, 3, 1))
    services.post_update(
        act_on(cast, date(2026, 4, 1)), item, confidence="at_risk", percent=30,
        forecast_date=date(2026, 6, 10), **WHY,
    )  # fmt: skip
    services.claim_milestone(
        act_on(cast, date(2026, 6, 10)), item, achieved_on=date(2026, 6, 9), evidence=[LINK], **WHY
    )
    services.verify_milestone(act_on(cast, date(2026, 6, 14), "officer"), item)


@pytest.mark.parametrize(
    ("day", "state", "overdue", "delayed", "due_30"),
    [
        (date(2026, 2, 28), None, 0, 0, 0),
        (date(2026, 3, 1), "planned", 0, 0, 0),
        (date(2026, 4, 1), "in_progress", 0, 1, 0),
        (date(2026, 5, 31), "in_progress", 0, 1, 1),
        (date(2026, 6, 1), "in_progress", 1, 1, 0),
        (date(2026, 6, 9), "in_progress", 1, 1, 0),
        (date(2026, 6, 10), "claimed", 0, 0, 0),
        (date(2026, 6, 14), "verified", 0, 0, 0),
    ],
)
def test_the_figures_of_a_past_day_are_those_that_stood_then(
    cast: Cast, day: date, state: str | None, overdue: int, delayed: int, due_30: int
) -> None:
    story(cast)
    found = aurora(cast, as_of=day).milestones
    assert [name for name, count in found.states.items() if count] == ([state] if state else [])
    assert (found.overdue, found.delayed, found.due_30) == (overdue, delayed, due_30)


def test_the_report_as_of_today_equals_the_report_of_today(cast: Cast) -> None:
    story(cast)
    risk(cast, "R1", "H", "H")
    for role in (*factories.PROGRAMME_ROLES, *factories.NETWORK_ROLES):
        assert report(cast, role, as_of=TODAY).totals == report(cast, role).totals


@pytest.mark.parametrize(
    ("zone", "seen"), [("Pacific/Kiritimati", False), ("UTC", True), ("Pacific/Pago_Pago", True)]
)
def test_a_day_ends_at_midnight_of_the_network(cast: Cast, zone: str, seen: bool) -> None:
    """Something said on 10 June at 11:00 UTC is of the 11th in Kiritimati."""
    Network.objects.filter(pk=cast.aurora.pk).update(time_zone=zone)
    item = planned(cast, date(2026, 3, 1))
    act = factories.act(cast["lead"], at=datetime(2026, 6, 10, 11, 0, tzinfo=UTC))
    services.post_update(act, item, confidence="on_track", percent=50)
    found = aurora(cast, as_of=date(2026, 6, 10)).milestones.states
    assert bool(found["in_progress"]) is seen


def test_of_two_rows_of_one_instant_the_later_written_counts(cast: Cast) -> None:
    item = planned(cast, date(2026, 3, 1))
    act = act_on(cast, date(2026, 4, 1))
    services.claim_milestone(act, item, achieved_on=date(2026, 4, 1), evidence=[LINK])
    services.return_milestone(act_on(cast, date(2026, 4, 1), "officer"), item, note="No.")
    assert aurora(cast, as_of=date(2026, 4, 1)).milestones.states["in_progress"] == 1


def test_a_funder_does_not_learn_what_stood_before_the_verdict(cast: Cast) -> None:
    story(cast)
    assert aurora(cast, "funder", as_of=date(2026, 6, 13)).milestones.total == 0
    assert aurora(cast, "funder", as_of=date(2026, 6, 14)).milestones.states["verified"] == 1


def test_a_risk_of_a_past_day_has_the_levels_of_that_day(cast: Cast) -> None:
    first = act_on(cast, date(2026, 3, 1))
    row = services.add_risk(
        first, cast.aurora, code="R1", description="d", likelihood="L", severity="L"
    )
    later = act_on(cast, date(2026, 4, 1))
    services.assess_risk(later, row, period="RP1", likelihood="H", severity="H", materialised=True)
    services.assess_risk(act_on(cast, date(2026, 5, 1)), row, period="RP2", likelihood="M")
    found = [
        aurora(cast, as_of=day).risks
        for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1))
    ]
    assert [(risks.open, risks.high, risks.materialised) for risks in found] == [
        (0, 0, 0), (1, 0, 0), (1, 1, 1), (1, 1, 0),
    ]  # fmt: skip


def test_an_amendment_was_open_between_its_draft_and_its_decision(cast: Cast) -> None:
    Amendment.objects.create(
        network=cast.aurora, number=1, title="t", state="refused",
        drafted_at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
        decided_at=datetime(2026, 4, 1, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [aurora(cast, as_of=day).open_amendments for day in days] == [0, 1, 1, 0]


def test_a_day_to_come_has_no_report(cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        report(cast, as_of=TODAY + timedelta(days=2))
    assert refused.value.field == "as_of"


# --- Pages, totals, filters -------------------------------------------------------------------


def many(cast: Cast, count: int) -> None:
    for _ in range(count):
        network = factories.network(programme=cast.programme)
        factories.milestone(network, contractual_date=due(-1))


@pytest.mark.parametrize("as_of", [None, TODAY])
@pytest.mark.parametrize("counted_singly", [0, 500])
def test_the_totals_are_over_all_pages(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, as_of: date | None, counted_singly: int
) -> None:
    """Both ways of adding up: line by line, and beside the page when there are too many."""
    monkeypatch.setattr("reports.status.service.MANY", counted_singly)
    many(cast, 5)
    whole = report(cast, page_size=None, as_of=as_of)
    paged = [report(cast, page=page, page_size=2, as_of=as_of) for page in (1, 2, 3)]
    assert {page.totals == whole.totals for page in paged} == {True}
    assert [line for page in paged for line in page.networks] == whole.networks
    assert {(page.count, page.pages) for page in paged} == {(6, 3)}


def test_a_page_beyond_the_last_is_not_there(cast: Cast) -> None:
    with pytest.raises(NoSuchPage):
        report(cast, page=2)


@pytest.mark.parametrize("page_size", [1, 3, 50, None])
@pytest.mark.parametrize("as_of", [None, TODAY])
@pytest.mark.parametrize("counted_singly", [0, 500])
def test_the_report_takes_two_statements(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
    page_size: int | None,
    as_of: date | None,
    counted_singly: int,
) -> None:
    monkeypatch.setattr("reports.status.service.MANY", counted_singly)
    many(cast, 4)
    for role in ("manager", "chair"):
        with django_assert_num_queries(2):
            report(cast, role, page_size=page_size, as_of=as_of)


def chosen(**query: Any) -> QuerySet[Network]:
    return StatusReportFilter(query, Network.objects.all()).qs  # type: ignore[no-any-return]


def test_filters_narrow_lines_and_totals(cast: Cast) -> None:
    many(cast, 2)
    only = report(cast, networks=chosen(network=["AUR-1"]))
    assert [line.acronym for line in only.networks] == ["AURORA"]
    assert only.totals.milestones.total == 0
    assert report(cast, networks=chosen(country=["IT"])).count == 1
    assert report(cast, networks=chosen(country=["FR"])).count == 0
    assert report(cast, networks=chosen(state=["closed"])).count == 0
    assert report(cast, networks=chosen(programme=["network-awards"])).count == 3
    assert report(cast, networks=chosen(q="aurora")).count == 1


# --- The API ---------------------------------------------------------------------------------


def test_the_report_as_json_has_the_figures_of_the_service(cast: Cast, time_machine: Any) -> None:
    story(cast)
    time_machine.move_to(NOW)
    found = client(cast["manager"]).get(f"{BASE}status-report/?as_of=2026-06-09").json()
    (line,) = found["networks"]
    assert (found["as_of"], found["count"], line["acronym"]) == ("2026-06-09", 1, "AURORA")
    assert line["milestones"]["by_state"]["in_progress"] == 1
    assert line["milestones"]["forecast_slip_days"] == {"mean": 10.0, "max": 10}
    assert line["lead"]["country"] == "IT"
    assert found["totals"]["overdue"] == 1
    assert found["scope"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as_of=2026-02-30", 400), ("as_of=2999-01-01", 400), ("as_of=x", 400),
        ("as_of=0001-01-01", 200), ("state=asleep", 400), ("programme=nowhere", 200),
        ("ordering=-starts", 200), ("page=2", 404), ("as_of=2026-06-01&page_size=1", 200),
    ],
)  # fmt: skip
def test_the_api_answers_bad_questions_in_words(cast: Cast, query: str, status: int) -> None:
    answer = client(cast["lead"]).get(f"{BASE}status-report/?{query}")
    assert answer.status_code == status
    if status == 400:
        assert answer.data["errors"][0]["field"] == query.split("=")[0]
