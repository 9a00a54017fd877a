"""Services: the happy path writes history and event at once, a failing one nothing at all."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from milestones import services
from milestones.models import Deliverable, Evidence, Milestone, Risk, RiskAssessment, StatusUpdate
from milestones.services import NewEvidence
from networks.models import Event
from networks.refusals import Conflict, Refusal
from tests import factories
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)
LATE = date(2026, 7, 15)
TODAY = NOW.date()
LINK = NewEvidence(url="https://example.org/proof")
WHY = {"reason_code": "research", "reason": "The mice were late."}


@pytest.fixture
def cast() -> Cast:
    return factories.cast()


@pytest.fixture
def milestone(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora)


@pytest.fixture
def deliverable(cast: Cast) -> Deliverable:
    return factories.deliverable(cast.aurora)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (StatusUpdate, Event, Evidence, Risk))


def update(cast: Cast, item: Any, by: str = "lead", **said: Any) -> StatusUpdate:
    said = {"confidence": "on_track", "percent": 40} | said
    return services.post_update(factories.act(cast[by]), item, **said)


def test_an_update_writes_the_item_its_history_and_an_event(
    cast: Cast, milestone: Milestone
) -> None:
    row = update(cast, milestone, confidence="at_risk", forecast_date=LATE, text="Slow.", **WHY)
    milestone.refresh_from_db()
    assert (milestone.state, milestone.percent, milestone.forecast_date) == (
        "in_progress",
        40,
        LATE,
    )
    assert (row.state, row.percent, row.forecast_date, row.due_date) == (
        "in_progress",
        40,
        LATE,
        DUE,
    )
    assert (row.author, row.at, row.reason_code, row.text) == (
        cast["lead"],
        NOW,
        "research",
        "Slow.",
    )
    event = Event.objects.get()
    assert (event.verb, event.actor, event.target_id) == ("update", cast["lead"], milestone.pk)
    assert event.changes["percent"] == [0, 40]
    assert event.changes["state"] == ["planned", "in_progress"]


def test_an_update_by_staff_says_for_whom(cast: Cast, milestone: Milestone) -> None:
    act = factories.act(cast["officer"], on_behalf_of=cast["lead"])
    row = services.post_update(act, milestone, confidence="on_track", percent=1)
    assert (row.author, row.on_behalf_of) == (cast["officer"], cast["lead"])


def test_nothing_done_yet_leaves_the_state(cast: Cast, milestone: Milestone) -> None:
    update(cast, milestone, percent=0)
    assert milestone.state == "planned"


def test_work_on_a_returned_deliverable_makes_it_a_draft(cast: Cast) -> None:
    row = factories.deliverable(cast.aurora, state="revision_requested")
    update(cast, row, percent=0)
    assert row.state == "draft"


BAD_UPDATES: list[tuple[dict[str, Any], str]] = [
    ({"confidence": "superb"}, "confidence"),
    ({"percent": 101}, "percent"),
    ({"percent": -1}, "percent"),
    ({"forecast_date": LATE}, "confidence"),
    ({"forecast_date": LATE, "confidence": "off_track"}, "reason_code"),
    ({"forecast_date": LATE, "confidence": "off_track", "reason_code": "other"}, "reason"),
    (
        {"forecast_date": LATE, "confidence": "off_track", "reason_code": "other", "reason": " "},
        "reason",
    ),
    ({"evidence": [NewEvidence()]}, "evidence"),
    ({"evidence": [NewEvidence(url="https://a.org", doi="10.1000/182")]}, "evidence"),
    ({"evidence": [NewEvidence(url="javascript:alert(1)")]}, "url"),
    ({"evidence": [NewEvidence(doi="nonsense")]}, "doi"),
    ({"evidence": [LINK, NewEvidence()]}, "evidence"),
]


@pytest.mark.parametrize(("said", "field"), BAD_UPDATES)
def test_a_bad_update_is_refused_by_field_and_writes_nothing(
    cast: Cast, milestone: Milestone, said: dict[str, Any], field: str
) -> None:
    before = written()
    with pytest.raises(Refusal) as refused:
        update(cast, milestone, **said)
    assert refused.value.field == field
    assert written() == before
    milestone.refresh_from_db()
    assert (milestone.version, milestone.percent, milestone.last_update_at) == (1, 0, None)


def test_a_forecast_on_the_due_date_needs_no_reason(cast: Cast, milestone: Milestone) -> None:
    assert update(cast, milestone, forecast_date=DUE).reason == ""


def test_a_late_forecast_that_stood_already_needs_no_new_reason(
    cast: Cast, milestone: Milestone
) -> None:
    update(cast, milestone, confidence="at_risk", forecast_date=LATE, **WHY)
    assert update(cast, milestone, confidence="at_risk", forecast_date=LATE).reason == ""


def test_a_version_that_was_read_before_somebody_elses_write_is_a_conflict(
    cast: Cast, milestone: Milestone
) -> None:
    update(cast, milestone)
    before = written()
    with pytest.raises(Conflict):
        update(cast, milestone, version=1)
    assert written() == before


def test_two_who_loaded_the_same_row_do_not_overwrite_each_other(
    cast: Cast, milestone: Milestone
) -> None:
    other = Milestone.objects.get(pk=milestone.pk)
    update(cast, milestone)
    with pytest.raises(Conflict):
        update(cast, other, percent=90)
    assert Milestone.objects.get(pk=milestone.pk).percent == 40


def claim(cast: Cast, item: Milestone, **said: Any) -> StatusUpdate:
    said = {"achieved_on": TODAY, "evidence": [LINK]} | said
    return services.claim_milestone(factories.act(cast["lead"]), item, **said)


def test_a_claim_keeps_day_and_evidence(cast: Cast, milestone: Milestone) -> None:
    row = claim(cast, milestone, achieved_on=date(2026, 6, 10))
    milestone.refresh_from_db()
    assert (milestone.state, milestone.percent) == ("claimed", 100)
    assert (milestone.actual_date, milestone.handed_in_on) == (date(2026, 6, 10), TODAY)
    assert row.evidence.get().url == LINK.url


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"achieved_on": TODAY + timedelta(days=1)}, "achieved_on"),
        ({"evidence": []}, "evidence"),
    ],
)
def test_a_claim_without_proof_or_from_the_future_is_refused(
    cast: Cast, milestone: Milestone, said: dict[str, Any], field: str
) -> None:
    before = written()
    with pytest.raises(Refusal) as refused:
        claim(cast, milestone, **said)
    assert refused.value.field == field
    assert written() == before


def test_the_refusal_for_missing_evidence_says_what_the_plan_asks_for(
    cast: Cast, milestone: Milestone
) -> None:
    with pytest.raises(Refusal, match="A signed protocol"):
        claim(cast, milestone, evidence=[])


def test_evidence_that_lies_there_already_is_enough(cast: Cast, milestone: Milestone) -> None:
    services.add_evidence(factories.act(cast["lead"]), milestone, LINK)
    assert claim(cast, milestone, evidence=[]).state == "claimed"


def test_a_late_claim_needs_a_reason(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, contractual_date=TODAY - timedelta(days=2))
    with pytest.raises(Refusal) as refused:
        claim(cast, item)
    assert refused.value.field == "reason_code"
    assert claim(cast, item, **WHY).state == "claimed"


def test_tomorrow_in_kiribati_is_not_the_future_there(cast: Cast, milestone: Milestone) -> None:
    milestone.network.time_zone = "Pacific/Kiritimati"
    assert claim(cast, milestone, achieved_on=TODAY + timedelta(days=1)).state == "claimed"


def test_a_submission_needs_the_lead_or_deputy(cast: Cast, deliverable: Deliverable) -> None:
    for role in ("member", "wp_lead"):
        with pytest.raises(PermissionDenied):
            services.submit_deliverable(
                factories.act(cast[role]), deliverable, delivered_on=TODAY, evidence=[LINK]
            )
    act = factories.act(cast["deputy"])
    services.submit_deliverable(act, deliverable, delivered_on=TODAY, evidence=[LINK])
    assert deliverable.state == "submitted"


@pytest.mark.parametrize("note", ["", "  \n"])
def test_a_return_needs_a_note(cast: Cast, note: str) -> None:
    item = factories.milestone(cast.aurora, state="claimed", actual_date=TODAY)
    with pytest.raises(Refusal) as refused:
        services.return_milestone(factories.act(cast["officer"]), item, note=note)
    assert refused.value.field == "note"


def test_the_lead_of_a_work_package_reports_on_its_items_only(cast: Cast) -> None:
    member = cast["wp_lead"].memberships.get()
    package = factories.work_package(cast.aurora, lead=member)
    own = factories.milestone(cast.aurora, work_packages=[package])
    other = factories.milestone(cast.aurora)
    assert update(cast, own, by="wp_lead").pk
    with pytest.raises(PermissionDenied):
        update(cast, other, by="wp_lead")


def test_the_responsible_member_reports_on_their_milestone(cast: Cast) -> None:
    own = factories.milestone(cast.aurora, responsible=cast["member"].memberships.get())
    assert update(cast, own, by="member").pk


def test_an_observer_who_is_named_responsible_still_only_reads(cast: Cast) -> None:
    own = factories.milestone(cast.aurora, responsible=cast["observer"].memberships.get())
    with pytest.raises(PermissionDenied):
        update(cast, own, by="observer")


# --- Risks ---------------------------------------------------------------------------------


def add_risk(cast: Cast, **fields: Any) -> Risk:
    values = {"code": "R1", "description": "Too few patients", "likelihood": "L", "severity": "H"}
    return services.add_risk(factories.act(cast["lead"]), cast.aurora, **(values | fields))


def test_an_added_risk_is_unforeseen_and_logged(cast: Cast) -> None:
    risk = add_risk(cast)
    assert not risk.foreseen
    assert Event.objects.get().verb == "add_risk"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"description": ""}, "description"),
        ({"likelihood": "X"}, "likelihood"),
        ({"code": ""}, "code"),
    ],
)
def test_a_bad_risk_is_refused_by_field(cast: Cast, fields: dict[str, Any], field: str) -> None:
    before = written()
    with pytest.raises(ValidationError) as refused:
        add_risk(cast, **fields)
    assert field in refused.value.message_dict
    assert written() == before


def test_two_risks_of_a_network_do_not_share_a_number(cast: Cast) -> None:
    add_risk(cast)
    with pytest.raises(ValidationError, match="this number"):
        add_risk(cast)


def test_an_assessment_moves_the_levels_it_names(cast: Cast) -> None:
    risk = add_risk(cast)
    services.assess_risk(factories.act(cast["lead"]), risk, period="RP1", likelihood="H")
    risk.refresh_from_db()
    assert (risk.likelihood, risk.severity) == ("H", "H")
    event = Event.objects.get(verb="assess_risk")
    assert event.changes == {"likelihood": ["L", "H"]}


def test_an_assessment_names_its_period(cast: Cast) -> None:
    risk = add_risk(cast)
    with pytest.raises(Refusal) as refused:
        services.assess_risk(factories.act(cast["lead"]), risk, period=" ")
    assert refused.value.field == "period"
    assert RiskAssessment.objects.count() == 0


def test_a_coded_reason_that_nobody_asked_for_needs_its_sentence_too(
    cast: Cast, milestone: Milestone
) -> None:
    with pytest.raises(Refusal) as refused:
        update(cast, milestone, reason_code="research")
    assert refused.value.field == "reason"
