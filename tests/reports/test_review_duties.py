"""What a review makes somebody's duty, and what it tells whom; both end when it is settled."""

from datetime import timedelta

import pytest

from networks.clock import Today
from networks.duties import Audience, duties_for, source
from networks.models import Event, Member
from networks.notices import source_of
from reports.models import Condition, ProgressReport
from reports.services.checking import return_report
from reports.services.conditions import return_condition, submit_condition, waive_condition
from reports.services.deciding import NewCondition
from reports.services.summarising import answer_facts
from tests import factories as make
from tests.reports.rounds import CONDITIONAL, SOON, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def mine(person, days=60):
    found = duties_for(person, Today.at(make.NOW), days=days)
    return [(duty.kind, duty.code) for duty in found]


def test_a_submitted_report_is_the_officers_to_check_within_the_programme_s_days(world):
    (duty,) = source("progress-report-verification").among([world.report.pk])
    assert duty.due_date == world.report.handed_in_on + timedelta(days=14)
    assert mine(world.cast["officer"]) == [("progress-report-verification", "PR1")]
    assert mine(world.cast["lead"]) == []


def test_once_checked_it_is_no_duty(world):
    world.open()
    assert mine(world.cast["officer"]) == []


def test_a_review_is_its_reviewer_s_until_submitted_recused_or_withdrawn(world):
    world.assign()
    first, second, _third = world.reviewers
    before = [mine(person) for person in world.reviewers]
    world.submit(first)
    world.declare(second, conflict=True)
    assert before == [[("review", "PR1")]] * 3
    assert [mine(person) for person in world.reviewers] == [[], [], [("review", "PR1")]]


def test_the_network_is_told_nothing_of_a_late_review(world):
    review = world.assign()[0]
    duties = source("review").among([review.pk])
    audience = source("review").audiences(duties, TODAY)[review.pk]
    assert audience[Audience.LEADS] == frozenset()
    assert audience[Audience.OFFICERS] == {world.cast["officer"].pk}


def test_a_reviewer_who_left_the_committee_or_joined_the_network_is_not_reminded(world):
    world.assign()
    first, second, _third = world.reviewers
    first.programme_roles.update(ends=TODAY - timedelta(days=1))
    make.member(world.cast.aurora, "member", second)
    assert mine(first) == mine(second) == []


def test_the_summary_is_the_rapporteur_s(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    before = [mine(person) for person in world.reviewers]
    world.summarise()
    assert before == [[("review-summary", "PR1")], [], []]
    assert mine(world.reviewers[0]) == []


@pytest.fixture
def condition(world):
    world.ready()
    member = Member.objects.get(network=world.cast.aurora, role="member")
    named = NewCondition(text="Show the forms", due_date=SOON, responsible=member)
    world.decide(**CONDITIONAL | {"conditions": [named]})
    return Condition.objects.get()


def test_a_condition_is_its_responsible_s_and_then_the_officers(world, condition):
    member, officer = world.cast["member"], world.cast["officer"]
    before = mine(member), mine(officer)
    submit_condition(world.act("lead"), condition, answer="Here.")
    assert before == ([("condition", "C1")], [])
    assert (mine(member), mine(officer)) == ([], [("condition-verification", "C1")])


def test_without_a_name_it_is_the_lead_s(world, condition):
    Condition.objects.update(responsible=None)
    assert mine(world.cast["lead"]) == [("condition", "C1")]


def test_on_hold_the_conditions_stay_duties_and_the_plan_does_not(world):
    world.ready()
    make.milestone(world.cast.aurora, contractual_date=SOON)
    world.decide(outcome="hold", conditions=[CONDITIONAL["conditions"][0]])
    assert mine(world.cast["lead"]) == [("condition", "C1")]


def test_a_returned_condition_is_a_new_duty_at_once(world, condition):
    submit_condition(world.act("lead"), condition, answer="Here.")
    return_condition(world.act("officer"), condition, note="Page 2?")
    (duty,) = source("condition").among([condition.pk])
    assert duty.returned


def waiting(verb, now=make.NOW):
    event = Event.objects.filter(verb=verb).order_by("-pk").first()
    return source_of(verb).waiting([event], now).get(event.pk, frozenset()), event


def people(world, *roles):
    return frozenset(world.cast[role].pk for role in roles)


def test_a_returned_report_is_told_to_who_submitted_it_until_it_is_handed_in_again(world):
    return_report(world.act("officer"), world.report, notes={"": "More"})
    before, event = waiting("return_report")
    tale = source_of("return_report").tell(event, world.cast["lead"])
    ProgressReport.objects.update(state="submitted", is_returned=False, handed_in_on=TODAY)
    assert before == people(world, "lead", "deputy")
    assert tale.facts == ["More"]
    assert waiting("return_report")[0] == frozenset()


def test_who_is_asked_is_told_and_no_more_once_they_declared(world):
    world.assign(world.reviewers[0])
    before, event = waiting("assign_review")
    tale = source_of("assign_review").tell(event, world.reviewers[0])
    world.declare(world.reviewers[0])
    assert before == {world.reviewers[0].pk}
    assert "done" not in f"{tale.headline}{tale.about}{tale.facts}{tale.note}"
    assert waiting("assign_review")[0] == frozenset()


def test_a_chair_who_asks_themselves_is_not_mailed(world):
    world.assign(world.cast["chair"])
    assert waiting("assign_review")[0] == frozenset()


def test_the_summary_is_told_to_the_lead_until_the_answer(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.summarise(ask_network=True)
    before = waiting("share_summary")[0]
    answer_facts(world.act("deputy"), world.round, text="It was May.")
    assert (before, waiting("share_summary")[0]) == (people(world, "lead"), frozenset())


def test_the_summary_is_told_no_more_once_the_days_for_an_answer_are_over(world):
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.summarise(ask_network=True, answer_until=TODAY + timedelta(days=3))
    assert waiting("share_summary", make.NOW + timedelta(days=3))[0] == people(world, "lead")
    assert waiting("share_summary", make.NOW + timedelta(days=5))[0] == frozenset()


def test_the_decision_is_told_to_the_lead_with_its_conditions(world, condition):
    people_waiting, event = waiting("decide_report")
    tale = source_of("decide_report").tell(event, world.cast["lead"])
    assert people_waiting == people(world, "lead")
    assert "to continue with conditions" in tale.headline
    assert any("Show the forms" in fact for fact in tale.facts)


@pytest.mark.parametrize(("verb", "settled"), [("waive_condition", True)])
def test_a_settled_condition_is_told_to_its_responsible_and_the_lead(
    world, condition, verb, settled
):
    waive_condition(world.act("officer"), condition, note="The law changed.")
    assert waiting(verb)[0] == people(world, "lead", "member")


def test_a_returned_condition_is_told_until_it_is_answered_again(world, condition):
    submit_condition(world.act("lead"), condition, answer="Here.")
    return_condition(world.act("officer"), condition, note="Page 2?")
    before = waiting("return_condition")[0]
    submit_condition(world.act("member"), condition, answer="Here is page 2.")
    assert before == people(world, "lead", "member")
    assert waiting("return_condition")[0] == frozenset()
