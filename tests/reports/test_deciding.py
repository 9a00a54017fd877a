"""What a panel decides, what follows from it at once, and how conditions end."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from milestones.models import Amendment
from networks.models import Event, Member
from networks.refusals import IllegalTransition, Refusal
from networks.services.publishing import publish
from reports.models import AgendaItem, Condition, Review, SectionNote
from reports.services.conditions import (
    meet_condition,
    return_condition,
    submit_condition,
    waive_condition,
)
from reports.services.deciding import AskedAmendment, NewCondition, Votes
from reports.services.meetings import (
    call_meeting,
    close_meeting,
    move_on_agenda,
    put_on_agenda,
    take_off_agenda,
    write_meeting,
    write_minutes,
)
from tests import factories as make
from tests.reports.rounds import CONDITION, CONDITIONAL, SOON, TODAY, Panel, panel, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def world() -> Panel:
    made = panel()
    made.ready()
    return made


def test_a_decision_accepts_the_report_and_closes_the_round(world):
    decision = world.decide(public_sentence="AURORA goes on.")
    world.report.refresh_from_db()
    world.round.refresh_from_db()
    assert (world.report.state, world.round.state) == ("accepted", "decided")
    assert decision.public_sentence == "AURORA goes on."


@pytest.mark.parametrize("role", ["manager", "officer", "chair"])
def test_chair_and_staff_enter_it(world, role):
    assert world.decide(role).decided_by == world.cast[role]


@pytest.mark.parametrize("role", ["reviewer", "lead", "funder"])
def test_nobody_else_enters_it(world, role):
    with pytest.raises(PermissionDenied):
        world.decide(role)


def test_a_chair_who_recused_themselves_enters_nothing():
    world = panel()
    world.assign(*world.reviewers, world.cast["chair"])
    world.declare(world.cast["chair"], conflict=True)
    for person in world.reviewers:
        world.submit(person)
    world.summarise()
    with pytest.raises(PermissionDenied):
        world.decide("chair")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"votes": Votes(present=2, votes_for=2, quorum=3)}, "quorum"),
        ({"votes": Votes(present=3, votes_for=1, votes_against=2, quorum=3)}, "more votes for"),
        ({"votes": Votes(present=3, votes_for=3, votes_against=1, quorum=3)}, "more votes than"),
        ({"outcome": "continue_with_conditions"}, "condition"),
        ({"conditions": [CONDITION]}, "with conditions"),
        ({"decided_on": TODAY + timedelta(days=1)}, "not come"),
        (
            CONDITIONAL | {"conditions": [NewCondition(text="x", due_date=TODAY - timedelta(1))]},
            "ahead",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_saved(world, fields, said):
    with pytest.raises(Exception, match=said):
        world.decide(**fields)
    world.round.refresh_from_db()
    assert (world.round.state, Condition.objects.count()) == ("panel", 0)


def test_while_the_network_may_answer_nothing_is_decided():
    world = panel()
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.summarise(ask_network=True)
    with pytest.raises(Refusal, match="may still answer"):
        world.decide()


def test_after_its_days_without_an_answer_the_panel_decides(time_machine):
    world = panel()
    world.assign()
    for person in world.reviewers:
        world.submit(person)
    world.summarise(ask_network=True)
    later = make.NOW + timedelta(days=15)
    time_machine.move_to(later, tick=False)
    assert world.decide(at=later).outcome == "continue"


def test_conditions_become_dated_duties_that_count_within_the_network(world):
    lead = Member.objects.get(network=world.cast.aurora, role="lead")
    second = NewCondition(text="Hire a monitor", due_date=SOON, responsible=lead)
    world.decide(**CONDITIONAL | {"conditions": [CONDITION, second]})
    codes = [(row.code, row.state, row.responsible) for row in Condition.objects.all()]
    assert codes == [("C1", "open", None), ("C2", "open", lead)]
    world.report.refresh_from_db()
    assert world.report.state == "accepted_with_conditions"


def test_only_somebody_of_the_network_is_responsible(world):
    other = Member.objects.get(network=world.cast.boreas)
    foreign = NewCondition(text="x", due_date=SOON, responsible=other)
    with pytest.raises(Refusal, match="of the network"):
        world.decide(**CONDITIONAL | {"conditions": [foreign]})


def test_a_revision_makes_the_report_a_draft_with_the_reasons_as_its_note(world):
    world.decide(report_outcome="revision_requested", reasons="Say which cohort.", revise_by=SOON)
    world.report.refresh_from_db()
    assert (world.report.state, world.report.is_returned) == ("draft", True)
    assert (world.report.due_date, world.report.deadline_version) == (SOON, 2)
    assert SectionNote.objects.get().text == "Say which cohort."


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("continue", "active"), ("hold", "suspended"), ("stop", "terminated")],
)
def test_hold_suspends_the_network_and_stop_ends_it(world, outcome, state):
    world.decide(outcome=outcome)
    world.cast.aurora.refresh_from_db()
    assert world.cast.aurora.state == state


def test_continue_takes_a_suspended_network_up_again(world):
    world.cast.aurora.state = "suspended"
    world.cast.aurora.save()
    world.round.network.refresh_from_db()
    world.decide()
    world.cast.aurora.refresh_from_db()
    assert world.cast.aurora.state == "active"


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_a_network_that_has_not_begun_or_is_over_stays_so(world, state):
    world.cast.aurora.state = state
    world.cast.aurora.save()
    world.decide(outcome="hold")
    world.cast.aurora.refresh_from_db()
    assert world.cast.aurora.state == state


def gate(world, state="claimed"):
    done = {"actual_date": TODAY, "handed_in_on": TODAY} if state == "claimed" else {}
    return make.milestone(world.cast.aurora, is_gate=True, state=state, **done)


@pytest.mark.parametrize(("outcome", "state"), [("continue", "verified"), ("hold", "in_progress")])
def test_the_decision_is_the_gate_s_verdict(world, outcome, state):
    item = gate(world)
    decision = world.decide(outcome=outcome, gate=item, reasons="See the data.")
    item.refresh_from_db()
    assert (item.state, decision.gate) == (state, item)
    assert item.status_updates.newest_first().first().text == "See the data."


def test_a_gate_that_nobody_claimed_cannot_be_opened(world):
    with pytest.raises(IllegalTransition):
        world.decide(gate=gate(world, "planned"))
    world.round.refresh_from_db()
    assert world.round.state == "panel"


def test_only_a_gate_of_the_network_takes_a_verdict(world):
    with pytest.raises(Refusal, match="gate"):
        world.decide(gate=make.milestone(world.cast.aurora))


def test_an_amendment_asked_for_starts_as_nobody_s_draft(world):
    decision = world.decide(amendment=AskedAmendment(title="A later end", justification="Ethics"))
    draft = Amendment.objects.get()
    assert decision.amendment == draft
    assert (draft.state, draft.drafted_by) == ("draft", None)


def test_the_public_reads_the_sentence_meant_for_it_and_no_other_word(world):
    world.decide(reasons="Between us.", public_sentence="AURORA goes on.")
    act = world.act("manager")
    publish(act, world.cast.programme, open_pages=True, networks={world.cast.aurora.pk})
    for name in ("public-network", "public-network-data"):
        args = [world.cast.programme.slug, world.cast.aurora.reference]
        text = Client().get(reverse(name, args=args)).content.decode()
        assert "AURORA goes on." in text
        assert "Between us." not in text


def test_nobody_with_a_conflict_counts_as_present():
    world = panel()
    world.assign(*world.reviewers, world.cast["chair"])
    world.declare(world.reviewers[2], conflict=True)
    for person in (*world.reviewers[:2], world.cast["chair"]):
        world.submit(person)
    world.summarise()
    meeting = call_meeting(
        world.act("chair"), world.cast.programme, held_on=TODAY, title="June", quorum=3
    )
    write_meeting(world.act("chair"), meeting, attendees=world.reviewers)
    with pytest.raises(Refusal, match="Only 2 of those present"):
        world.decide(meeting=meeting, votes=Votes(present=3, votes_for=3))


def test_reviews_that_never_came_are_withdrawn_by_the_decision(world):
    # A reviewer who was asked late, after the others had been summarised.
    late = make.programme_role(world.cast.programme, "reviewer")
    Review.objects.create(
        round=world.round,
        network=world.cast.aurora,
        reviewer=late,
        due_date=SOON,
        assigned_at=make.NOW,
    )
    world.decide()
    assert Review.objects.get(reviewer=late).state == "withdrawn"


@pytest.fixture
def condition(world):
    member = Member.objects.get(network=world.cast.aurora, role="member")
    told = NewCondition(text="Show the forms", due_date=SOON, responsible=member)
    world.decide(**CONDITIONAL | {"conditions": [told]})
    return Condition.objects.get()


@pytest.mark.parametrize("role", ["lead", "deputy", "member", "officer", "manager"])
def test_leads_staff_and_the_person_responsible_submit(world, condition, role):
    submit_condition(world.act(role), condition, answer="Here they are.")
    assert (condition.state, condition.handed_in_on) == ("submitted", TODAY)


@pytest.mark.parametrize("role", ["wp_lead", "observer", "chair", "reviewer", "funder"])
def test_nobody_else_submits(world, condition, role):
    with pytest.raises(PermissionDenied):
        submit_condition(world.act(role), condition, answer="Here they are.")


def test_staff_find_it_met(world, condition):
    submit_condition(world.act("lead"), condition, answer="Here.")
    meet_condition(world.act("officer"), condition)
    assert (condition.state, condition.settled_on) == ("met", TODAY)


def test_staff_return_it_with_a_note_and_it_is_open_again(world, condition):
    submit_condition(world.act("lead"), condition, answer="Here.")
    with pytest.raises(Refusal):
        return_condition(world.act("officer"), condition, note=" ")
    later = SOON + timedelta(days=5)
    return_condition(world.act("officer"), condition, note="Page 2?", due_date=later)
    assert (condition.state, condition.is_returned, condition.handed_in_on) == ("open", True, None)
    assert (condition.due_date, condition.deadline_version) == (later, 2)


def test_a_condition_is_waived_with_a_reason(world, condition):
    with pytest.raises(Refusal):
        waive_condition(world.act("officer"), condition, note="")
    waive_condition(world.act("officer"), condition, note="The law changed.")
    assert (condition.state, condition.verdict_note) == ("waived", "The law changed.")


@pytest.mark.parametrize("role", ["lead", "chair", "reviewer"])
def test_only_staff_settle(world, condition, role):
    submit_condition(world.act("lead"), condition, answer="Here.")
    with pytest.raises(PermissionDenied):
        meet_condition(world.act(role), condition)


def test_what_was_not_submitted_cannot_be_met(world, condition):
    with pytest.raises(Refusal):
        meet_condition(world.act("officer"), condition)


def test_the_agenda_has_an_order_and_a_closed_meeting_stays(world):
    act = world.act("chair")
    other = panel_of_another_report(world)
    meeting = call_meeting(act, world.cast.programme, held_on=TODAY, title="June")
    first, second = (put_on_agenda(act, meeting, row) for row in (world.round, other))
    move_on_agenda(act, second, up=True)
    order = [item.round_id for item in AgendaItem.objects.filter(meeting=meeting)]
    assert order == [other.pk, world.round.pk]
    first.refresh_from_db()
    write_minutes(act, first, minutes="Long talk.")
    with pytest.raises(Refusal, match="discussed"):
        take_off_agenda(act, first)
    close_meeting(act, meeting)
    with pytest.raises(Refusal, match="closed"):
        write_minutes(act, first, minutes="Changed.")


def panel_of_another_report(world):
    """A second report of AURORA, checked."""
    second = Panel(world.cast, *another(world))
    return second.open()


def another(world):
    from_now = {"number": 2, "template": world.report.template}
    period = {"period_start": TODAY, "period_end": SOON, "cut_off": SOON}
    return submitted(world.cast.aurora, world.cast["lead"], **from_now, **period), []


@pytest.mark.parametrize("role", ["reviewer", "lead", "funder"])
def test_only_chair_and_staff_call_a_meeting(world, role):
    with pytest.raises(PermissionDenied):
        call_meeting(world.act(role), world.cast.programme, held_on=TODAY, title="June")


def test_every_step_stands_in_the_log(world, condition):
    submit_condition(world.act("lead"), condition, answer="Here.")
    meet_condition(world.act("officer"), condition)
    verbs = set(Event.objects.filter(network=world.cast.aurora).values_list("verb", flat=True))
    told = {"open_review", "decide_report", "impose_condition"}
    assert told | {"submit_condition", "meet_condition"} <= verbs


def test_nothing_is_decided_in_a_meeting_that_is_closed(world):
    act = world.act("chair")
    meeting = call_meeting(act, world.cast.programme, held_on=TODAY, title="June")
    close_meeting(act, meeting)
    with pytest.raises(Refusal, match="closed"):
        world.decide(meeting=meeting)
