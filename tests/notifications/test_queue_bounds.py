"""Taking from the queue, giving back, writing down: both sides of each bound, each number."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from milestones.models import Milestone
from notifications.conversing import Answer, Outcome
from notifications.models import Attempt, Message, Reminder, Sending
from notifications.services import plan
from notifications.services.claiming import (
    GIVE_UP_AFTER,
    PAUSES,
    begin_alone,
    claim,
    follow,
    give_back,
    pause,
)
from notifications.services.gate import enter
from notifications.services.settling import note_attempts, settle, take_back
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.waiting import in_the_air, queued, values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = MONDAY + timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def begun(db: None) -> None:
    enter(MONDAY)


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that are not spread."""
    monkeypatch.setattr(random, "uniform", lambda low, high: (low + high) / 2)


def test_a_pause_is_the_one_of_its_try_spread_by_a_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    for spread in (min, max):
        factor = spread(0.8, 1.2)
        monkeypatch.setattr(random, "uniform", lambda *ends, spread=spread: spread(ends))
        for tries, seconds in enumerate((*PAUSES, PAUSES[-1], PAUSES[-1]), 1):
            assert pause(tries) == timedelta(seconds=seconds * factor)


def test_what_is_claimed_is_held_by_one_token_until_the_lease_ends(settings: Any) -> None:
    (pk,) = queued(MONDAY)
    queued(MONDAY, next_try_at=MONDAY + INSTANT)
    batch = claim(MONDAY, token := uuid4())
    assert (batch.token, batch.ids, batch.suspects) == (token, (pk,), frozenset())
    assert values("state", "token", "crashes", pk=pk) == [("claimed", token, 1)]
    ends = Message.objects.filter(pk=pk, lease_until__gt=Now())
    assert ends.filter(lease_until__lte=Now() + settings.MAIL_LEASE).exists()
    assert ends.filter(lease_until__gt=Now() + settings.MAIL_LEASE - timedelta(minutes=1)).exists()


def test_whom_work_was_begun_on_before_is_a_suspect_and_its_count_stays() -> None:
    fresh, again = queued(MONDAY), queued(MONDAY, crashes=3)
    batch = claim(MONDAY, uuid4())
    assert batch.suspects == frozenset(again)
    assert values("crashes") == [1, 3]
    begin_alone(batch, *again)
    assert values("crashes") == [1, 4]
    Message.objects.update(token=uuid4())
    begin_alone(batch, *fresh)
    assert values("crashes") == [1, 4]


@pytest.mark.parametrize(
    ("began", "taken", "left"),
    [
        (None, 3, 4),
        (MONDAY, 3, 1),
        (MONDAY - timedelta(minutes=1) + INSTANT, 3, 1),
        (MONDAY - timedelta(minutes=1), 3, 4),
        (MONDAY + timedelta(minutes=1), 3, 4),
        (MONDAY + timedelta(minutes=1) - INSTANT, 3, 1),
        (MONDAY, 2, 2),
        (MONDAY, 4, 0),
        (MONDAY, 9, 0),
    ],
)
def test_a_minute_is_a_minute_long_to_either_side(
    settings: Any, began: datetime | None, taken: int, left: int
) -> None:
    settings.MAILS_PER_MINUTE = 4
    queued(MONDAY, 6)
    Sending.objects.update(minute_began=began, in_minute=taken)
    assert len(claim(MONDAY, uuid4()).ids) == left
    row = Sending.objects.get()
    anew = left == settings.MAILS_PER_MINUTE
    assert row.in_minute == (left if anew else taken + left)
    assert row.minute_began == (MONDAY if anew else began)


def test_without_a_limit_nothing_is_counted() -> None:
    queued(MONDAY, 2)
    assert len(claim(MONDAY, uuid4()).ids) == 2
    row = Sending.objects.get()
    assert (row.in_minute, row.minute_began) == (0, None)


