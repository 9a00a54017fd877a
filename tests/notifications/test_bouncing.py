"""What becomes of a mail that comes back, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from networks.models import Event, Member, User
from networks.refusals import Conflict, Refusal
from notifications.models import Bounce, Message, Reminder, Sending, Suppression
from notifications.returned_mail import read_report
from notifications.services import deliver, plan, steering, sweep
from notifications.services.bouncing import BELIEVED_FOR, MOST_REPORTS, release
from notifications.services.claiming import claim
from notifications.services.fetching import take_in
from notifications.services.gate import enter
from notifications.services.handover import hand_over
from notifications.services.settling import settle
from notifications.services.signs import signs_of_life
from notifications.suppressing import suppressed
from notifications.transport import Answer, Outcome
from tests import factories
from tests.factories import NETWORK_ROLES, Cast
from tests.notifications.conftest import at
from tests.notifications.returned import complaint, headers_of, not_delivered
from tests.notifications.scripted import CUT, Script, serving

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = at("2026-06-01 09:00")
NEXT_STEP = at("2026-06-08 08:00")


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    with serving(Script(), settings) as script:
        yield script


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Secret plan")


@pytest.fixture
def headers(item: Milestone, relay: Script) -> dict[str, str]:
    """Those of the morning's mail, as the server got it."""
    sweep(MONDAY)
    return headers_of(relay.received[0])


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


# --- What the server says to our face -------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        ("550 5.1.1 User unknown", True),
        ("550 5.7.1 Blocked", False),
        ("550 no", False),
        ("554 5.1.8 Sender address rejected", False),
        ("450 4.1.1 Try again", False),
    ],
)
@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_a_refusal_of_the_address_stops_it_too(
    item: Milestone, relay: Script, phase: str, answer: str, stopped: bool
) -> None:
    relay.say(phase, answer)
    sweep(MONDAY)
    assert Suppression.objects.exists() is stopped


# --- Released -----------------------------------------------------------------------------


@pytest.fixture
def barred(headers: dict[str, str]) -> Suppression:
    """The lead's address, which gets no mail."""
    take_in(not_delivered(headers), LATER)
    return Suppression.objects.get()


def test_a_released_address_gets_mail_again(cast: Cast, barred: Suppression, relay: Script) -> None:
    release(factories.act(cast["officer"], LATER), barred, reason="The mailbox is back")
    sweep(NEXT_STEP)
    assert len(relay.received) == 2
    event = Event.objects.get(verb="release_address")
    assert (event.actor, event.changes["reason"]) == (cast["officer"], ["", "The mailbox is back"])


def test_what_came_back_is_tried_again_once_the_address_is_released(
    cast: Cast, barred: Suppression, relay: Script
) -> None:
    act = factories.act(cast["officer"], LATER)
    with pytest.raises(Refusal, match="Release the address first"):
        steering.retry(act, Message.objects.get(), reason="Again")
    release(act, barred, reason="The mailbox is back")
    steering.retry(act, Message.objects.get(), reason="Again")
    deliver(LATER)
    assert (len(relay.received), state()) == (2, ("accepted", "sent"))


def test_a_report_about_a_mail_from_before_the_release_stops_nothing(
    cast: Cast, barred: Suppression, headers: dict[str, str]
) -> None:
    release(factories.act(cast["officer"], LATER), barred, reason="The mailbox is back")
    take_in(not_delivered(headers, said="550 5.1.1 once more"), LATER + timedelta(hours=1))
    assert suppressed([barred.address]) == set()


def test_a_report_about_a_later_mail_stops_it_again(
    cast: Cast, barred: Suppression, relay: Script
) -> None:
    release(factories.act(cast["officer"], LATER), barred, reason="The mailbox is back")
    sweep(NEXT_STEP)
    take_in(not_delivered(headers_of(relay.received[1])), NEXT_STEP)
    assert suppressed([barred.address]) == {barred.address}
    assert Suppression.objects.count() == 2


def test_another_address_of_the_person_is_free_at_once(
    cast: Cast, barred: Suppression, relay: Script
) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(email="new@example.org")
    sweep(NEXT_STEP)
    assert relay.to()[1:] == ["new@example.org"]
    assert not Suppression.objects.in_force().exists()


def test_capitals_make_no_other_address(cast: Cast, barred: Suppression) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(email=cast["lead"].email.upper())
    assert suppressed([cast["lead"].email.upper()]) == {cast["lead"].email.upper()}


def test_it_is_released_once(cast: Cast, barred: Suppression) -> None:
    act = factories.act(cast["officer"], LATER)
    release(act, barred, reason="Once")
    with pytest.raises(Conflict):
        release(act, barred, reason="Twice")


# --- Who hears of it ------------------------------------------------------------------------


def page(client: Client, person: User, path: str) -> str:
    client.force_login(person)
    return client.get(path).content.decode()


