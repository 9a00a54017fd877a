"""Retry, settle, cancel: staff take a mail into their own hands, and never against a worker."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from milestones.models import Milestone
from networks.acts import Act
from networks.models import Event, Member, ProgrammeRole
from networks.refusals import Conflict, Refusal
from notifications.models import Attempt, Message, Reminder
from notifications.services import deliver, plan, steering, sweep
from notifications.services.claiming import claim
from tests import factories
from tests.factories import NETWORK_ROLES, PROGRAMME_ROLES, Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
NOON = at("2026-06-01 12:00")
SETTLED = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


def sent_as(relay: Script, answer: str, phase: str = "dot") -> Message:
    """The morning's mail after the server has answered so."""
    relay.say(phase, answer)
    sweep(MONDAY)
    relay.forget()
    return Message.objects.get()


def by(cast: Cast, role: str = "officer", now: datetime = NOON) -> Act:
    return factories.act(cast[role], now)


def line() -> Reminder:
    return Reminder.objects.get(offset_days=-7)


def test_a_refused_mail_is_tried_again_and_its_reminders_follow(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, "550 no")
    assert line().state == "refused"
    steering.retry(by(cast), message, reason="The mailbox is there now")
    assert (line().state, Message.objects.get().state) == ("planned", "due")
    deliver(NOON)
    assert (len(relay.received), line().state) == (1, "sent")
    assert not Message.objects.get().resent


def test_a_mail_put_off_goes_out_before_its_pause_is_over(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, "451 later")
    now = MONDAY + timedelta(seconds=1)
    deliver(now)
    assert relay.received == []
    steering.retry(by(cast, now=now), message, reason="The server is well again")
    deliver(now)
    assert len(relay.received) == 1