def test_what_is_given_back_without_a_fault_is_due_as_before() -> None:
    queued(MONDAY, tries=1)
    batch = claim(MONDAY, uuid4())
    give_back(batch, batch.ids, LATER)
    columns = ("state", "token", "lease_until", "crashes", "tries", "next_try_at", "note")
    assert values(*columns) == [("due", None, None, 0, 1, MONDAY, "")]


def test_what_is_given_back_after_a_fault_waits_by_its_own_tries(even: None) -> None:
    for tries in (0, 1, 1, 7):
        queued(MONDAY, tries=tries)
    batch = claim(MONDAY, uuid4())
    give_back(batch, batch.ids[:3], LATER, "x" * 600)
    assert values("state", "tries", "next_try_at", "note", tries__lt=7) == [
        ("deferred", 1, LATER + timedelta(seconds=60), "x" * 500),
        ("deferred", 2, LATER + timedelta(seconds=300), "x" * 500),
        ("deferred", 2, LATER + timedelta(seconds=300), "x" * 500),
    ]
    assert values("token", "lease_until", "crashes", state="deferred") == [(None, None, 0)] * 3
    # Only what was named, and only what is still ours.
    assert values("state", tries=7) == ["claimed"]
    Message.objects.filter(tries=7).update(token=uuid4())
    give_back(batch, batch.ids, LATER, "a fault")
    give_back(batch, batch.ids, LATER)
    assert values("state", tries=7) == ["claimed"]


@pytest.mark.parametrize("note", ["", "a fault"])
def test_what_is_decided_is_not_given_back(note: str) -> None:
    queued(MONDAY)
    batch, _ = in_the_air(MONDAY)
    give_back(batch, batch.ids, LATER, note)
    assert values("state", "token", "tries") == [("handing_over", batch.token, 1)]


def test_a_suspect_that_is_given_back_stays_one_and_its_neighbour_is_none() -> None:
    queued(MONDAY, crashes=2)
    queued(MONDAY)
    batch = claim(MONDAY, uuid4())
    give_back(batch, batch.ids, LATER)
    assert values("crashes") == [2, 0]


def test_a_mail_is_given_up_when_five_days_are_over_and_not_before(item: Milestone) -> None:
    plan(MONDAY)
    end = MONDAY + GIVE_UP_AFTER
    Message.objects.update(tries=4)
    young = queued(MONDAY, created_at=MONDAY + INSTANT)
    batch = claim(MONDAY, uuid4())
    give_back(batch, batch.ids, end, "y" * 600)
    columns = ("state", "settled_at", "note", "tries", "token", "lease_until", "crashes")
    note = "Given up: " + "y" * 490
    assert values(*columns).pop(0) == ("refused", end, note, 4, None, None, 0)
    assert values("state", "settled_at", pk__in=young) == [("deferred", None)]
    assert Reminder.objects.get(offset_days=-7).state == "refused"


def test_lines_follow_only_the_mails_that_are_named_and_only_to_the_states_that_are(
    cast: Cast, item: Milestone
) -> None:
    plan(MONDAY)
    mail, line = Message.objects.get(), Reminder.objects.filter(offset_days=-7)
    Message.objects.update(state="accepted")
    follow([mail.pk], {"refused", "cancelled"})
    follow([mail.pk + 1], {"accepted"})
    follow([])
    assert line.get().state == "planned"
    follow([mail.pk], {"accepted", "deferred"})
    assert line.get().state == "sent"
    line.update(state="planned")
    follow()
    assert line.get().state == "sent"


ACCEPTED = Answer(Outcome.ACCEPTED, 250, "OK kept")
DEFERRED = Answer(Outcome.DEFERRED, 451, "later")
REFUSED = Answer(Outcome.REFUSED, 550, "no")
UNKNOWN = Answer(Outcome.UNKNOWN, None, "cut")
PAUSED = Answer(Outcome.DEFERRED, 530, "log in", queue_wide=True)


