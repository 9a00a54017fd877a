"""What becomes of a mail that comes back, and who hears of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from milestones.models import Milestone
from notifications.conversing import Answer, Outcome
from notifications.models import Bounce, Message, Reminder, Sending, Suppression
from notifications.returned_mail import read_report
from notifications.services import deliver, plan, steering, sweep
from notifications.services.bouncing import BELIEVED_FOR, MOST_REPORTS
from notifications.services.claiming import claim
from notifications.services.fetching import take_in
from notifications.services.gate import enter
from notifications.services.handover import hand_over
from notifications.services.settling import settle
from notifications.suppressing import suppressed
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.returned import complaint, headers_of, not_delivered
from tests.notifications.scripted import CUT, Script

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = at("2026-06-01 09:00")
NEXT_STEP = at("2026-06-08 08:00")


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Secret plan")


def state() -> tuple[str, str]:
    return Message.objects.get().state, Reminder.objects.get(offset_days=-7).state


def test_a_mail_to_a_dead_address_is_bounced_and_the_address_gets_no_more(
    cast: Cast, headers: dict[str, str], relay: Script
) -> None:
    bounce = take_in(not_delivered(headers), LATER)
    assert bounce is not None
    assert (bounce.kind, bounce.status, bounce.address) == ("hard", "5.1.1", cast["lead"].email)
    assert state() == ("bounced", "bounced")
    assert suppressed([cast["lead"].email, "other@example.org"]) == {cast["lead"].email}
    sweep(NEXT_STEP)
    assert len(relay.received) == 1
    second = Message.objects.order_by("pk").last()
    assert second is not None
    assert second.state == "refused"
    assert "comes back" in second.note


@pytest.mark.parametrize("status", ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_what_says_that_the_address_is_dead_stops_it(headers: dict[str, str], status: str) -> None:
    take_in(not_delivered(headers, status=status, said=f"550 {status} no"), LATER)
    assert Suppression.objects.exists()


@pytest.mark.parametrize(
    ("status", "action", "kind", "fate"),
    [
        ("4.2.2", "delayed", "delayed", "accepted"),
        ("4.4.1", "failed", "soft", "bounced"),
        ("5.2.2", "failed", "soft", "bounced"),
        ("5.7.1", "failed", "soft", "bounced"),
        # About the sender's address, which is ours.
        ("5.1.7", "failed", "soft", "bounced"),
        ("5.1.8", "failed", "soft", "bounced"),
    ],
)
def test_anything_else_is_recorded_and_the_address_stays(
    headers: dict[str, str], status: str, action: str, kind: str, fate: str
) -> None:
    said = f"550 {status} something else"
    take_in(not_delivered(headers, status=status, action=action, said=said), LATER)
    assert (Bounce.objects.get().kind, Message.objects.get().state) == (kind, fate)
    assert not Suppression.objects.exists()


def test_a_general_status_is_read_from_the_servers_words(headers: dict[str, str]) -> None:
    take_in(not_delivered(headers, status="5.0.0"), LATER)
    assert Bounce.objects.get().status == "5.1.1"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "nonsense", ""])
def test_a_report_of_success_is_none_of_a_bounce(headers: dict[str, str], action: str) -> None:
    assert take_in(not_delivered(headers, status="2.0.0", action=action), LATER) is None
    assert state() == ("accepted", "sent")


def test_headers_alone_are_enough(headers: dict[str, str]) -> None:
    assert take_in(not_delivered(headers, returned="text/rfc822-headers"), LATER)


def test_a_complaint_is_recorded_and_changes_nothing_else(headers: dict[str, str]) -> None:
    bounce = take_in(complaint(headers), LATER)
    assert bounce is not None
    assert (bounce.kind, state()) == ("complaint", ("accepted", "sent"))
    assert not Suppression.objects.exists()


def test_another_kind_of_feedback_is_no_complaint(headers: dict[str, str]) -> None:
    assert take_in(complaint(headers, "not-spam"), LATER) is None


# --- What is not believed -----------------------------------------------------------------

FORGED: dict[str, dict[str, str]] = {
    "no token": {"X-Reminder-Token": ""},
    "a made-up token": {"X-Reminder-Token": "0" * 32},
    "a token that is no text": {"X-Reminder-Token": "\udcff\udcfe"},
    "no number": {"X-Reminder-Id": ""},
    "an unknown number": {"X-Reminder-Id": "999999"},
    "a number that is none": {"X-Reminder-Id": "1; DROP TABLE"},
    "a number without end": {"X-Reminder-Id": "9" * 400},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_report_changes_nothing(headers: dict[str, str], what: str) -> None:
    content = {name: FORGED[what].get(name, value) for name, value in headers.items()}
    lines = not_delivered({k: v.encode("utf-8", "replace").decode() for k, v in content.items()})
    assert take_in(lines, LATER) is None
    assert state() == ("accepted", "sent")
    assert not Bounce.objects.exists()
    assert not Suppression.objects.exists()


def test_the_token_of_another_mail_does_not_fit(cast: Cast, headers: dict[str, str]) -> None:
    other = Message.objects.get()
    other.pk, other.message_id = None, "<another@example.org>"
    other.dedupe_key = "another"
    other.recipient = cast["member"]
    other.save()
    forged = headers | {"X-Reminder-Id": str(other.pk)}
    assert take_in(not_delivered(forged), LATER) is None


def test_a_report_inside_the_returned_mail_is_no_report(headers: dict[str, str]) -> None:
    inner = not_delivered(headers).decode()
    outer = f'From: a@example.org\r\nContent-Type: multipart/mixed; boundary="out"\r\n\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--out--\r\n'
    assert take_in(outer.encode(), LATER) is None


def test_a_late_report_is_not_believed(headers: dict[str, str]) -> None:
    sent = Message.objects.get().handed_over_at
    assert sent is not None
    assert take_in(not_delivered(headers), sent + BELIEVED_FOR + timedelta(seconds=1)) is None
    assert take_in(not_delivered(headers), sent + BELIEVED_FOR)


def test_a_mail_that_was_never_handed_over_cannot_come_back(headers: dict[str, str]) -> None:
    Message.objects.update(handed_over_at=None, tries=0)
    assert take_in(not_delivered(headers), LATER) is None


def test_the_same_report_twice_is_one(headers: dict[str, str]) -> None:
    assert take_in(not_delivered(headers), LATER)
    assert take_in(not_delivered(headers), LATER) is None
    assert (Bounce.objects.count(), Suppression.objects.count()) == (1, 1)


def test_reports_about_one_mail_have_an_end(headers: dict[str, str]) -> None:
    for number in range(MOST_REPORTS + 5):
        take_in(not_delivered(headers, action="delayed", said=f"450 4.2.2 {number}"), LATER)
    assert Bounce.objects.count() == MOST_REPORTS


def test_a_key_that_was_changed_still_counts_as_a_fallback(
    headers: dict[str, str], settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"
    assert take_in(not_delivered(headers), LATER)


def test_without_the_old_key_it_does_not(headers: dict[str, str], settings: Any) -> None:
    settings.SECRET_KEY = "another-key"
    assert take_in(not_delivered(headers), LATER) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: I am on holiday\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday.",
        b"Content-Type: multipart/report\r\n\r\nno parts",
        b'Content-Type: multipart/report; boundary="x"\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--',
        b'Content-Type: multipart/report; boundary="x"\r\n\r\n' + b"--x\r\n" * 10_000,
        b"".join(
            b'Content-Type: multipart/report; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
            for n in range(2000)
        ),
        b"X" * (3 * 1024 * 1024),
    ],
)
def test_what_is_no_report_is_left_alone(content: bytes) -> None:
    assert read_report(content) is None


def test_the_words_of_a_server_are_one_clean_line(headers: dict[str, str]) -> None:
    said = "550 5.1.1 <b>no\x1b[31m\x07 such user " + "x" * 900
    bounce = take_in(not_delivered(headers, said=said), LATER)
    assert bounce is not None
    assert bounce.said.isprintable()
    assert len(bounce.said) == 500


# --- In whatever order --------------------------------------------------------------------


def test_a_report_before_our_own_commit_ends_the_same(item: Milestone, relay: Script) -> None:
    enter(MONDAY)
    plan(MONDAY)
    batch = claim(MONDAY, uuid4())
    (outgoing,) = hand_over(batch, batch.ids, Sending.objects.get().epoch, MONDAY)
    assert take_in(not_delivered(headers_of(outgoing.letter.for_django().message())), LATER)
    settle(batch.token, [(outgoing.message, Answer(Outcome.ACCEPTED, 250, "OK"))], LATER)
    deliver(LATER)
    assert state() == ("bounced", "bounced")


def test_a_report_settles_the_doubt_and_no_copy_goes_out(item: Milestone, relay: Script) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    relay.forget()
    take_in(not_delivered(headers_of(relay.received[0])), LATER)
    deliver(LATER + timedelta(hours=1))
    assert (len(relay.received), state()) == (1, ("bounced", "bounced"))


def test_a_report_about_the_first_copy_stops_the_second(item: Milestone, relay: Script) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    Message.objects.update(state="due", resent=True, token=None)
    take_in(not_delivered(headers_of(relay.received[0])), LATER)
    deliver(LATER)
    assert (len(relay.received), Message.objects.get().state) == (1, "refused")


def test_a_report_changes_nothing_that_staff_have_cancelled(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    steering.cancel(factories.act(cast["officer"], LATER), Message.objects.get(), reason="Stop")
    take_in(not_delivered(headers_of(relay.received[0])), LATER)
    assert Message.objects.get().state == "cancelled"
    assert Suppression.objects.exists()