def test_a_retried_doubtful_mail_is_a_marked_copy_with_the_same_message_id(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.retry(by(cast), message, reason="They ask for it")
    deliver(NOON)
    first, copy = relay.received
    assert first["Message-ID"] == copy["Message-ID"]
    assert copy["X-Possible-Copy"]
    assert Message.objects.get().resent


def test_a_third_copy_needs_a_plain_yes(cast: Cast, item: Milestone, relay: Script) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    deliver(MONDAY + SETTLED)
    message = Message.objects.get()
    assert (message.state, message.resent) == ("unknown", True)
    with pytest.raises(Refusal, match="third copy"):
        steering.retry(by(cast), message, reason="Again")
    steering.retry(by(cast), message, reason="Again", third=True)
    deliver(NOON)
    assert len(relay.received) == 3


def test_what_arrived_counts_as_sent_and_no_copy_goes_out(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.settle_by_hand(by(cast), message, arrived=True, reason="It is in the log")
    deliver(NOON + SETTLED)
    assert len(relay.received) == 1
    assert (Message.objects.get().state, line().state) == ("accepted", "sent")
    last = Attempt.objects.order_by("pk").last()
    assert last is not None
    assert (last.outcome, last.reply) == (
        "accepted",
        "Settled by Officer: it arrived. It is in the log",
    )


def test_what_did_not_arrive_goes_out_at_once_and_is_no_copy(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.settle_by_hand(by(cast), message, arrived=False, reason="Not in the log")
    deliver(NOON)
    assert relay.received[1]["X-Possible-Copy"] is None
    assert Message.objects.get().state == "accepted"


def test_a_mail_found_lost_is_no_copy_later_either(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.settle_by_hand(by(cast), message, arrived=False, reason="Not in the log")
    relay.say("dot", "550 no")
    deliver(NOON)
    steering.retry(by(cast), Message.objects.get(), reason="Mended")
    assert not Message.objects.get().resent


def test_a_cancelled_mail_stays_away_and_is_not_planned_anew(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    steering.cancel(by(cast), Message.objects.get(), reason="The call was moved")
    for hour in range(8, 12):
        sweep(at(f"2026-06-01 {hour:02}:00"))
        sweep(at(f"2026-06-02 {hour:02}:00"))
    assert mail.outbox == []
    assert Message.objects.get().state == "cancelled"
    assert (line().state, line().note) == (
        "cancelled",
        "Cancelled by Officer: The call was moved",
    )


def test_after_a_cancelled_mail_the_next_step_goes_out_on_its_day(
    cast: Cast, item: Milestone
) -> None:
    plan(MONDAY)
    steering.cancel(by(cast), Message.objects.get(), reason="The call was moved")
    sweep(at("2026-06-08 08:00"))
    assert len(mail.outbox) == 1
    assert line().state == "cancelled"


def test_a_cancelled_mail_is_taken_up_again(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    steering.cancel(by(cast), Message.objects.get(), reason="Wait")
    steering.retry(by(cast), Message.objects.get(), reason="Go")
    deliver(NOON)
    assert len(mail.outbox) == 1
    assert (line().state, line().note) == ("sent", "")


def test_a_doubtful_mail_that_was_cancelled_is_a_copy_when_taken_up_again(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.cancel(by(cast), message, reason="Wait")
    deliver(NOON + SETTLED)
    assert len(relay.received) == 1
    steering.retry(by(cast), Message.objects.get(), reason="Go")
    assert Message.objects.get().resent


def test_a_mail_with_nothing_left_to_say_cannot_be_retried(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    Milestone.objects.update(state="verified", actual_date=date(2026, 6, 1))
    deliver(MONDAY)
    message = Message.objects.get()
    assert (message.state, steering.steps_for(message)) == ("cancelled", [])
    with pytest.raises(Refusal, match="in this state"):
        steering.retry(by(cast), message, reason="Go")


def test_what_a_later_mail_has_told_is_not_told_again(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, "550 no")
    sweep(at("2026-06-08 08:00"))
    assert len(relay.received) == 1
    with pytest.raises(Refusal, match="Nothing is left to tell"):
        steering.retry(by(cast), message, reason="Go")


def test_a_retried_mail_still_looks_whether_its_item_is_open(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, "550 no")
    Milestone.objects.update(state="verified", actual_date=date(2026, 6, 1))
    steering.retry(by(cast), message, reason="Go")
    deliver(NOON)
    assert (relay.received, Message.objects.get().state) == ([], "cancelled")


@pytest.mark.parametrize("state", ["claimed", "handing_over", "accepted", "superseded"])
def test_nothing_is_offered_for_what_is_under_way_or_done(state: str) -> None:
    assert steering.steps_for(Message(state=state)) == []


def test_a_worker_that_was_quicker_wins(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    seen = Message.objects.get()
    assert claim(MONDAY, uuid4()).ids == (seen.pk,)
    with pytest.raises(Conflict):
        steering.cancel(by(cast), seen, reason="Stop")
    assert (Message.objects.get().state, line().state) == ("claimed", "planned")


def test_staff_that_were_quicker_win(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    steering.cancel(by(cast), Message.objects.get(), reason="Stop")
    assert claim(NOON, uuid4()).ids == ()


def test_of_two_colleagues_one_is_told(cast: Cast, item: Milestone, relay: Script) -> None:
    seen = sent_as(relay, CUT)
    steering.settle_by_hand(by(cast), seen, arrived=True, reason="It is in the log")
    with pytest.raises(Conflict):
        steering.retry(by(cast, "manager"), seen, reason="They ask for it")
    assert Attempt.objects.count() == 2
    assert Event.objects.filter(target_type="notifications.message").count() == 1


def test_a_worker_thought_dead_changes_nothing_that_staff_have_settled(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    message = sent_as(relay, CUT)
    steering.cancel(by(cast), message, reason="Stop")
    assert Message.objects.get().token is None


@pytest.mark.parametrize("role", [*PROGRAMME_ROLES, *NETWORK_ROLES, "stranger"])
def test_only_managers_and_officers_steer(
    cast: Cast, item: Milestone, relay: Script, role: str
) -> None:
    message = sent_as(relay, "550 no")
    if role in ("manager", "officer"):
        steering.retry(by(cast, role), message, reason="Go")
        assert Message.objects.get().state == "due"
        return
    with pytest.raises(PermissionDenied):
        steering.retry(by(cast, role), message, reason="Go")
    assert Message.objects.get().state == "refused"


def shared(cast: Cast) -> Message:
    """A refused mail that tells of BOREAS too."""
    Member.objects.filter(user=cast["stranger"]).delete()
    Member.objects.create(network=cast.boreas, user=cast["lead"], role="lead")
    factories.milestone(cast.boreas, contractual_date=date(2026, 6, 8))
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    Message.objects.update(state="refused")
    Reminder.objects.filter(state="planned").update(state="refused")
    return Message.objects.get()


def test_a_mail_about_another_programmes_network_too_is_not_theirs_alone(cast: Cast) -> None:
    message = shared(cast)
    with pytest.raises(PermissionDenied):
        steering.retry(by(cast), message, reason="Go")
    ProgrammeRole.objects.create(
        programme=cast.boreas.programme, user=cast["officer"], role="officer"
    )
    steering.retry(by(cast), message, reason="Go")
    assert Event.objects.filter(verb="retry_mail").count() == 2


def test_an_operator_steers_any_mail(cast: Cast) -> None:
    message = shared(cast)
    operator = factories.user(is_superuser=True)
    steering.retry(factories.act(operator, NOON), message, reason="Go")
    assert Message.objects.get().state == "due"


def test_each_step_is_logged_with_its_reason_and_without_the_network(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    steering.retry(by(cast), sent_as(relay, "550 no"), reason=" The mailbox is there now ")
    event = Event.objects.get(verb="retry_mail")
    assert (event.actor, event.programme, event.network) == (
        cast["officer"],
        cast.programme,
        None,
    )
    assert event.changes == {
        "state": ["refused", "due"],
        "reason": ["", "The mailbox is there now"],
    }


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_done(
    cast: Cast, item: Milestone, relay: Script, reason: str
) -> None:
    message = sent_as(relay, "550 no")
    with pytest.raises(Refusal, match="Say why"):
        steering.retry(by(cast), message, reason=reason)


# --- Many at once -----------------------------------------------------------------------


def test_a_morning_that_was_refused_goes_out_again(
    cast: Cast, many: list[Message], relay: Script
) -> None:
    assert steering.retry_all(by(cast), Message.objects.all(), reason="Mended") == (3, 0)
    deliver(NOON)
    assert len(relay.received) == 3
    assert set(Reminder.objects.filter(offset_days=-7).values_list("state", flat=True)) == {"sent"}
    assert Event.objects.filter(verb="retry_mail").count() == 3


def test_large_numbers_go_in_portions(
    cast: Cast, many: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "MOST_AT_ONCE", 2)
    assert steering.retry_all(by(cast), Message.objects.all(), reason="Mended") == (2, 1)
    assert steering.retry_all(by(cast), Message.objects.all(), reason="Mended") == (1, 0)


def test_a_retry_of_many_costs_the_same_whatever_their_number(
    cast: Cast, many: list[Message], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(24):
        steering.retry_all(by(cast), Message.objects.all(), reason="Mended")


def test_a_third_copy_is_not_sent_by_the_hundred(cast: Cast, many: list[Message]) -> None:
    Message.objects.filter(pk=many[0].pk).update(resent=True)
    Attempt.objects.create(message=many[0], number=2, at=NOON, outcome="unknown")
    assert steering.retry_all(by(cast), Message.objects.all(), reason="Mended") == (2, 0)
