"""Amendments from the draft to the decision."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from milestones.models import StatusUpdate
from milestones.services import (
    approve_amendment,
    draft_amendment,
    refuse_amendment,
    submit_amendment,
)
from networks.models import Event
from networks.refusals import Conflict, IllegalTransition, Refusal
from tests import factories
from tests.milestones.amending import approve, change, draft, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return factories.cast()


@pytest.fixture
def milestone(cast):
    return factories.milestone(cast.aurora, code="MS1")


def test_an_approved_amendment_moves_the_revised_date_only(cast, milestone):
    change(cast, later())
    milestone.refresh_from_db()
    assert milestone.revised_date == milestone.due_date == date(2026, 8, 31)
    assert milestone.contractual_date == date(2026, 6, 30)


def test_a_moved_deadline_is_a_new_version_and_a_history_row(cast, milestone):
    change(cast, later())
    milestone.refresh_from_db()
    assert milestone.deadline_version == 2
    update = StatusUpdate.objects.get(milestone=milestone)
    assert (update.kind, update.due_date) == ("reschedule", date(2026, 8, 31))
    assert update.text == "Amendment 1: Recruitment slipped"
    assert Event.objects.about(milestone).get().changes["revised_date"] == [None, "2026-08-31"]


def test_nothing_moves_before_the_decision(cast, milestone):
    submit_amendment(factories.act(cast["lead"]), draft(cast, later()))
    milestone.refresh_from_db()
    assert milestone.due_date == date(2026, 6, 30)


def test_a_refused_amendment_moves_nothing_and_keeps_its_note(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    refuse_amendment(factories.act(cast["manager"]), amendment, note="Too late.")
    milestone.refresh_from_db()
    assert (milestone.due_date, amendment.decision_note) == (date(2026, 6, 30), "Too late.")


def test_a_refusal_says_why(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(Refusal, match="Say why"):
        refuse_amendment(factories.act(cast["manager"]), amendment, note=" ")


def test_a_draft_cannot_be_approved(cast, milestone):
    with pytest.raises(IllegalTransition, match=r"is draft .* it can go to: submitted"):
        approve_amendment(factories.act(cast["manager"]), draft(cast, later()))


def test_an_approved_one_is_final(cast, milestone):
    amendment = change(cast, later())
    with pytest.raises(IllegalTransition, match="nothing follows that state"):
        refuse_amendment(factories.act(cast["manager"]), amendment, note="No.")


def test_two_decisions_do_not_both_count(cast, milestone):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    copy = type(amendment).objects.get(pk=amendment.pk)
    approve_amendment(factories.act(cast["manager"]), amendment)
    with pytest.raises(Conflict):
        refuse_amendment(factories.act(cast["manager"]), copy, note="No.")


@pytest.mark.parametrize("role", ["wp_lead", "member", "observer", "chair", "reviewer", "funder"])
def test_others_draft_nothing(cast, milestone, role):
    with pytest.raises(PermissionDenied):
        draft(cast, later(), role=role)


@pytest.mark.parametrize("role", ["lead", "deputy", "officer", "chair"])
def test_only_a_manager_decides(cast, milestone, role):
    amendment = draft(cast, later())
    submit_amendment(factories.act(cast["lead"]), amendment)
    with pytest.raises(PermissionDenied):
        approve_amendment(factories.act(cast[role]), amendment)


def test_a_plan_that_moved_on_is_not_overwritten(cast, milestone):
    first, second = draft(cast, later()), draft(cast, later("2026-09-30"))
    approve(cast, first)
    submit_amendment(factories.act(cast["lead"]), second)
    with pytest.raises(Refusal, match=r"starts from “2026-06-30”, but it is “2026-08-31” now"):
        approve_amendment(factories.act(cast["manager"]), second)
    second.refresh_from_db()
    assert second.state == "submitted"


def test_numbers_count_per_network(cast, milestone):
    assert [draft(cast, later()).number, draft(cast, later()).number] == [1, 2]
    other = draft_amendment(factories.act(), cast.boreas, kind="other", title="Theirs")
    assert other.number == 1


def test_submitting_needs_a_reason_and_a_change(cast, milestone):
    act = factories.act(cast["lead"])
    with pytest.raises(Refusal, match="why this change"):
        submit_amendment(act, draft(cast, later(), justification=""))
    with pytest.raises(Refusal, match="at least one thing"):
        submit_amendment(act, draft(cast))
