"""Who may look into the outbox, and what they see there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from networks.models import Member
from notifications.models import ItemLink, Message, Reminder
from notifications.services import sweep
from tests import factories
from tests.factories import NETWORK_ROLES, PROGRAMME_ROLES, Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
STAFF = ("manager", "officer")


@pytest.fixture
def item(cast: Cast) -> Milestone:
    """A milestone of AURORA whose lead has been reminded."""
    item = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Secret plan")
    sweep(MONDAY)
    return item


def pages(item: Milestone) -> dict[str, str]:
    message = Message.objects.order_by("pk").first()
    assert message is not None
    return {
        "list": reverse("outbox"),
        "message": reverse("outbox-message", args=[message.pk]),
        "body": reverse("outbox-body", args=[message.pk]),
        "duty": reverse("duty-reminders", args=["milestone", item.pk]),
    }


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize("role", [*PROGRAMME_ROLES, *NETWORK_ROLES, "stranger"])
def test_the_outbox_is_open_to_manager_and_officer_only(
    cast: Cast, item: Milestone, client: Client, role: str
) -> None:
    answers = {
        name: signed_in(client, cast[role]).get(path).status_code
        for name, path in pages(item).items()
    }
    assert set(answers.values()) == {200 if role in STAFF else 404}, answers


def test_without_a_log_in_the_outbox_asks_for_one(item: Milestone, client: Client) -> None:
    for path in pages(item).values():
        assert client.get(path)["Location"].startswith(reverse("account_login"))


def test_staff_of_another_programme_find_nothing(item: Milestone, client: Client) -> None:
    other = factories.programme_role(factories.programme(), "officer")
    paths = pages(item)
    shown = signed_in(client, other).get(paths.pop("list"))
    assert "No mail yet" in shown.content.decode()
    assert {client.get(path).status_code for path in paths.values()} == {404}


def test_a_mail_that_tells_of_other_programmes_too_keeps_its_text(
    cast: Cast, client: Client
) -> None:
    Member.objects.filter(user=cast["stranger"]).delete()
    Member.objects.create(network=cast.boreas, user=cast["lead"], role="lead")
    factories.milestone(cast.boreas, contractual_date=date(2026, 6, 8), title="Canary of Boreas")
    item = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    sweep(MONDAY)
    paths = pages(item)
    signed_in(client, cast["officer"])
    shown = "".join(client.get(paths[name]).content.decode() for name in ("list", "message"))
    assert "Canary of Boreas" not in shown
    assert "BOREAS" not in shown
    assert "so its text is not shown here" in shown
    assert client.get(paths["body"]).status_code == 404


def test_the_message_page_shows_what_was_said_without_the_persons_links(
    cast: Cast, item: Milestone, client: Client
) -> None:
    page = signed_in(client, cast["officer"]).get(pages(item)["message"]).content.decode()
    assert "Secret plan" in page
    assert "/do/…/" in page
    assert ItemLink.objects.get().key.hex not in page


def test_the_html_part_lies_in_a_cage(cast: Cast, item: Milestone, client: Client) -> None:
    body = signed_in(client, cast["officer"]).get(pages(item)["body"])
    policy = body["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_the_duty_page_says_who_was_told_what_and_when(
    cast: Cast, item: Milestone, client: Client
) -> None:
    page = signed_in(client, cast["officer"]).get(pages(item)["duty"]).content.decode()
    for words in ("Secret plan", "Lead", "7 days before", "Sent", "30 days before", "Superseded"):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("?person=lead", 1),
        ("?person=nobody", 0),
        ("?state=accepted", 1),
        ("?state=refused", 0),
        ("?morning=2026-06-01", 1),
        ("?morning=2026-06-02", 0),
    ],
)
def test_the_outbox_is_filtered(
    cast: Cast, item: Milestone, client: Client, query: str, found: int
) -> None:
    page = signed_in(client, cast["officer"]).get(reverse("outbox") + query)
    assert page.context["page"].paginator.count == found


def test_the_outbox_is_filtered_by_a_network_one_runs(
    cast: Cast, item: Milestone, client: Client
) -> None:
    signed_in(client, cast["officer"])
    own = client.get(reverse("outbox"), {"network": cast.aurora.pk})
    foreign = client.get(reverse("outbox"), {"network": cast.boreas.pk})
    assert own.context["page"].paginator.count == 1
    assert foreign.status_code == 400


def test_an_unknown_kind_of_duty_is_a_404(cast: Cast, client: Client) -> None:
    path = reverse("duty-reminders", args=["nonsense", 1])
    assert signed_in(client, cast["officer"]).get(path).status_code == 404


def test_staff_take_the_links_of_an_item_back(cast: Cast, item: Milestone, client: Client) -> None:
    with time_machine.travel(MONDAY, tick=False):
        signed_in(client, cast["officer"]).post(pages(item)["duty"], {"revoke": "1"})
    assert ItemLink.objects.get().revoked_at is not None


def test_nobody_else_takes_links_back(cast: Cast, item: Milestone, client: Client) -> None:
    assert (
        signed_in(client, cast["lead"]).post(pages(item)["duty"], {"revoke": "1"}).status_code
        == 404
    )
    assert ItemLink.objects.get().revoked_at is None


def test_each_page_costs_the_same_at_ten_and_at_a_hundred_rows(
    cast: Cast, item: Milestone, client: Client, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, cast["officer"])
    _more(item, 9)
    costs = {}
    for path in pages(item).values():
        client.get(path)
        with django_assert_max_num_queries(25) as spent:
            client.get(path)
        costs[path] = len(spent)
    _more(item, 100)
    for path, cost in costs.items():
        with django_assert_max_num_queries(cost):
            assert client.get(path).status_code == 200


def _more(item: Milestone, count: int) -> None:
    for _ in range(count):
        person = factories.user()
        message = Message.objects.create(
            recipient=person,
            local_day=MONDAY.date(),
            dedupe_key=f"more:{person.pk}",
            message_id=f"<more-{person.pk}@example.org>",
            created_at=MONDAY,
            next_try_at=MONDAY,
        )
        Reminder.objects.create(
            network=item.network,
            recipient=person,
            message=message,
            duty_kind="milestone",
            duty_id=item.pk,
            deadline_version=1,
            due_date=item.due_date,
            offset_days=-7,
            audience="responsible",
            planned_at=MONDAY,
        )


def test_the_message_page_lets_the_mail_be_framed_and_no_other_page_does(
    cast: Cast, item: Milestone, client: Client
) -> None:
    signed_in(client, cast["officer"])
    policies = {
        name: client.get(path)["Content-Security-Policy"] for name, path in pages(item).items()
    }
    assert "frame-src 'self'" in policies["message"]
    assert "frame-src 'none'" in policies["list"]
