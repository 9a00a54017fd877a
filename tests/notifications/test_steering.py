"""Retry, settle, cancel: staff take a mail into their own hands, and never against a worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

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
from tests.notifications.scripted import CUT, Script, serving

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
NOON = at("2026-06-01 12:00")
SETTLED = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    with serving(Script(), settings) as script:
        yield script


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))


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


@pytest.fixture
def many(cast: Cast, relay: Script) -> list[Message]:
    """A morning on which the server refused everybody."""
    for role in ("lead", "member", "deputy"):
        factories.milestone(
            cast.aurora,
            contractual_date=date(2026, 6, 8),
            responsible=Member.objects.get(user=cast[role]),
        )
    relay.say("dot", "550 no")
    sweep(MONDAY)
    relay.forget()
    return list(Message.objects.order_by("pk"))


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


# --- Pages --------------------------------------------------------------------------------


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    client.force_login(cast["officer"])
    return client


def address(message: Message, step: str) -> str:
    return reverse("outbox-steer", args=[message.pk, step])


def press(client: Client, message: Message, step: str, **changes: str) -> Any:
    typed = {"reason": "They ask", "seen": f"{message.state}-{message.tries}"} | changes
    return client.post(address(message, step), typed)


def test_the_page_says_what_will_happen_and_the_button_does_it(
    item: Milestone, relay: Script, officer: Client
) -> None:
    message = sent_as(relay, CUT)
    page = officer.get(address(message, "retry")).content.decode()
    assert "with 1 reminder, as it stands then" in page
    assert "It may have arrived already" in page
    assert Message.objects.get().state == "unknown"
    assert press(officer, message, "retry").status_code == 302
    shown = officer.get(reverse("outbox-message", args=[message.pk])).content.decode()
    assert "Mail tried again, Officer." in shown
    assert "They ask" in shown


def test_a_third_copy_is_asked_about_in_plain_words(
    item: Milestone, relay: Script, officer: Client
) -> None:
    message = sent_as(relay, CUT)
    Message.objects.update(resent=True)
    page = officer.get(address(message, "retry")).content.decode()
    assert "Two copies may have arrived already" in page
    message.refresh_from_db()
    assert press(officer, message, "retry").status_code == 422
    assert press(officer, message, "retry", third="on").status_code == 302


@pytest.mark.parametrize(
    ("step", "state"),
    [("retry", "due"), ("arrived", "accepted"), ("lost", "due"), ("cancel", "cancelled")],
)
def test_each_button_of_a_doubtful_mail(
    item: Milestone, relay: Script, officer: Client, step: str, state: str
) -> None:
    message = sent_as(relay, CUT)
    page = officer.get(reverse("outbox-message", args=[message.pk])).content.decode()
    assert address(message, step) in page
    assert officer.get(address(message, step)).status_code == 200
    assert press(officer, message, step).status_code == 302
    assert Message.objects.get().state == state


def test_a_mail_that_has_moved_on_is_a_409(item: Milestone, relay: Script, officer: Client) -> None:
    message = sent_as(relay, "451 later")
    Message.objects.update(state="claimed", token="0" * 32, lease_until=NOON)
    assert officer.get(address(message, "cancel")).status_code == 302
    answer = press(officer, message, "cancel")
    assert answer.status_code == 409
    assert "moved on in the meantime" in answer.content.decode()


def test_another_attempt_since_the_page_was_opened_is_a_409(
    item: Milestone, relay: Script, officer: Client
) -> None:
    message = sent_as(relay, "451 later")
    Message.objects.update(tries=2)
    assert press(officer, message, "cancel").status_code == 409


def test_a_page_without_a_reason_is_refused_at_its_field(
    item: Milestone, relay: Script, officer: Client
) -> None:
    answer = press(officer, sent_as(relay, "451 later"), "cancel", reason=" ")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_a_shared_mail_has_no_buttons_and_its_addresses_are_a_403(
    cast: Cast, officer: Client
) -> None:
    message = shared(cast)
    page = officer.get(reverse("outbox-message", args=[message.pk])).content.decode()
    assert address(message, "retry") not in page
    assert officer.get(address(message, "retry")).status_code == 403
    assert press(officer, message, "retry").status_code == 403


@pytest.mark.parametrize("role", [*NETWORK_ROLES, "chair", "funder", "stranger"])
def test_for_others_the_addresses_do_not_exist(
    cast: Cast, item: Milestone, relay: Script, client: Client, role: str
) -> None:
    message = sent_as(relay, "550 no")
    client.force_login(cast[role])
    assert press(client, message, "retry").status_code == 404
    assert (
        client.get(f"{reverse('outbox-retry')}?morning=2026-06-01&state=refused").status_code == 404
    )


def test_an_unknown_step_is_a_404(item: Milestone, relay: Script, officer: Client) -> None:
    assert officer.get(address(sent_as(relay, "550 no"), "burn")).status_code == 404


def test_the_outbox_counts_by_state_and_each_count_is_a_filter(
    many: list[Message], officer: Client
) -> None:
    Message.objects.filter(pk=many[0].pk).update(state="accepted")
    page = officer.get(reverse("outbox"), {"morning": "2026-06-01", "state": "refused"})
    found = {row["state"]: (row["number"], row["url"]) for row in page.context["counts"]}
    assert found == {
        "accepted": (1, "?morning=2026-06-01&state=accepted"),
        "refused": (2, "?morning=2026-06-01"),
    }


def test_a_morning_is_retried_from_the_outbox(
    many: list[Message], officer: Client, relay: Script
) -> None:
    query = "?morning=2026-06-01&state=refused"
    assert "Try all of these again" in officer.get(reverse("outbox") + query).content.decode()
    path = reverse("outbox-retry") + query
    assert "3 mails go out" in officer.get(path).content.decode()
    answer = officer.post(path, {"reason": "Mended"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("outbox") + query)
    assert set(Message.objects.values_list("state", flat=True)) == {"due"}


@pytest.mark.parametrize(
    "query", ["", "?state=refused", "?morning=2026-06-01", "?morning=2026-06-01&state=unknown"]
)
def test_only_one_mornings_refused_or_put_off_are_retried_at_once(
    many: list[Message], officer: Client, query: str
) -> None:
    assert officer.get(reverse("outbox-retry") + query).status_code == 404
    assert "Try all of these again" not in officer.get(reverse("outbox") + query).content.decode()


def test_another_network_is_not_touched(cast: Cast, many: list[Message], officer: Client) -> None:
    other = shared_elsewhere(cast)
    officer.post(
        f"{reverse('outbox-retry')}?morning=2026-06-01&state=refused", {"reason": "Mended"}
    )
    other.refresh_from_db()
    assert other.state == "refused"


def shared_elsewhere(cast: Cast) -> Message:
    """A refused mail of BOREAS alone."""
    factories.milestone(cast.boreas, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    Message.objects.filter(recipient=cast["stranger"]).update(state="refused")
    Reminder.objects.filter(network=cast.boreas, state="planned").update(state="refused")
    return Message.objects.get(recipient=cast["stranger"])


def test_the_outbox_costs_the_same_whatever_the_number_of_mails(
    cast: Cast, many: list[Message], officer: Client, django_assert_num_queries: Any
) -> None:
    path = f"{reverse('outbox')}?morning=2026-06-01&state=refused"
    officer.get(path)
    with django_assert_num_queries(11) as seen:
        officer.get(path)
    Message.objects.exclude(pk=many[0].pk).update(state="accepted")
    with django_assert_num_queries(len(seen.captured_queries)):
        officer.get(path)
