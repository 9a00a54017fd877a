"""What is looked at again at the moment of sending, and what a worker that died leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from milestones.models import Milestone
from networks.models import Member, Network, User
from notifications import faces
from notifications.conversing import Answer
from notifications.models import Message, Reminder, Sending, Silence
from notifications.services import deliver, delivering, plan, sweep, taking
from notifications.services.claiming import begin_alone, claim, give_back
from notifications.services.handover import Outgoing
from notifications.services.recovering import ELSEWHERE, recover
from notifications.transport import Relay
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script, serving
from tests.notifications.test_sending import (
    LATER,
    MONDAY,
    SETTLE_AFTER,
    decided,
    held,
    outcomes,
    states,
)
from tracker.demo.environment import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast: Cast, item: Milestone) -> tuple[User, User]:
    """Two people with a mail each: the lead, and a member with an item of her own."""
    factories.milestone(
        cast.aurora,
        contractual_date=date(2026, 6, 8),
        responsible=Member.objects.get(user=cast["member"]),
    )
    return cast["lead"], cast["member"]


def lease_ends(since: timedelta = timedelta(seconds=1)) -> None:
    """The database's clock goes on; a test makes the leases older instead."""
    Message.objects.filter(lease_until__isnull=False).update(lease_until=Now() - since)


def test_a_worker_that_dies_after_its_claim_delays_the_mail_until_its_lease_ends(
    item: Milestone, relay: Script
) -> None:
    plan(MONDAY)
    # On another machine: there is no journal of it here.
    claim(MONDAY, uuid4())
    deliver(MONDAY + LATER)
    assert relay.received == []
    lease_ends()
    deliver(MONDAY + LATER)
    assert len(relay.received) == 1
    assert Message.objects.get().crashes == 0


@pytest.mark.parametrize(("lost_before", "state"), [(3, "accepted"), (4, "refused")])
def test_a_mail_over_which_five_workers_died_is_not_tried_again(
    item: Milestone, relay: Script, lost_before: int, state: str
) -> None:
    plan(MONDAY)
    Message.objects.update(crashes=lost_before)
    batch = claim(MONDAY, uuid4())
    begin_alone(batch, *batch.suspects)
    lease_ends()
    deliver(MONDAY + LATER)
    assert states() == {"Lead": state}
    line = Reminder.objects.get(offset_days=-7)
    assert line.state == ("sent" if state == "accepted" else "refused")


def test_a_suspect_that_is_given_back_stays_one(two: tuple[User, User]) -> None:
    plan(MONDAY)
    Message.objects.filter(recipient=two[0]).update(crashes=2)
    batch = claim(MONDAY, uuid4())
    assert len(batch.suspects) == 1
    give_back(batch, batch.ids, MONDAY, "no connection")
    crashes = dict(Message.objects.values_list("recipient", "crashes"))
    assert crashes == {two[0].pk: 2, two[1].pk: 0}
    deferred = claim(MONDAY + timedelta(minutes=2), uuid4())
    give_back(deferred, deferred.ids, MONDAY)
    assert dict(Message.objects.values_list("recipient", "crashes")) == crashes