def test_staff_see_it_wherever_they_look(
    cast: Cast, item: Milestone, barred: Suppression, client: Client
) -> None:
    officer, message = cast["officer"], Message.objects.get()
    shown = page(client, officer, reverse("outbox"))
    assert "Addresses that get no mail" in shown
    assert "Bounced" in shown
    shown = page(client, officer, reverse("outbox-message", args=[message.pk]))
    assert "What came back" in shown
    assert "User unknown" in shown
    shown = page(client, officer, reverse("duty-reminders", args=["milestone", item.pk]))
    assert "mails come back" in shown
    assert "Bounced" in shown
    assert "mails come back" in page(client, officer, reverse("network-team", args=["AUR-1"]))
    assert "so nothing is sent" in page(
        client, officer, reverse("ladder-preview", args=["milestone", item.pk])
    )


def member_bounces(cast: Cast) -> Suppression:
    return Suppression.objects.create(
        user=cast["member"], address=cast["member"].email, since=LATER, reason="5.1.1 gone"
    )


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("lead", True),
        ("deputy", True),
        ("manager", True),
        ("officer", True),
        ("wp_lead", False),
        ("chair", False),
        ("observer", False),
        ("stranger", False),
    ],
)
def test_the_leads_and_staff_of_the_network_are_told(
    cast: Cast, client: Client, role: str, sees: bool
) -> None:
    member_bounces(cast)
    shown = page(client, cast[role], reverse("my-work"))
    assert ("Mails that came back" in shown) is sees
    assert (cast["member"].email in shown) is sees


def test_a_member_does_not_see_it_on_the_team_page_and_the_lead_does(
    cast: Cast, client: Client
) -> None:
    member_bounces(cast)
    path = reverse("network-team", args=["AUR-1"])
    assert "mails come back" not in page(client, cast["wp_lead"], path)
    assert "mails come back" in page(client, cast["lead"], path)


def test_a_complaint_is_told_for_a_week(
    cast: Cast, headers: dict[str, str], client: Client, time_machine: Any
) -> None:
    take_in(complaint(headers), LATER)
    assert "marked a reminder as spam" in page(client, cast["deputy"], reverse("my-work"))
    time_machine.move_to(LATER + timedelta(days=8))
    assert "marked a reminder as spam" not in page(client, cast["deputy"], reverse("my-work"))


def test_the_person_is_asked_and_can_say_that_the_address_works(
    cast: Cast, barred: Suppression, client: Client
) -> None:
    assert "So you get no reminders since" in page(client, cast["lead"], reverse("my-work"))
    assert client.post(reverse("mail-again", args=[barred.pk])).status_code == 302
    barred.refresh_from_db()
    assert (barred.released_by, suppressed([barred.address])) == (cast["lead"], set())


@pytest.mark.parametrize("role", ["deputy", "member", "officer", "stranger"])
def test_nobody_says_it_for_somebody_else(
    cast: Cast, barred: Suppression, client: Client, role: str
) -> None:
    client.force_login(cast[role])
    assert client.post(reverse("mail-again", args=[barred.pk])).status_code == 404


def test_staff_release_it_with_a_reason(cast: Cast, barred: Suppression, client: Client) -> None:
    client.force_login(cast["officer"])
    path = reverse("suppression-release", args=[barred.pk])
    assert barred.address in client.get(path).content.decode()
    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "It works"}).status_code == 302
    assert client.post(path, {"reason": "It works"}).status_code == 409


@pytest.mark.parametrize("role", [*NETWORK_ROLES, "chair", "funder", "stranger", "elsewhere"])
def test_others_release_nothing(cast: Cast, barred: Suppression, client: Client, role: str) -> None:
    cast.people["elsewhere"] = factories.programme_role(factories.programme(), "officer")
    client.force_login(cast[role])
    path = reverse("suppression-release", args=[barred.pk])
    assert client.post(path, {"reason": "It works"}).status_code == 404
    assert suppressed([barred.address])


def test_it_is_in_the_log_of_the_programme(cast: Cast, barred: Suppression) -> None:
    verbs = (
        Event.objects.visible_to(cast["officer"])
        .filter(actor=None)
        .exclude(verb="schedule_report")
        .values_list("verb")
    )
    assert {verb for (verb,) in verbs} == {"bounce_mail", "suppress_address"}


def test_the_figures_count_both(barred: Suppression) -> None:
    signs = signs_of_life(LATER)
    assert (signs.bounced_lately, signs.suppressed) == (1, 1)
    assert signs_of_life(LATER + timedelta(days=2)).bounced_lately == 0


def test_suppressed_costs_one_statement(
    barred: Suppression, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        suppressed([f"{number}@example.org" for number in range(50)])


def test_the_neighbours_of_a_stopped_address_are_sent(
    cast: Cast, barred: Suppression, relay: Script
) -> None:
    factories.milestone(
        cast.aurora,
        contractual_date=date(2026, 6, 15),
        responsible=Member.objects.get(user=cast["member"]),
    )
    sweep(NEXT_STEP)
    assert relay.to()[1:] == [cast["member"].email]


def test_mail_servers_send_what_comes_back_to_an_address_of_its_own(
    item: Milestone, relay: Script, settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@tracker.example.org"
    sweep(MONDAY)
    assert relay.senders == ["bounces@tracker.example.org"]
    assert relay.received[0]["From"] == settings.DEFAULT_FROM_EMAIL