def test_each_answer_is_written_down_with_what_follows_from_it(even: None) -> None:
    queued(MONDAY, 5, note="from before")
    batch, going = in_the_air(MONDAY)
    said = [ACCEPTED, DEFERRED, REFUSED, UNKNOWN, PAUSED]
    answered = [(each, answer) for each, answer in zip(going, said, strict=True)]
    fates = settle(batch.token, answered, LATER)
    assert fates == {"accepted": 1, "deferred": 1, "refused": 1, "unknown": 1, "due": 1}
    pause_over = LATER + timedelta(seconds=60)
    assert values("state", "note", "next_try_at", "settled_at", "lease_until") == [
        ("accepted", "", MONDAY, LATER, None),
        ("deferred", "451 later", pause_over, LATER, None),
        ("refused", "550 no", LATER, LATER, None),
        ("unknown", "cut", LATER, LATER, None),
        ("due", "530 log in", LATER, LATER, None),
    ]
    rows = Attempt.objects.order_by("pk")
    assert list(rows.values_list("number", "at", "outcome", "code", "reply")) == [
        (1, LATER, "accepted", 250, "OK kept"),
        (1, LATER, "deferred", 451, "later"),
        (1, LATER, "refused", 550, "no"),
        (1, LATER, "unknown", None, "cut"),
        (1, LATER, "deferred", 530, "log in"),
    ]


def test_a_note_is_cut_to_what_is_kept() -> None:
    queued(MONDAY)
    batch, (going,) = in_the_air(MONDAY)
    settle(batch.token, [(going, Answer(Outcome.REFUSED, 550, "z" * 500))], LATER)
    assert values("note") == ["550 " + "z" * 496]


def test_without_an_answer_nothing_is_settled(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert settle(uuid4(), [], LATER) == {}
        assert take_back(uuid4(), [], state=Message.State.DUE) == 0
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(("state", "counts"), [("handing_over", 1), ("unknown", 1), ("due", 0)])
@pytest.mark.parametrize("answer", [ACCEPTED, REFUSED])
def test_an_answer_counts_while_the_mail_is_its_workers_or_in_doubt(
    state: str, counts: int, answer: Answer
) -> None:
    queued(MONDAY, 2)
    batch, (going, other) = in_the_air(MONDAY)
    Message.objects.filter(pk=going.pk).update(state=state)
    Message.objects.filter(pk=other.pk).update(token=uuid4())
    settle(batch.token, [(going, answer), (other, answer)], LATER)
    assert values("state") == [str(answer.outcome) if counts else state, "handing_over"]


@pytest.mark.parametrize(
    ("age", "state"), [(GIVE_UP_AFTER, "deferred"), (GIVE_UP_AFTER + INSTANT, "refused")]
)
def test_a_mail_put_off_for_more_than_five_days_is_refused(age: timedelta, state: str) -> None:
    queued(MONDAY, created_at=LATER - age)
    batch, (going,) = in_the_air(MONDAY)
    assert settle(batch.token, [(going, DEFERRED)], LATER) == {state: 1}
    assert values("state") == [state]


def test_what_was_not_begun_is_taken_back_as_if_it_had_not_been_decided() -> None:
    queued(MONDAY, 4)
    batch, going = in_the_air(MONDAY)
    ids = [each.pk for each in going]
    assert take_back(batch.token, ids[:1], state=Message.State.CLAIMED) == 1
    assert take_back(batch.token, ids[1:3], state=Message.State.DUE) == 2
    assert take_back(uuid4(), ids[3:], state=Message.State.DUE) == 0
    columns = ("state", "tries", "handed_over_at", "token")
    kept, *free, other = values(*columns)
    assert kept == ("claimed", 0, None, batch.token)
    assert free == [("due", 0, None, None)] * 2
    assert other == ("handing_over", 1, MONDAY, batch.token)
    assert [lease is None for lease in values("lease_until")] == [False, True, True, False]


def test_attempts_of_no_mail_are_no_fault() -> None:
    note_attempts([], LATER)
    assert not Attempt.objects.exists()
