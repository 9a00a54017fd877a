"""The outbox's buttons: what they say, what they do, and for whom they are there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from notifications.models import Message, Reminder
from notifications.services import plan
from tests import factories
from tests.factories import NETWORK_ROLES, Cast
from tests.notifications.scripted import CUT, Script
from tests.notifications.test_steering import MONDAY, NOON, sent_as, shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine: Any) -> None:
    time_machine.move_to(NOON, tick=False)


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
