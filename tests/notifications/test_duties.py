"""Whose duty is what: the contract between the plan and whoever reminds of it."""

from datetime import UTC, date, datetime

import pytest

from milestones.models import Deliverable, Milestone
from milestones.services import add_evidence, claim_milestone, return_milestone
from milestones.services.evidence import NewEvidence
from networks.clock import Today
from networks.duties import Audience, Duty, duties_for, source, sources
from networks.models import Member
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.django_db
TODAY = Today.everywhere(date(2026, 6, 15))
DAY = TODAY.utc_date


@pytest.fixture
def cast() -> Cast:
    return factories.cast()


def responsible(duty: Duty, day: date = DAY) -> set[int]:
    return set(source(duty.kind).audiences([duty], day)[duty.id][Audience.RESPONSIBLE])


def only_duty(kind: str, item: Milestone | Deliverable) -> Duty:
    (duty,) = source(kind).among([item.pk])
    return duty


def claimed(cast: Cast, **fields: object) -> Milestone:
    item = factories.milestone(cast.aurora, **fields)
    act = factories.act(cast["lead"])
    add_evidence(act, item, NewEvidence(url="https://example.org/protocol"))
    claim_milestone(act, item, achieved_on=DAY)
    return item


def membership(cast: Cast, role: str) -> Member:
    return Member.objects.get(network=cast.aurora, user=cast[role])


def test_the_kinds_of_duty() -> None:
    assert [each.kind for each in sources()] == [
        "condition",
        "condition-verification",
        "deliverable",
        "deliverable-verification",
        "milestone",
        "milestone-verification",
        "progress-report",
        "progress-report-verification",
        "review",
        "review-summary",
    ]


def test_the_member_named_on_the_item_is_responsible(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, responsible=membership(cast, "member"))
    assert responsible(only_duty("milestone", item)) == {cast["member"].pk}


def test_without_a_name_the_lead_of_the_work_package_is_responsible(cast: Cast) -> None:
    package = factories.work_package(cast.aurora, lead=membership(cast, "wp_lead"))
    item = factories.milestone(cast.aurora, work_packages=[package])
    assert responsible(only_duty("milestone", item)) == {cast["wp_lead"].pk}


def test_without_a_work_package_lead_the_network_lead_is_responsible(cast: Cast) -> None:
    item = factories.deliverable(cast.aurora, work_package=factories.work_package(cast.aurora))
    assert responsible(only_duty("deliverable", item)) == {cast["lead"].pk}


def test_somebody_who_has_left_falls_through_to_the_next(cast: Cast) -> None:
    gone = membership(cast, "member")
    item = factories.milestone(cast.aurora, responsible=gone)
    Member.objects.filter(pk=gone.pk).update(ends=DAY)
    duty = only_duty("milestone", item)
    assert responsible(duty, DAY) == {cast["member"].pk}
    assert responsible(duty, date(2026, 6, 16)) == {cast["lead"].pk}


def test_a_closed_account_falls_through_to_the_next(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, responsible=membership(cast, "member"))
    cast["member"].is_active = False
    cast["member"].save()
    assert responsible(only_duty("milestone", item)) == {cast["lead"].pk}


def test_an_observer_is_never_responsible(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, responsible=membership(cast, "observer"))
    assert responsible(only_duty("milestone", item)) == {cast["lead"].pk}


def test_everybody_in_an_audience_can_see_the_item(cast: Cast) -> None:
    item = factories.deliverable(cast.aurora, dissemination_level="S-UE/EU-S")
    deliverables = source("deliverable")
    audiences = deliverables.audiences(deliverables.among([item.pk]), DAY)[item.pk]
    people = [p for p in cast.people.values() if any(p.pk in ids for ids in audiences.values())]
    assert {p.name for p in people} == {"Lead", "Deputy", "Officer", "Manager"}
    assert all(deliverables.visible_ids(person, [item.pk]) for person in people)


def test_a_claim_is_due_after_the_programmes_days_for_verification(cast: Cast) -> None:
    item = claimed(cast)
    duty = only_duty("milestone-verification", item)
    assert duty.due_date == date(2026, 6, 29)
    kind = source("milestone-verification")
    assert [found.id for found in kind.due_by(date(2026, 6, 29))] == [item.pk]
    assert list(kind.due_by(date(2026, 6, 28))) == []


def test_officers_verify_and_the_chair_too_where_it_is_a_gate(cast: Cast) -> None:
    plain, gate = claimed(cast), claimed(cast, is_gate=True)
    assert responsible(only_duty("milestone-verification", plain)) == {cast["officer"].pk}
    assert responsible(only_duty("milestone-verification", gate)) == {
        cast["officer"].pk,
        cast["chair"].pk,
    }


def test_a_chair_with_a_conflict_of_interest_is_left_out(cast: Cast) -> None:
    gate = claimed(cast, is_gate=True)
    factories.member(cast.aurora, "observer", cast["chair"], ends=date(2025, 2, 1))
    assert responsible(only_duty("milestone-verification", gate)) == {cast["officer"].pk}


def test_a_duty_of_a_network_that_is_not_running_is_none(cast: Cast) -> None:
    item = factories.milestone(cast.aurora)
    cast.aurora.state = "suspended"
    cast.aurora.save()
    assert source("milestone").among([item.pk]) == []


def test_my_work_holds_what_is_due_within_thirty_days(cast: Cast) -> None:
    inside = factories.milestone(cast.aurora, contractual_date=date(2026, 7, 15))
    factories.milestone(cast.aurora, contractual_date=date(2026, 7, 16))
    assert [duty.id for duty in duties_for(cast["lead"], TODAY)] == [inside.pk]
    assert duties_for(cast["stranger"], TODAY) == []


def test_my_work_holds_what_was_returned_however_far_it_is(cast: Cast) -> None:
    item = claimed(cast, contractual_date=date(2027, 1, 31))
    late = datetime(2026, 6, 15, 13, 0, tzinfo=UTC)
    return_milestone(factories.act(cast["officer"], late), item, note="Page 2 is missing.")
    (duty,) = duties_for(cast["lead"], TODAY)
    assert duty.returned


def test_my_work_of_staff_holds_what_waits_for_verification(cast: Cast) -> None:
    item = claimed(cast)
    assert [duty.key for duty in duties_for(cast["officer"], TODAY)] == [
        ("milestone-verification", item.pk)
    ]


def test_my_work_costs_the_same_whatever_is_on_file(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        factories.milestone(cast.aurora)
    factories.deliverable(cast.aurora)
    with django_assert_max_num_queries(20) as few:  # type: ignore[operator]
        duties_for(cast["lead"], TODAY)
    for _ in range(20):
        factories.milestone(cast.aurora)
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        assert len(duties_for(cast["lead"], TODAY)) == 24