def test_a_mail_that_kills_its_workers_takes_no_neighbour_with_it(
    two: tuple[User, User], relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = faces.render_digest

    def deadly(person: User, *rest: Any) -> Any:
        if person == two[0]:
            raise KeyboardInterrupt
        return honest(person, *rest)

    monkeypatch.setattr(faces, "render_digest", deadly)
    plan(MONDAY)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            deliver(MONDAY + LATER)
    deliver(MONDAY + LATER)
    assert states() == {"Lead": "refused", "Member": "accepted"}


def test_a_worker_of_another_machine_that_dies_while_handing_over_leaves_unknowns(
    two: Any, relay: Script
) -> None:
    assert len(decided(held())) == 2
    lease_ends()
    deliver(MONDAY + LATER)
    # Its own machine is given time to say what became of them.
    assert states() == {"Lead": "handing_over", "Member": "handing_over"}
    lease_ends(ELSEWHERE)
    deliver(MONDAY + LATER)
    assert states() == {"Lead": "unknown", "Member": "unknown"}
    assert outcomes() == ["unknown", "unknown"]
    deliver(MONDAY + LATER + SETTLE_AFTER + timedelta(seconds=2))
    assert len(relay.received) == 2
    assert all(mail["X-Possible-Copy"] for mail in relay.received)


def test_a_worker_whose_lease_has_ended_can_hand_nothing_over(item: Milestone) -> None:
    batch = held()
    lease_ends()
    assert decided(batch) == []
    assert states() == {"Lead": "claimed"}


def test_a_mail_taken_over_by_another_worker_is_handed_over_by_that_one_only(
    item: Milestone,
) -> None:
    first = held()
    lease_ends()
    recover(MONDAY)
    second = claim(MONDAY, uuid4())
    assert second.ids == first.ids
    assert decided(first) == []
    assert len(decided(second)) == 1


CHANGES: dict[str, Callable[[], object]] = {
    "the item is done": lambda: Milestone.objects.update(
        state="verified", actual_date=date(2026, 6, 1)
    ),
    "the deadline moves": lambda: Milestone.objects.update(
        revised_date=date(2026, 7, 9), deadline_version=2
    ),
    "the account is closed": lambda: User.objects.filter(name="Lead").update(is_active=False),
    "the role ends": lambda: Member.objects.filter(user__name="Lead").update(
        ends=date(2026, 5, 31)
    ),
    "the person mutes the network": lambda: Silence.objects.create(
        user=User.objects.get(name="Lead"),
        network=Network.objects.get(acronym="AURORA"),
        begun_at=MONDAY,
    ),
    "another installation sends": lambda: Sending.objects.update(epoch="another"),
}
FATES = {
    "another installation sends": {"Lead": "claimed"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_before_the_decision_is_heeded(
    item: Milestone, relay: Script, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    honest = taking.hand_over

    def late(*all_of_it: Any) -> list[Outgoing]:
        CHANGES[change]()
        return honest(*all_of_it)

    monkeypatch.setattr(taking, "hand_over", late)
    sweep(MONDAY)
    assert relay.received == []
    assert outcomes() == []
    assert states() == FATES.get(change, {"Lead": "cancelled"})


def test_a_line_muted_before_the_decision_is_planned_again_when_it_may(
    item: Milestone, relay: Script
) -> None:
    plan(MONDAY)
    CHANGES["the person mutes the network"]()
    deliver(MONDAY)
    assert Reminder.objects.get(offset_days=-7).state == "held"
    Silence.objects.update(ended_at=MONDAY)
    sweep(at("2026-06-02 08:00"))
    assert len(relay.received) == 1


def test_an_address_changed_before_the_decision_is_the_one_written_to(
    item: Milestone, relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(MONDAY)
    User.objects.filter(name="Lead").update(email="new@example.org")
    deliver(MONDAY)
    assert relay.to() == ["new@example.org"]


def test_what_was_decided_too_long_ago_is_decided_anew(
    two: tuple[User, User], relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Relay.send

    def slow(*all_of_it: Any) -> Answer:
        Member.objects.filter(user=two[1]).update(ends=date(2026, 5, 31))
        time.sleep(0.2)
        return honest(*all_of_it)

    monkeypatch.setattr(delivering, "FRESH_SECONDS", 0.1)
    monkeypatch.setattr(Relay, "send", slow)
    sweep(MONDAY)
    assert relay.to() == [two[0].email]
    assert states() == {"Lead": "accepted", "Member": "cancelled"}
    assert outcomes() == ["accepted"]


def planned_then(change: Any) -> None:
    plan(MONDAY)
    change()
    deliver(MONDAY)


def test_an_item_finished_after_planning_is_not_mailed(item: Milestone, relay: Script) -> None:
    done = {"state": "verified", "actual_date": date(2026, 6, 1)}
    planned_then(lambda: Milestone.objects.update(**done))
    assert relay.received == []
    assert states() == {"Lead": "cancelled"}
    assert Reminder.objects.get(offset_days=-7).state == "held"


def test_a_deadline_moved_after_planning_is_not_mailed_in_its_old_version(
    item: Milestone, relay: Script
) -> None:
    moved = {"revised_date": date(2026, 6, 9), "deadline_version": 2}
    planned_then(lambda: Milestone.objects.update(**moved))
    assert relay.received == []
    assert Reminder.objects.get(offset_days=-7).state == "superseded"
    sweep(at("2026-06-02 08:00"))
    assert len(relay.received) == 1


def test_a_member_removed_after_planning_is_not_mailed(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    gone = Member.objects.filter(user=cast["lead"])
    planned_then(lambda: gone.update(ends=date(2026, 5, 31)))
    assert relay.to() == []


def test_an_account_closed_after_planning_is_not_mailed(
    cast: Cast, item: Milestone, relay: Script
) -> None:
    planned_then(lambda: User.objects.filter(pk=cast["lead"].pk).update(is_active=False))
    assert relay.received == []


def test_after_an_outage_of_three_days_one_mail_tells_the_latest(
    item: Milestone, settings: Any
) -> None:
    port = free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    sweep(MONDAY)
    sweep(at("2026-06-08 08:00"))
    with serving(Script(), settings, port) as script:
        sweep(at("2026-06-09 08:00"))
        sweep(at("2026-06-09 14:00"))
        assert len(script.received) == 1
        assert "1 day late" in script.received[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    rows = Reminder.objects.filter(offset_days__gte=-7)
    assert dict(rows.values_list("offset_days", "state")) == {
        -7: "superseded",
        -1: "missed",
        0: "superseded",
        1: "sent",
    }
