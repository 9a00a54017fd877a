"""The hand-over's transaction: which rows are decided, and what is written of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from milestones.models import Milestone
from networks.models import Member, User
from networks.services.inviting import Asked, invite
from notifications.models import Message, Reminder, Sending, Suppression
from notifications.services import plan, set_preferences
from notifications.services.claiming import Batch, claim
from notifications.services.gate import enter
from notifications.services.handover import Outgoing, hand_over
from notifications.services.inviting import plan_invitations
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.waiting import values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = MONDAY + timedelta(seconds=30)


@pytest.fixture
def batch(cast: Cast, item: Milestone) -> Batch:
    """Two mails that a worker has claimed: to the lead, and to a member with an item."""
    factories.milestone(
        cast.aurora,
        contractual_date=date(2026, 6, 8),
        responsible=Member.objects.get(user=cast["member"]),
    )
    enter(MONDAY)
    plan(MONDAY)
    return claim(MONDAY, uuid4())


def decide(batch: Batch, ids: Any = None, now: Any = LATER) -> list[Outgoing]:
    epoch = Sending.objects.get().epoch
    return hand_over(batch, batch.ids if ids is None else ids, epoch, now)


def test_what_may_leave_is_marked_with_all_that_it_says(batch: Batch, cast: Cast) -> None:
    going = decide(batch)
    assert [each.message.pk for each in going] == sorted(batch.ids)
    assert [each.letter.recipient for each in going] == values("recipient__email")
    assert (
        values("state", "tries", "crashes", "handed_over_at", "settled_at", "token")
        == [("handing_over", 1, 0, LATER, None, batch.token)] * 2
    )
    assert values("address") == values("recipient__email")
    for each in going:
        row = Message.objects.get(pk=each.message.pk)
        assert (row.subject, row.text) == (each.message.subject, each.message.text)
        assert row.html == each.message.html
        assert "" not in (row.subject, row.text, row.html)
        assert (each.message.tries, each.flight) == (1, (row.pk, 1))
        assert (each.message.crashes, each.message.handed_over_at) == (0, LATER)


def test_only_what_is_named_is_decided(batch: Batch) -> None:
    (one, _) = batch.ids
    assert [each.message.pk for each in decide(batch, [one])] == [one]
    assert values("state") == ["handing_over", "claimed"]
    assert decide(batch, []) == []


@pytest.mark.parametrize(
    "change",
    [
        {"state": "due"},
        {"state": "handing_over"},
        {"token": "00000000-0000-0000-0000-000000000001"},
        {"lease_until": MONDAY},
    ],
)
def test_a_row_that_is_ours_no_more_is_left_alone(batch: Batch, change: dict[str, Any]) -> None:
    one, other = batch.ids
    Message.objects.filter(pk=one).update(**change)
    before = values("state", "token", "tries", "text", pk=one)
    assert [each.message.pk for each in decide(batch)] == [other]
    assert values("state", "token", "tries", "text", pk=one) == before


def test_a_lease_that_ends_now_is_over(batch: Batch) -> None:
    Message.objects.update(lease_until=Now() - timedelta(microseconds=1))
    assert decide(batch) == []


def test_in_another_installation_nothing_is_decided(batch: Batch) -> None:
    assert hand_over(batch, batch.ids, "another", LATER) == []
    Sending.objects.update(name="another")
    assert hand_over(batch, batch.ids, Sending.objects.get().epoch, LATER) == []
    assert values("state") == ["claimed"] * 2


def test_a_mail_that_does_not_leave_takes_nothing_from_its_neighbour(
    batch: Batch, cast: Cast
) -> None:
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 5, 31))
    (left,) = decide(batch)
    assert left.message.recipient == cast["member"]
    columns = ("state", "tries", "crashes", "settled_at", "handed_over_at")
    assert values(*columns, recipient=cast["lead"]) == [("cancelled", 0, 0, LATER, None)]
    assert Reminder.objects.get(recipient=cast["lead"], offset_days=-7).state == "held"


@pytest.mark.parametrize("reason", ["address", "suppressed"])
def test_what_is_refused_by_ourselves_was_a_try_and_its_lines_follow(
    batch: Batch, cast: Cast, reason: str
) -> None:
    lead = cast["lead"]
    if reason == "address":
        User.objects.filter(pk=lead.pk).update(email="a@example.org, b@example.org")
        note = "This is not one valid e-mail address."
    else:
        Suppression.objects.create(user=lead, address=lead.email, since=MONDAY, reason="no")
        note = "Not sent: mail to this address comes back. Staff or the person can release it."
    assert len(decide(batch)) == 1
    columns = ("state", "note", "tries", "crashes", "settled_at")
    assert values(*columns, recipient=lead) == [("refused", note, 1, 0, LATER)]
    line = Reminder.objects.get(recipient=lead, offset_days=-7)
    assert line.state == "refused"
    assert Reminder.objects.get(recipient=cast["member"], offset_days=-7).state == "planned"


def test_whose_account_is_closed_gets_nothing_and_is_not_called_barred(
    batch: Batch, cast: Cast
) -> None:
    lead = cast["lead"]
    Suppression.objects.create(user=lead, address=lead.email, since=MONDAY, reason="no")
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert len(decide(batch)) == 1
    note = "Nothing was left to say at the moment of sending."
    assert values("state", "note", recipient=lead) == [("cancelled", note)]


def test_of_two_that_are_dropped_for_two_reasons_each_has_its_own(batch: Batch, cast: Cast) -> None:
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 5, 31))
    User.objects.filter(pk=cast["member"].pk).update(email="nobody")
    assert decide(batch) == []
    assert dict(values("recipient__name", "state")) == {"Lead": "cancelled", "Member": "refused"}


def test_whose_account_is_closed_gets_no_summary_either(cast: Cast) -> None:
    """It has something to say without any line; nobody is there to read it."""
    officer = cast["officer"]
    set_preferences(factories.act(officer), officer, rhythm="summary")
    enter(MONDAY)
    plan(MONDAY)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert decide(claim(MONDAY, uuid4())) == []
    assert values("kind", "state", "text") == [("summary", "cancelled", "")]


def test_lines_of_mails_that_are_not_at_hand_stay_as_they_are(batch: Batch, cast: Cast) -> None:
    one, other = batch.ids
    Message.objects.filter(pk=other).update(state="refused")
    User.objects.filter(email__in=values("recipient__email", pk=one)).update(email="nobody")
    assert decide(batch, [one]) == []
    lines = Reminder.objects.filter(offset_days=-7)
    assert dict(lines.values_list("message", "state")) == {one: "refused", other: "planned"}


def invited(cast: Cast, number: int) -> Batch:
    """So many invitations to the network, claimed."""
    act = factories.act(cast["lead"], at=MONDAY)
    names = [f"{number}.{each}@example.org" for each in range(number)]
    invite(act, cast.programme, cast.aurora, [Asked(name, "member") for name in names])
    plan_invitations(MONDAY)
    return claim(MONDAY, uuid4())


def test_an_invitation_costs_two_statements_of_its_own(cast: Cast) -> None:
    """Who has the address already, and what they are to hand in; all else is read together."""
    enter(MONDAY)
    epoch = Sending.objects.get().epoch
    asked = []
    for number in (1, 4):
        held = invited(cast, number)
        with CaptureQueriesContext(connection) as statements:
            assert len(hand_over(held, held.ids, epoch, LATER)) == number
        asked.append(len(statements))
    assert asked[1] - asked[0] == 3 * 2
