"""News that is settled before it is told: withdrawn, told once, or told to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from milestones.models import Milestone
from milestones.services import (
    claim_milestone,
    post_update,
)
from milestones.services.amendments import approve_amendment
from networks.duties import source
from networks.models import Event, Member, ProgrammeRole, User
from notifications.failpoints import AFTER_CLAIM
from notifications.models import Message, Preference
from notifications.services import deliver, steering, sweep
from notifications.services.noticing import plan_notices
from notifications.services.quieting import mute_network, silence_item
from notifications.services.stopping import stop_ladder
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script, serving
from tests.notifications.test_notices import (
    BEGUN,
    LATER,
    PROOF,
    act,
    asked,
    claimed,
    send_back,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def listening(cast: Cast) -> None:
    """The log has been read for news up to here."""
    plan_notices(at("2026-06-01 00:00"))
    plan_notices(BEGUN)


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    settings.SITE_URL = "https://tracker.example.org"
    with serving(Script(), settings) as script:
        yield script


def hand_in_again(cast: Cast, item: Milestone) -> None:
    item.refresh_from_db()
    claim_milestone(act(cast, "lead", LATER), item, achieved_on=date(2026, 6, 2), evidence=PROOF)


def drop(cast: Cast, item: Milestone) -> None:
    Milestone.objects.filter(pk=item.pk).update(state="dropped")


def write(cast: Cast, item: Milestone) -> None:
    item.refresh_from_db()
    post_update(act(cast, "lead", LATER), item, confidence="on_track", percent=80)


def leave(cast: Cast, item: Milestone) -> None:
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 6, 6))


def close_account(cast: Cast, item: Milestone) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(is_active=False)


def mute_it(cast: Cast, item: Milestone) -> None:
    (duty,) = source("milestone").among([item.pk])
    silence_item(act(cast, "lead", LATER), cast["lead"], duty)


def snooze_it(cast: Cast, item: Milestone) -> None:
    (duty,) = source("milestone").among([item.pk])
    silence_item(act(cast, "lead", LATER), cast["lead"], duty, until=date(2026, 6, 20))


def mute_all(cast: Cast, item: Milestone) -> None:
    mute_network(act(cast, "lead", LATER), cast["lead"], cast.aurora)


def stop(cast: Cast, item: Milestone) -> None:
    (duty,) = source("milestone").among([item.pk])
    stop_ladder(act(cast, "officer", LATER), duty, reason="Settled by phone.")


def wish_none(cast: Cast, item: Milestone) -> None:
    Preference.objects.create(user=cast["lead"], notices=False)


SETTLED = [
    hand_in_again,
    drop,
    write,
    leave,
    close_account,
    mute_it,
    snooze_it,
    mute_all,
    stop,
    wish_none,
]


@pytest.mark.parametrize("settle", SETTLED)
def test_what_is_settled_meanwhile_is_withdrawn(cast: Cast, relay: Script, settle: Any) -> None:
    item = claimed(cast)
    send_back(cast, item)
    plan_notices(LATER)
    assert told() == ["Lead"]
    settle(cast, item)
    sweep(LATER + timedelta(minutes=1))
    assert Message.objects.get(recipient=cast["lead"]).state == "cancelled"
    assert cast["lead"].email not in relay.to()


@pytest.mark.parametrize("settle", SETTLED)
def test_what_is_settled_in_the_last_moment_does_not_leave(
    cast: Cast, relay: Script, settle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = claimed(cast)
    send_back(cast, item)
    done: list[str] = []

    def reach(point: str) -> None:
        # A worker has taken the mail, and is about to decide it.
        if point == AFTER_CLAIM and not done:
            done.append(point)
            settle(cast, item)

    monkeypatch.setattr("notifications.services.taking.reach", reach)
    sweep(LATER)
    assert done
    assert relay.received == []
    assert Message.objects.get(kind="notice").state == "cancelled"


def test_what_came_back_twice_is_told_twice_but_once_if_both_wait(cast: Cast) -> None:
    item = claimed(cast)
    send_back(cast, item)
    hand_in_again(cast, item)
    send_back(cast, item, LATER + timedelta(minutes=1))
    plan_notices(LATER + timedelta(minutes=2))
    assert told() == ["Lead"]
    assert Message.objects.get(kind="notice").event == Event.objects.filter(verb="return").latest(
        "at"
    )


def test_who_leads_since_then_is_told_in_the_leads_place(cast: Cast, relay: Script) -> None:
    item = claimed(cast)
    send_back(cast, item)
    plan_notices(LATER)
    leave(cast, item)
    sweep(LATER + timedelta(minutes=1))
    assert relay.to() == [cast["deputy"].email]


def test_a_decision_that_was_told_is_not_told_again_when_the_lead_changes(
    cast: Cast, relay: Script
) -> None:
    approve_amendment(act(cast, "manager"), asked(cast))
    sweep(LATER)
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 6, 6))
    sweep(LATER + timedelta(hours=3))
    assert sorted(relay.to()) == sorted([cast["lead"].email, cast["deputy"].email])


def test_who_left_the_programme_is_not_told(cast: Cast) -> None:
    amendment = asked(cast, "officer")
    ProgrammeRole.objects.filter(user=cast["officer"]).update(ends=date(2026, 6, 6))
    approve_amendment(act(cast, "manager"), amendment)
    plan_notices(LATER)
    assert told() == ["Lead"]


def test_a_notice_in_doubt_waits_for_staff(cast: Cast, relay: Script) -> None:
    send_back(cast, claimed(cast))
    relay.say("dot", CUT)
    sweep(LATER)
    relay.forget()
    sweep(LATER + timedelta(hours=2))
    row = Message.objects.get(kind="notice")
    assert (row.state, row.resent, len(relay.received)) == ("unknown", False, 1)


def alone(officer: Any, message: Message) -> None:
    steering.retry(officer, message, reason="There is room now.")


def with_others(officer: Any, message: Message) -> None:
    steering.retry_all(officer, Message.objects.all(), reason="There is room now.")


@pytest.mark.parametrize("again", [alone, with_others])
def test_news_that_was_refused_goes_out_when_it_is_tried_again(
    cast: Cast, relay: Script, again: Any
) -> None:
    send_back(cast, claimed(cast))
    relay.say("dot", "552 the mailbox is full")
    sweep(LATER)
    relay.forget()
    refused = Message.objects.get(kind="notice")
    assert refused.state == "refused"
    again(act(cast, "officer", LATER), refused)
    deliver(LATER)
    assert relay.to() == [cast["lead"].email]
    assert Message.objects.get(kind="notice").state == "accepted"
