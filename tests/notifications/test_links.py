"""Links are made with the ledger, read at sending, and hold for the days the mail promises."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail, signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.crypto import salted_hmac

from milestones.models import Milestone
from notifications.models import ItemLink, Reminder
from notifications.services import deliver, plan
from notifications.services.answering import revoke_links
from notifications.services.links import (
    LATENESS,
    LIFETIME,
    make_links,
    person_of,
    personalise,
    token_of,
    weekly_token,
)
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
SECOND = timedelta(seconds=1)


def planned() -> Any:
    return Reminder.objects.filter(state="planned")


def sent() -> str:
    (letter,) = mail.outbox
    return str(letter.body)


def test_planning_makes_the_link_and_sending_none(item: Milestone) -> None:
    plan(MONDAY)
    planned = ItemLink.objects.values().get()
    deliver(MONDAY)
    assert ItemLink.objects.values().get() == planned
    assert token_of(planned["key"]) in sent()


def test_sending_makes_what_is_missing(item: Milestone) -> None:
    plan(MONDAY)
    ItemLink.objects.all().delete()
    deliver(MONDAY)
    assert token_of(ItemLink.objects.get().key) in sent()


@pytest.mark.parametrize("late", [timedelta(0), LATENESS])
def test_a_link_of_a_mail_that_leaves_in_time_is_left_alone(
    item: Milestone, late: timedelta
) -> None:
    plan(MONDAY)
    make_links(planned(), MONDAY + late)
    assert ItemLink.objects.get().expires_at == MONDAY + LIFETIME


@pytest.mark.parametrize("late", [LATENESS + SECOND, timedelta(days=4), timedelta(days=20)])
def test_a_mail_that_leaves_late_holds_a_link_for_all_its_days(
    item: Milestone, late: timedelta
) -> None:
    plan(MONDAY)
    key = ItemLink.objects.get().key
    make_links(planned(), MONDAY + late)
    link = ItemLink.objects.get()
    assert link.expires_at == MONDAY + late + LIFETIME
    assert link.key == key


def test_a_link_taken_back_before_the_mail_left_is_not_sent(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    assert revoke_links(factories.act(cast["officer"], MONDAY), item) == 1
    deliver(MONDAY + timedelta(days=3))
    link = ItemLink.objects.get()
    assert link.revoked_at == MONDAY
    assert link.expires_at == MONDAY + LIFETIME
    assert token_of(link.key) not in sent()
    assert reverse("milestone", args=[item.pk]) in sent()


def test_links_cost_the_same_for_any_number_of_lines(cast: Cast) -> None:
    for _ in range(20):
        factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    with CaptureQueriesContext(connection) as one:
        make_links(planned()[:1], MONDAY)
    with CaptureQueriesContext(connection) as all_of_them:
        assert len(make_links(planned(), MONDAY)) == 20
    # The lines themselves, and their links.
    assert len(one) == len(all_of_them) == 2


def test_a_token_is_the_one_that_earlier_versions_have_sent() -> None:
    key = uuid4()
    digest = salted_hmac("notifications.item-link", key.hex, algorithm="sha256").digest()
    assert token_of(key) == urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_token_that_bundles_mails_is_one_person_s_and_outlives_a_change_of_keys(
    settings: Any,
) -> None:
    token, earlier = weekly_token(7), signing.dumps(7, salt="notifications.weekly")
    assert person_of(token) == person_of(earlier) == 7
    settings.SECRET_KEY, before = "x" * 50, settings.SECRET_KEY
    assert person_of(token) is person_of(earlier) is None
    settings.SECRET_KEY_FALLBACKS = [before]
    assert person_of(token) == person_of(earlier) == 7
    assert weekly_token(7) != token


@pytest.mark.parametrize(
    "change", ["8{}", "{}x", "{}é", "", "7", "7.", ".", "é.{}", "²{}", "a:b:c"]
)
def test_a_token_that_was_tampered_with_is_nobody_s(change: str) -> None:
    signature = weekly_token(7).removeprefix("7")
    assert person_of(change.format(signature)) is None


def test_texts_without_an_address_stay_as_they_are() -> None:
    assert personalise("", "/do/link-x/ /less-mail/person-/", recipient=None) == [
        "",
        "/do/link-x/ /less-mail/person-/",
    ]


def test_nobody_is_sent_a_link_that_is_not_theirs_to_answer(cast: Cast, item: Milestone) -> None:
    plan(at("2026-06-29 08:00"))
    told = set(planned().values_list("audience", flat=True))
    linked = set(ItemLink.objects.values_list("reminder__audience", flat=True))
    assert "officers" in told
    assert linked <= {"responsible", "leads"}
