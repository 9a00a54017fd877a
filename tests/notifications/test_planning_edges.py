"""What the planner does at its edges: others at work at the same time, and odd combinations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from milestones.models import Milestone
from networks.duties import Duty, source
from networks.models import Member
from notifications.models import Heartbeat, Message, Reminder
from notifications.quiet import Quiet
from notifications.services import plan
from notifications.services import planning as planning_module
from notifications.services.planning import Planned
from notifications.services.quieting import silence_item
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))


def duty_of(item: Milestone) -> Duty:
    (duty,) = source("milestone").among([item.pk])
    return duty


@pytest.fixture
def after_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen between a planner's reading and its writing."""
    gather = planning_module.gather

    def let(happen: Callable[[], object]) -> None:
        def gather_then(now: datetime) -> Any:
            found = gather(now)
            monkeypatch.setattr(planning_module, "gather", gather)
            happen()
            return found

        monkeypatch.setattr(planning_module, "gather", gather_then)

    return let


def test_what_another_planner_has_written_meanwhile_is_not_written_again(
    item: Milestone, after_reading: Callable[[Callable[[], object]], None]
) -> None:
    after_reading(lambda: plan(MONDAY))
    assert plan(MONDAY) == Planned()
    assert Message.objects.count() == 1
    assert Reminder.objects.filter(state="planned").count() == 1


def test_a_planner_that_does_not_get_the_lock_leaves_it_to_the_other(
    item: Milestone, after_reading: Callable[[Callable[[], object]], None]
) -> None:
    # To a planner a locked row is as one that is not there.
    after_reading(Heartbeat.objects.filter(name=Heartbeat.PLAN).delete)
    assert plan(MONDAY) == Planned()
    assert not Message.objects.exists()
    assert plan(MONDAY).messages == 1


def test_who_snoozed_and_lost_their_role_is_not_called_back(cast: Cast, item: Milestone) -> None:
    lead, duty = cast["lead"], duty_of(item)
    silence_item(factories.act(lead, MONDAY), lead, duty, until=date(2026, 6, 2))
    Member.objects.filter(user=lead).update(ends=date(2026, 6, 1))
    plan(at("2026-06-02 08:00"))
    assert not Reminder.objects.filter(recipient=lead).exists()
    quiet = Quiet.around("milestone", [duty])
    assert quiet.recall(duty, lead.pk, date(2026, 6, 2), {}) is None


def test_who_snoozed_is_called_back_in_their_role(cast: Cast, item: Milestone) -> None:
    deputy, duty = cast["deputy"], duty_of(item)
    silence_item(factories.act(deputy, MONDAY), deputy, duty, until=date(2026, 6, 2))
    plan(at("2026-06-02 08:00"))
    assert Reminder.objects.get(recipient=deputy).audience == "leads"


def test_a_mail_of_which_a_copy_may_have_arrived_is_not_taken_over_by_the_next_morning(
    item: Milestone,
) -> None:
    """Its lines would go out again in a mail that does not say so."""
    plan(MONDAY)
    Message.objects.update(state="deferred", resent=True)
    plan(at("2026-06-08 08:00"))
    assert sorted(Message.objects.values_list("state", flat=True)) == ["deferred", "due"]
    first = Message.objects.get(state="deferred")
    assert [line.offset_days for line in first.reminders.all()] == [-7]
