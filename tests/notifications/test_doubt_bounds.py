"""What dead workers left and what is in doubt: how many, from when on, and what is written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from milestones.models import Milestone
from notifications import journal
from notifications.conversing import Answer, Outcome
from notifications.journal import Journal
from notifications.models import Attempt, Message, Reminder
from notifications.services import plan, recovering
from notifications.services.claiming import claim
from notifications.services.gate import enter
from notifications.services.recovering import ELSEWHERE, MAX_CRASHES, recover
from notifications.services.resolving import resolve
from tests.notifications.conftest import at
from tests.notifications.waiting import in_the_air, queued, values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = MONDAY + timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
FREED = ("state", "token", "lease_until", "next_try_at")


@pytest.fixture(autouse=True)
def begun(db: None, settings: Any, tmp_path: Any) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"
    enter(MONDAY)


def lease_ended(ago: timedelta = SECOND) -> None:
    Message.objects.filter(lease_until__isnull=False).update(lease_until=Now() - ago)


def test_where_nobody_died_nothing_is_recovered() -> None:
    queued(MONDAY, 2)
    claim(MONDAY, uuid4())
    in_the_air(MONDAY)
    assert recover(LATER) == 0
    assert values("state") == ["claimed"] * 2


def test_what_was_claimed_is_due_again_at_once() -> None:
    queued(MONDAY, 2)
    claim(MONDAY, uuid4())
    lease_ended()
    assert recover(LATER) == 2
    assert values(*FREED) == [("due", None, None, LATER)] * 2
    # It has cost a worker its life, and stays a suspect.
    assert values("crashes") == [1, 1]


def test_after_so_many_dead_workers_a_mail_is_refused_and_its_neighbour_is_not(
    item: Milestone,
) -> None:
    plan(MONDAY)
    neighbour = queued(MONDAY)
    claim(MONDAY, uuid4())
    Message.objects.filter(pk__in=neighbour).update(crashes=MAX_CRASHES - 1)
    Message.objects.exclude(pk__in=neighbour).update(crashes=MAX_CRASHES)
    lease_ended()
    assert recover(LATER) == 2
    assert values("state") == ["refused", "due"]
    assert Reminder.objects.get(offset_days=-7).state == "refused"


@pytest.mark.parametrize(("ago", "settled"), [(ELSEWHERE, 2), (ELSEWHERE - 10 * SECOND, 0)])
def test_another_machine_is_given_time_to_say_what_became_of_its_mails(
    ago: timedelta, settled: int
) -> None:
    queued(MONDAY, 2)
    batch, _ = in_the_air(MONDAY)
    lease_ended(ago)
    assert recover(LATER) == settled
    state = "unknown" if settled else "handing_over"
    assert values("state", "token") == [(state, batch.token)] * 2
    assert Attempt.objects.count() == settled


@pytest.mark.parametrize(("clock", "settled"), [(99.9, 0), (100.0, 1)])
def test_a_worker_that_lives_here_keeps_its_mails_until_its_own_time_is_over(
    monkeypatch: pytest.MonkeyPatch, clock: float, settled: int
) -> None:
    monkeypatch.setattr(recovering, "ticks", lambda: clock)
    queued(MONDAY)
    log = Journal(uuid4(), 100.0)
    claim(MONDAY, log.token)
    Message.objects.update(state="handing_over", tries=1)
    # The database's clock has jumped.
    lease_ended(ELSEWHERE)
    assert recover(LATER) == settled
    assert values("state") == ["due" if settled else "handing_over"]
    log.close(done=True)


def test_a_dead_workers_journal_stays_while_one_of_its_mails_is_open(settings: Any) -> None:
    queued(MONDAY, 2)
    log, done = Journal(uuid4()), Journal(uuid4())
    claim(MONDAY, log.token)
    for each in (log, done):
        each.close(done=False)
    Message.objects.filter(pk=values("pk")[0]).update(state="accepted")
    with journal.abandoned() as dead:
        recovering._tidy(dead)
    assert log.path.exists()
    assert not done.path.exists()
    Message.objects.update(state="unknown")
    recovering._tidy([log.token])
    assert not log.path.exists()


def test_of_a_dead_workers_batch_each_mail_has_its_own_fate() -> None:
    queued(MONDAY, 3)
    log = Journal(uuid4())
    batch = claim(MONDAY, log.token)
    Message.objects.update(state="handing_over", tries=1, handed_over_at=MONDAY)
    answered, begun, rest = batch.ids
    log.begin((answered, 1))
    log.answer((answered, 1), Answer(Outcome.ACCEPTED, 250, "OK kept"))
    log.begin((begun, 1))
    # Of an earlier attempt: it says nothing of this one.
    log.begin((rest, 0))
    log.close(done=False)
    assert recover(LATER) == 3
    assert values("state", "tries", "token") == [
        ("accepted", 1, log.token),
        ("unknown", 1, log.token),
        ("due", 0, None),
    ]
    assert values("handed_over_at") == [MONDAY, MONDAY, None]
    rows = Attempt.objects.order_by("message").values_list("message", "outcome", "code", "at")
    assert list(rows) == [(answered, "accepted", 250, LATER), (begun, "unknown", None, LATER)]
    assert not log.path.exists()


def test_the_counts_of_the_claimed_and_of_each_dead_batch_are_added_up() -> None:
    tokens = [uuid4() for _ in range(3)]
    for number, token in enumerate(tokens, 1):
        ids = queued(MONDAY, number)
        claim(MONDAY, token)
        if number > 1:
            Message.objects.filter(pk__in=ids).update(state="handing_over", tries=1)
    lease_ended(ELSEWHERE)
    assert recover(LATER) == 6
    assert values("state") == ["due"] + ["unknown"] * 5


def in_doubt(number: int = 1, tries: int = 1, **fields: Any) -> list[int]:
    known = {"state": "unknown", "tries": tries, "handed_over_at": MONDAY, "settled_at": MONDAY}
    return queued(MONDAY, number, **(known | {"token": uuid4()} | fields))


ARRIVED: set[int] = set()
ASKED: list[list[int]] = []


def has(messages: Sequence[Message]) -> set[int]:
    ASKED.append([message.pk for message in messages])
    return ARRIVED


@pytest.fixture
def askable(settings: Any) -> None:
    settings.MAIL_RELAY, settings.MAIL_RELAY_LOOKUP = "askable", f"{__name__}.has"
    ARRIVED.clear()
    ASKED.clear()


def test_with_nothing_in_doubt_nobody_is_asked(askable: None) -> None:
    assert resolve(LATER) == 0
    assert ASKED == []


def test_a_relay_is_asked_once_the_time_is_over_and_never_for_a_second_copy(
    askable: None, settings: Any
) -> None:
    in_doubt()
    in_doubt(resent=True)
    ripe = MONDAY + settings.MAIL_SETTLE_AFTER
    assert resolve(ripe - INSTANT) == 0
    assert ASKED == []
    assert resolve(ripe) == 1
    assert values(*FREED, "resent") == [
        ("due", None, None, ripe, False),
        ("unknown", *values(*FREED[1:], resent=True)[0], True),
    ]


def test_all_that_were_asked_about_are_counted_whatever_the_relay_says(
    askable: None, settings: Any
) -> None:
    settings.MAIL_BATCH = 3
    first, second, third, *_ = in_doubt(4)
    # Nobody holds it any more: there is no worker's token to settle it by.
    Message.objects.filter(pk=third).update(token=None)
    ARRIVED.update({second, third})
    ripe = MONDAY + timedelta(minutes=15)
    assert resolve(ripe) == 3
    assert [[first, second, third]] == ASKED
    assert values("state") == ["due", "accepted", "unknown", "unknown"]
    attempt = Attempt.objects.get()
    assert (attempt.message_id, attempt.outcome, attempt.code) == (second, "accepted", None)
    assert (attempt.reply, attempt.at) == ("The mail server was asked and has it.", ripe)


def test_a_plain_relay_gets_one_marked_copy_of_a_mornings_mail_only(settings: Any) -> None:
    in_doubt(2)
    ripe = MONDAY + settings.MAIL_SETTLE_AFTER
    assert resolve(ripe - INSTANT) == 0
    assert resolve(ripe) == 2
    assert values(*FREED, "resent") == [("due", None, None, ripe, True)] * 2


def test_a_relay_that_drops_copies_gets_each_again_by_its_own_tries(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_RELAY = "idempotent"
    monkeypatch.setattr(random, "uniform", lambda low, high: (low + high) / 2)
    for tries in (1, 2, 3):
        in_doubt(tries=tries)
    assert resolve(LATER) == 3
    assert values(*FREED, "resent") == [
        ("due", None, None, LATER, False),
        ("due", None, None, LATER + timedelta(seconds=60), False),
        ("due", None, None, LATER + timedelta(seconds=300), False),
    ]


@pytest.mark.parametrize(("late", "resent"), [(-INSTANT, False), (timedelta(0), True)])
def test_the_key_is_good_within_the_window_and_not_at_its_end(
    settings: Any, late: timedelta, resent: bool
) -> None:
    settings.MAIL_RELAY = "idempotent"
    in_doubt()
    assert resolve(MONDAY + settings.MAIL_IDEMPOTENCY_WINDOW + late) == 1
    assert values("state", "resent") == [("due", resent)]


def test_what_goes_again_by_key_and_what_goes_as_a_copy_are_counted_together(
    settings: Any,
) -> None:
    settings.MAIL_RELAY = "idempotent"
    settings.MAIL_IDEMPOTENCY_WINDOW = timedelta(minutes=30)
    in_doubt(2)
    in_doubt(1, handed_over_at=MONDAY - timedelta(hours=1))
    assert resolve(MONDAY + timedelta(minutes=20)) == 3
    assert values("resent") == [False, False, True]
