"""An address that came back: what it stops, how it is released, and who hears of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from networks.models import Event, Member, User
from networks.refusals import Conflict, Refusal
from notifications.models import Message, Suppression
from notifications.services import deliver, steering, sweep
from notifications.services.bouncing import release
from notifications.services.fetching import take_in
from notifications.services.signs import signs_of_life
from notifications.suppressing import suppressed
from tests import factories
from tests.factories import NETWORK_ROLES, Cast
from tests.notifications.returned import complaint, headers_of, not_delivered
from tests.notifications.scripted import Script
from tests.notifications.test_bouncing import LATER, MONDAY, NEXT_STEP, state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)


@pytest.fixture
def item(cast: Cast) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Secret plan")


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
