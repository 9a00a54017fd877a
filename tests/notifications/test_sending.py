"""What becomes of a mail, against a real SMTP server that answers as the test says."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from milestones.models import Milestone
from networks.models import Member, User
from notifications import faces
from notifications.conversing import Answer, Outcome, dotted
from notifications.models import Attempt, Message, Reminder, Sending
from notifications.services import deliver, delivering, plan, sweep, taking
from notifications.services.claiming import Batch, claim, pause
from notifications.services.gate import enter
from notifications.services.handover import Outgoing, hand_over
from notifications.transport import Relay
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script, serving
from tracker.demo.environment import free_port

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
SETTLE_AFTER = timedelta(minutes=15)
LATER = timedelta(hours=5)


@pytest.fixture
def two(cast: Cast, item: Milestone) -> tuple[User, User]:
    """Two people with a mail each: the lead, and a member with an item of her own."""
    factories.milestone(
        cast.aurora,
        contractual_date=date(2026, 6, 8),
        responsible=Member.objects.get(user=cast["member"]),
    )
    return cast["lead"], cast["member"]


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("recipient__name", "state"))


def outcomes() -> list[str]:
    return list(Attempt.objects.order_by("pk").values_list("outcome", flat=True))


def test_a_mail_is_sent_once_and_its_reminders_follow(item: Milestone, relay: Script) -> None:
    sweep(MONDAY)
    sweep(MONDAY + LATER)
    assert len(relay.received) == 1
    assert states() == {"Lead": "accepted"}
    assert outcomes() == ["accepted"]
    assert Reminder.objects.get(offset_days=-7).state == "sent"


def test_a_batch_goes_over_one_connection(two: Any, relay: Script) -> None:
    sweep(MONDAY)
    assert len(relay.received) == 2
    assert relay.connections == 1


@pytest.mark.parametrize("phase", ["rcpt", "dot"])
@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
def test_a_temporary_refusal_is_put_off_and_tried_again(
    item: Milestone, relay: Script, phase: str, code: int
) -> None:
    relay.say(phase, f"{code} later, please")
    sweep(MONDAY)
    message = Message.objects.get()
    assert (message.state, relay.received) == ("deferred", [])
    assert message.next_try_at > MONDAY
    relay.forget()
    deliver(MONDAY + timedelta(seconds=30))
    assert relay.received == []
    deliver(MONDAY + timedelta(minutes=2))
    assert (len(relay.received), states()) == (1, {"Lead": "accepted"})
    assert outcomes() == ["deferred", "accepted"]


@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_a_final_refusal_is_not_tried_again_and_the_neighbour_is_sent(
    two: tuple[User, User], relay: Script, phase: str
) -> None:
    lead, member = two
    relay.say(phase, "550 nobody here", lead.email)
    sweep(MONDAY)
    deliver(MONDAY + LATER)
    assert relay.to() == [member.email]
    assert states() == {"Lead": "refused", "Member": "accepted"}
    assert sorted(outcomes()) == ["accepted", "refused"]
    assert Reminder.objects.get(recipient=lead, offset_days=-7).state == "refused"


def test_pauses_grow_and_are_spread() -> None:
    pauses = [pause(tries).total_seconds() for tries in (1, 2, 3, 4, 5, 50)]
    assert pauses[:5] == sorted(pauses[:5])
    assert 48 <= pauses[0] <= 72
    assert pauses[-1] <= 4 * 3600 * 1.2
    assert len({pause(1) for _ in range(20)}) > 1


def test_while_nobody_listens_nothing_is_decided_and_later_all_is_sent(
    two: Any, settings: Any
) -> None:
    port = free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    sweep(MONDAY)
    assert states() == {"Lead": "deferred", "Member": "deferred"}
    assert outcomes() == []
    with serving(Script(), settings, port) as script:
        deliver(MONDAY + timedelta(minutes=2))
        assert len(script.received) == 2


def test_a_line_cut_after_the_final_dot_is_unknown_and_leads_to_one_marked_copy(
    item: Milestone, relay: Script
) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    assert states() == {"Lead": "unknown"}
    deliver(MONDAY + SETTLE_AFTER - timedelta(minutes=1))
    assert len(relay.received) == 1
    deliver(MONDAY + SETTLE_AFTER + timedelta(minutes=1))
    first, copy = relay.received
    assert first["Message-ID"] == copy["Message-ID"]
    assert first["X-Possible-Copy"] is None
    assert copy["X-Possible-Copy"]
    # The copy was cut as well: it stays unknown, for staff, and there is no third.
    deliver(MONDAY + timedelta(days=1))
    assert len(relay.received) == 2
    assert states() == {"Lead": "unknown"}
    assert Message.objects.get().resent


def held(now: datetime = MONDAY) -> Batch:
    """What a worker of another machine holds that has claimed and goes no further by itself."""
    enter(now)
    plan(now)
    return claim(now, uuid4())


def decided(batch: Batch) -> list[Outgoing]:
    return hand_over(batch, batch.ids, Sending.objects.get().epoch, MONDAY)


def test_a_slow_relay_makes_the_groups_small_and_nothing_is_left_out(
    cast: Cast, relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [factories.member(cast.aurora, "member") for _ in range(6)]
    for person in people:
        factories.milestone(
            cast.aurora,
            contractual_date=date(2026, 6, 8),
            responsible=Member.objects.get(user=person),
        )
    sizes, honest, send = [], taking.hand_over, Relay.send

    def noted(batch: Batch, ids: Any, *rest: Any) -> list[Outgoing]:
        sizes.append(len(ids))
        return honest(batch, ids, *rest)

    def slow(*all_of_it: Any) -> Answer:
        time.sleep(0.06)
        return send(*all_of_it)

    monkeypatch.setattr(delivering, "FRESH_SECONDS", 0.05)
    monkeypatch.setattr(taking, "hand_over", noted)
    monkeypatch.setattr(Relay, "send", slow)
    sweep(MONDAY)
    assert len(relay.received) == 6
    assert set(states().values()) == {"accepted"}
    assert sizes[:2] == [6, 1]
    assert set(Message.objects.values_list("tries", flat=True)) == {1}


@pytest.mark.parametrize("backend", ["smtp.EmailBackend", "locmem.EmailBackend"])
def test_a_worker_held_up_past_its_time_offers_no_text(
    item: Milestone, relay: Script, settings: Any, backend: str, mailoutbox: list[Any]
) -> None:
    (outgoing,) = decided(held())
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}"
    line, begun = Relay(), []
    assert line.open() is None
    answer = line.send(outgoing.letter, lambda: begun.append(1), until=0.0)
    line.close()
    assert answer.outcome == Outcome.DEFERRED
    assert (relay.received, mailoutbox, begun) == ([], [], [1])


def test_a_mail_that_no_server_takes_for_five_days_is_given_up_and_shown(
    item: Milestone, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    sweep(MONDAY)
    deliver(MONDAY + timedelta(days=4, hours=23))
    assert states() == {"Lead": "deferred"}
    deliver(MONDAY + timedelta(days=6))
    assert states() == {"Lead": "refused"}
    assert "Given up" in Message.objects.get().note
    deliver(MONDAY + timedelta(days=6))
    assert Reminder.objects.get(offset_days=-7).state == "refused"


def test_two_addresses_in_one_are_refused_and_the_neighbour_is_sent(
    two: tuple[User, User], relay: Script
) -> None:
    User.objects.filter(pk=two[0].pk).update(email="a@example.org, b@example.org")
    sweep(MONDAY)
    assert states() == {"Lead": "refused", "Member": "accepted"}
    assert relay.to() == [two[1].email]


def test_a_mail_that_cannot_be_rendered_stops_nobody_else(
    two: tuple[User, User], relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = faces.render_digest

    def broken(person: User, *rest: Any) -> Any:
        if person == two[0]:
            raise RuntimeError("a poison row")
        return honest(person, *rest)

    monkeypatch.setattr(faces, "render_digest", broken)
    sweep(MONDAY)
    assert states() == {"Lead": "refused", "Member": "accepted"}
    assert "a poison row" in Message.objects.get(state="refused").note


def test_leading_dots_and_line_ends_are_as_smtp_wants_them() -> None:
    assert dotted(b".a\r\nb\r\n..c") == b"..a\r\nb\r\n...c\r\n.\r\n"
    assert dotted(b"a\r\n") == b"a\r\n.\r\n"


def test_a_claim_takes_no_more_than_a_batch(cast: Cast, settings: Any) -> None:
    people = [factories.user() for _ in range(settings.MAIL_BATCH + 1)]
    Message.objects.bulk_create(
        Message(
            recipient=person,
            local_day=MONDAY.date(),
            dedupe_key=f"k{person.pk}",
            message_id=f"<{person.pk}@x>",
            created_at=MONDAY,
            next_try_at=MONDAY,
        )
        for person in people
    )
    first, second = claim(MONDAY, uuid4()), claim(MONDAY, uuid4())
    assert (len(first.ids), len(second.ids)) == (settings.MAIL_BATCH, 1)
    assert not set(first.ids).intersection(second.ids)
