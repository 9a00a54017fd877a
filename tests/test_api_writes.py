"""Writing through the API: the same services as on the pages, step by step."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from milestones.models import Milestone, StatusUpdate
from networks.models import Event
from tests import factories
from tests.api import BASE, client
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
LINK = {"url": "https://example.org/protocol", "title": "Protocol"}


@pytest.fixture
def cast(time_machine: Any) -> Cast:
    time_machine.move_to(NOW, tick=False)
    return factories.cast()


@pytest.fixture
def lead(cast: Cast) -> APIClient:
    return client(cast["lead"])


@pytest.fixture
def officer(cast: Cast) -> APIClient:
    return client(cast["officer"])


@pytest.fixture
def milestone(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, code="MS7")


def say(asker: APIClient, item: Milestone, **said: Any) -> Any:
    body = {"milestone": item.pk, "confidence": "on_track", "percent": 60} | said
    return asker.post(f"{BASE}status-updates/", body)


def test_an_update_moves_the_item_and_is_in_the_history(
    cast: Cast, lead: APIClient, milestone: Milestone
) -> None:
    answer = say(lead, milestone, text="Recruiting.", evidence=[LINK])
    assert answer.status_code == 201
    assert answer.data["milestone"]["code"] == "MS7"
    assert answer.data["author"]["name"] == "Lead"
    assert answer.data["channel"] == "api"
    assert [row["url"] for row in answer.data["evidence"]] == [LINK["url"]]
    item = lead.get(f"{BASE}milestones/{milestone.pk}/").data
    assert (item["state"], item["state_label"], item["percent"]) == (
        "in_progress",
        "In progress",
        60,
    )


def test_the_computed_words_of_an_item_are_right(cast: Cast, lead: APIClient) -> None:
    row = factories.milestone(
        cast.aurora, contractual_date="2026-06-10", forecast_date="2026-07-01"
    )
    item = lead.get(f"{BASE}milestones/{row.pk}/").data
    computed = {
        name: item[name]
        for name in (
            "is_overdue",
            "days_late",
            "is_delayed",
            "slip_days",
            "month",
            "due_date",
            "is_open",
        )
    }
    assert computed == {
        "is_overdue": True, "days_late": 5, "is_delayed": True, "slip_days": 21,
        "month": 18, "due_date": "2026-06-10", "is_open": True,
    }  # fmt: skip


def test_a_late_forecast_without_a_reason_is_refused_by_field(
    lead: APIClient, milestone: Milestone
) -> None:
    answer = say(lead, milestone, confidence="off_track", forecast_date="2026-08-01")
    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == "reason_code"
    assert StatusUpdate.objects.count() == 0


@pytest.mark.parametrize(("version", "status"), [(None, 201), (1, 409), (2, 201), (3, 409)])
def test_a_version_guards_what_was_read(
    lead: APIClient, milestone: Milestone, version: int | None, status: int
) -> None:
    say(lead, milestone)
    assert say(lead, milestone, percent=70, version=version).status_code == status


def test_a_conflict_is_told_in_words_and_leaves_the_row(
    lead: APIClient, milestone: Milestone
) -> None:
    say(lead, milestone)
    answer = say(lead, milestone, percent=70, version=1)
    assert answer.data["status"] == 409
    assert "Somebody else" in answer.data["detail"]
    assert Milestone.objects.get().percent == 60


def test_a_milestone_is_claimed_returned_claimed_again_and_verified(
    lead: APIClient, officer: APIClient, milestone: Milestone
) -> None:
    address = f"{BASE}milestones/{milestone.pk}"
    states = []
    for asker, step, body in (
        (lead, "claim", {"achieved_on": "2026-06-14", "evidence": [LINK]}),
        (officer, "return", {"note": "The protocol is not signed."}),
        (lead, "claim", {"achieved_on": "2026-06-15"}),
        (officer, "verify", {"text": "Well done."}),
    ):
        answer = asker.post(f"{address}/{step}/", body)
        assert answer.status_code == 200, answer.data
        states.append(answer.data["state"])
    assert states == ["claimed", "in_progress", "claimed", "verified"]
    history = lead.get(f"{BASE}status-updates/?milestone_id={milestone.pk}").data["results"]
    assert [row["kind"] for row in reversed(history)] == ["claim", "return", "claim", "verify"]


def test_a_step_that_does_not_exist_names_those_that_do(
    officer: APIClient, milestone: Milestone
) -> None:
    answer = officer.post(f"{BASE}milestones/{milestone.pk}/verify/", {})
    assert answer.status_code == 400
    assert "MS7 is planned and cannot become verified" in answer.data["detail"]
    assert "in progress, claimed" in answer.data["detail"]


def test_a_deliverable_is_submitted_revised_and_accepted(
    cast: Cast, lead: APIClient, officer: APIClient
) -> None:
    address = f"{BASE}deliverables/{factories.deliverable(cast.aurora).pk}"
    body = {"delivered_on": "2026-06-15", "evidence": [{"doi": "10.1000/182"}]}
    steps = [
        (lead, "submit", body), (officer, "request-revision", {"note": "Shorter, please."}),
        (lead, "submit", body), (officer, "accept", {}),
    ]  # fmt: skip
    states = [asker.post(f"{address}/{step}/", said).data["state"] for asker, step, said in steps]
    assert states == ["submitted", "revision_requested", "submitted", "accepted"]


def test_who_may_not_is_told_so_before_the_body_is_looked_at(
    cast: Cast, milestone: Milestone
) -> None:
    answer = client(cast["observer"]).post(f"{BASE}milestones/{milestone.pk}/claim/", {"x": 1})
    assert answer.status_code == 403


def test_a_risk_is_added_and_assessed(lead: APIClient, cast: Cast) -> None:
    body = {"network": cast.aurora.pk, "code": "R9", "description": "Few patients", "severity": "H"}
    risk = lead.post(f"{BASE}risks/", body).data
    assert (risk["foreseen"], risk["severity_label"]) == (False, "High")
    said = {"period": "RP1", "likelihood": "M", "materialised": True}
    assessed = lead.post(f"{BASE}risks/{risk['id']}/assess/", said).data
    assert assessed["likelihood"] == "M"
    assert assessed["assessments"][0]["materialised"] is True
    assert lead.get(f"{BASE}risks/?high=true").data["count"] == 1


def test_a_risk_number_that_is_taken_is_refused_in_words(lead: APIClient, cast: Cast) -> None:
    body = {"network": cast.aurora.pk, "code": "R9", "description": "d"}
    assert lead.post(f"{BASE}risks/", body).status_code == 201
    answer = lead.post(f"{BASE}risks/", body)
    assert answer.status_code == 400
    assert "this number" in answer.data["detail"]


def amendment(lead: APIClient, cast: Cast, **said: Any) -> Any:
    change = {
        "action": "change",
        "target_kind": "milestone",
        "target": "MS7",
        "field": "due_date",
        "new": "2026-09-30",
    }
    body = {
        "network": cast.aurora.pk,
        "kind": "dates",
        "title": "More time",
        "justification": "Winter.",
        "changes": [change],
    }
    return lead.post(f"{BASE}amendments/", body | said)


def test_an_amendment_moves_the_due_date_once_it_is_approved(
    cast: Cast, lead: APIClient, milestone: Milestone
) -> None:
    drafted = amendment(lead, cast)
    assert drafted.status_code == 201, drafted.data
    address = f"{BASE}amendments/{drafted.data['id']}"
    assert lead.post(f"{address}/submit/").data["state"] == "submitted"
    manager = client(cast["manager"])
    assert lead.get(f"{BASE}milestones/{milestone.pk}/").data["due_date"] == "2026-06-30"
    assert manager.post(f"{address}/approve/", {"note": "Agreed."}).data["state"] == "approved"
    item = lead.get(f"{BASE}milestones/{milestone.pk}/").data
    assert (item["due_date"], item["contractual_date"]) == ("2026-09-30", "2026-06-30")
    assert (item["revised_date"], item["month"]) == ("2026-09-30", 21)


def test_a_refused_amendment_moves_nothing(
    cast: Cast, lead: APIClient, milestone: Milestone
) -> None:
    address = f"{BASE}amendments/{amendment(lead, cast).data['id']}"
    lead.post(f"{address}/submit/")
    manager = client(cast["manager"])
    assert manager.post(f"{address}/refuse/", {}).status_code == 400
    assert manager.post(f"{address}/refuse/", {"note": "No."}).data["state"] == "refused"
    assert lead.get(f"{BASE}milestones/{milestone.pk}/").data["due_date"] == "2026-06-30"


@pytest.mark.parametrize(
    "change",
    [
        {"target": "MS999"}, {"field": "password"}, {"new": "soon"}, {"action": "explode"},
        {"new": 5}, {"new": []}, {"field": "lead_partner", "new": {"a": 1}},
        {"field": "work_packages", "new": [[]]}, {"field": "due_month", "new": 40_000},
        {"target_kind": "user"}, {"owner": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_line_that_could_never_be_carried_out_is_refused(
    cast: Cast, lead: APIClient, milestone: Milestone, change: dict[str, Any]
) -> None:
    good = {
        "action": "change",
        "target_kind": "milestone",
        "target": "MS7",
        "field": "due_date",
        "new": "2026-09-30",
    }
    assert amendment(lead, cast, changes=[good | change]).status_code == 400
    assert Event.objects.count() == 0


def test_writing_by_a_session_needs_the_csrf_token(cast: Cast, milestone: Milestone) -> None:
    asker = APIClient(enforce_csrf_checks=True)
    asker.force_login(cast["lead"])
    assert say(asker, milestone).status_code == 403
    assert StatusUpdate.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("network=AUR-1", True), ("network=BOR-1", False), ("programme=network-awards", True),
        ("code=MS7", True), ("code=MS8", False), ("code=MS8&code=MS7", True),
        ("work_package=WPX", True), ("work_package=WPY", False), ("lead_partner=Home", True),
        ("state=planned", True), ("state=claimed", False), ("state=claimed&state=planned", True),
        ("q=protocol", True), ("q=protocol%20ethics", False), ("is_gate=false", True),
        ("due_before=2026-06-30", True), ("due_before=2026-06-29", False),
        ("due_after=2026-06-30", True), ("due_within=15", True), ("due_within=14", False),
        ("overdue=false", True), ("overdue=true", False), ("delayed=false", True),
        ("open=true", True), ("open=false", False),
        ("updated_since=2026-06-15T11:00:00Z", True), ("updated_since=2026-06-15T13:00:00Z", False),
    ],
)  # fmt: skip
def test_milestones_are_found_by(cast: Cast, lead: APIClient, query: str, found: bool) -> None:
    package = factories.work_package(cast.aurora, code="WPX")
    home = cast.aurora.partners.get(short_name="Home")
    row = factories.milestone(
        cast.aurora, code="MS7", title="A protocol", work_packages=[package], lead_partner=home
    )
    Milestone.objects.filter(pk=row.pk).update(last_update_at=NOW)
    assert bool(lead.get(f"{BASE}milestones/?{query}").data["count"]) is found


def test_lists_come_in_the_order_asked_for_with_codes_as_people_count(
    cast: Cast, lead: APIClient
) -> None:
    for code in ("D1.10", "D1.2", "D2.1"):
        factories.deliverable(cast.aurora, code=code)
    codes = [
        [row["code"] for row in lead.get(f"{BASE}deliverables/{order}").data["results"]]
        for order in ("", "?ordering=code", "?ordering=-code")
    ]
    assert codes == [["D1.2", "D1.10", "D2.1"]] * 2 + [["D2.1", "D1.10", "D1.2"]]
