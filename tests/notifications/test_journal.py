"""What is known of a dead worker's mails, by its journal, on its machine and elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from notifications import failpoints, journal
from notifications.conversing import Answer, Outcome
from notifications.journal import Evidence, Journal, abandoned, evidence, forget
from notifications.models import Attempt, Message, Sending
from notifications.services import deliver
from notifications.services.claiming import claim
from notifications.services.gate import enter
from notifications.services.handover import hand_over
from notifications.stopwatch import ticks
from tests.notifications.conftest import at
from tests.notifications.scripted import Script

MONDAY = at("2026-06-01 08:00")
LATER = MONDAY + timedelta(minutes=1)
TAKEN = Answer(Outcome.ACCEPTED, 250, "OK queued as 4711")


class Crash(BaseException):
    """Nothing in the sender catches it: to the rows it is what a kill is."""


@pytest.fixture(autouse=True)
def empty(settings: Any, tmp_path: Any) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"


@pytest.fixture
def three(people: Callable[[int], list[str]]) -> list[str]:
    """Three people with one mail each; their addresses in the order of the queue."""
    enter(MONDAY)
    return people(3)


LEFT: dict[str, int] = {}


def crash_at(point: str, times: int, settings: Any) -> None:
    """Let the sender die when it comes to a point for the nth time."""
    LEFT.clear()
    LEFT[point] = times
    settings.FAILPOINTS = f"{__name__}.count_down"


def count_down(point: str) -> None:
    if point in LEFT:
        LEFT[point] -= 1
        if LEFT[point] == 0:
            raise Crash(point)


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_it_tells_what_was_begun_and_answered() -> None:
    token = uuid4()
    log = Journal(token)
    log.begin((1, 1))
    log.answer((1, 1), TAKEN)
    log.begin((2, 3))
    assert evidence(token) == Evidence({(1, 1), (2, 3)}, {(1, 1): TAKEN})
    log.close(done=True)
    assert evidence(token) is None


def test_a_living_workers_journal_is_nobody_elses_and_a_dead_ones_is_one_persons() -> None:
    log = Journal(uuid4())
    with abandoned() as dead:
        assert dead == []
    log.close(done=False)
    with abandoned() as dead:
        assert dead == [log.token]
        with abandoned() as again:
            assert again == []
    forget(log.token)
    with abandoned() as dead:
        assert dead == []


def test_after_a_restart_of_the_machine_it_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Journal(uuid4())
    log.begin((1, 1))
    log.close(done=False)
    monkeypatch.setattr(journal, "_boot", lambda: "another")
    assert evidence(log.token) is None
    with abandoned() as dead:
        assert dead == []


def test_where_restarts_cannot_be_told_each_line_outlives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(journal, "_boot", lambda: "")
    monkeypatch.setattr(journal.os, "fsync", synced.append)
    log = Journal(uuid4())
    log.begin((1, 1))
    log.close(done=False)
    assert len(synced) == 2
    assert evidence(log.token) == Evidence({(1, 1)})


def test_half_a_line_is_a_mail_that_was_not_begun() -> None:
    log = Journal(uuid4())
    log.begin((1, 1))
    log.close(done=False)
    with log.path.open("ab") as file:
        file.write(b'{"begun": [2,')
    assert evidence(log.token) == Evidence({(1, 1)})


@pytest.mark.parametrize("name", ["stray.log", "0f5a7c52-7d0e-4a39-9a43-5f2b7d0c1e11.log"])
def test_a_file_that_is_no_journal_stops_nobody(name: str) -> None:
    log = Journal(uuid4())
    log.close(done=False)
    (log.path.parent / name).write_bytes(b"\0" * 64)
    with abandoned() as dead:
        assert dead == [log.token]


def test_an_empty_file_proves_nothing() -> None:
    log = Journal(uuid4())
    log.close(done=False)
    log.path.write_bytes(b"")
    assert evidence(log.token) is None


def test_a_full_disk_is_an_error_before_the_mail_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Journal(uuid4())
    monkeypatch.setattr(journal.os, "write", lambda file, text: len(text) - 1)
    with pytest.raises(OSError, match="disk is full"):
        log.begin((1, 1))
    log.close(done=True)


@pytest.mark.django_db
def test_without_a_place_for_its_journal_a_worker_sends_nothing(
    three: list[str], relay: Script, settings: Any, tmp_path: Any, caplog: Any
) -> None:
    (tmp_path / "file").write_text("")
    settings.JOURNAL_DIR = tmp_path / "file" / "journal"
    deliver(MONDAY)
    assert relay.received == []
    assert "journal cannot be" in caplog.text
    settings.JOURNAL_DIR = tmp_path / "journal"
    deliver(MONDAY)
    assert sorted(relay.to()) == sorted(three)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("point", "times", "before"),
    [
        (failpoints.BEFORE_CLAIM, 1, 0),
        (failpoints.AFTER_CLAIM, 1, 0),
        (failpoints.AFTER_RENDER, 1, 0),
        (failpoints.AFTER_MARK, 1, 0),
        (failpoints.AFTER_COMMIT, 1, 3),
    ],
)
def test_a_worker_that_dies_there_leaves_no_mail_in_doubt(
    three: list[str], relay: Script, settings: Any, point: str, times: int, before: int
) -> None:
    crash_at(point, times, settings)
    with pytest.raises(Crash):
        deliver(MONDAY)
    assert len(relay.received) == before
    # Nobody waits for a lease: the journal's lock is free, so the worker is dead.
    deliver(LATER)
    assert sorted(relay.to()) == sorted(three)
    assert states() == ["accepted"] * 3
    assert set(Message.objects.values_list("tries", "crashes", "resent")) == {(1, 0, False)}
    assert Attempt.objects.count() == 3
    with abandoned() as dead:
        assert dead == []


@pytest.mark.django_db
def test_of_a_batch_one_mail_is_in_doubt_and_the_others_are_known(
    three: list[str], relay: Script, settings: Any
) -> None:
    crash_at(failpoints.AFTER_ANSWER, 2, settings)
    with pytest.raises(Crash):
        deliver(MONDAY)
    assert relay.to() == three[:2]
    assert states() == ["handing_over"] * 3
    deliver(LATER)
    assert relay.to() == three
    assert states() == ["accepted", "unknown", "accepted"]
    first = Attempt.objects.get(message__recipient__email=three[0])
    assert (first.outcome, first.code, first.reply) == ("accepted", 250, "OK kept")
    deliver(LATER + timedelta(minutes=16))
    assert relay.to() == [*three, three[1]]
    assert relay.received[-1]["X-Possible-Copy"]


@pytest.mark.django_db
def test_a_refusal_that_was_not_written_down_is_found_in_the_journal(
    three: list[str], relay: Script, settings: Any
) -> None:
    relay.say("dot", "550 no such person", three[0])
    crash_at(failpoints.AFTER_ANSWER, 2, settings)
    with pytest.raises(Crash):
        deliver(MONDAY)
    relay.forget()
    deliver(LATER)
    assert states() == ["refused", "unknown", "accepted"]


@pytest.mark.django_db
def test_a_lost_database_costs_no_mail_and_doubles_none(
    three: list[str], relay: Script, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("notifications.services.scribing.settle", lose)
        with pytest.raises(Crash):
            deliver(MONDAY)
    assert states() == ["handing_over"] * 3
    deliver(LATER)
    assert states() == ["accepted"] * 3
    assert len(relay.received) == 3


def lose(*_: Any) -> None:
    raise Crash("the database is gone")


@pytest.mark.django_db
@pytest.mark.parametrize("point", [failpoints.AFTER_MARK, failpoints.AFTER_ANSWER])
def test_a_lease_that_the_databases_clock_jumped_past_takes_nothing_from_a_living_worker(
    three: list[str], relay: Script, settings: Any, point: str
) -> None:
    ONCE[point] = another_worker_after_a_jump
    settings.FAILPOINTS = f"{__name__}.interrupt"
    deliver(MONDAY)
    assert ONCE == {}
    assert sorted(relay.to()) == sorted(three)
    assert states() == ["accepted"] * 3
    assert not any(mail["X-Possible-Copy"] for mail in relay.received)


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds_left", "taken_over"), [(60, 0), (-1, 3)])
def test_a_worker_that_stands_still_keeps_its_mails_until_its_own_time_is_over(
    three: list[str], relay: Script, seconds_left: int, taken_over: int
) -> None:
    log = Journal(uuid4(), ticks() + seconds_left)
    batch = claim(MONDAY, log.token)
    assert len(hand_over(batch, batch.ids, Sending.objects.get().epoch, MONDAY)) == 3
    another_worker_after_a_jump()
    assert len(relay.received) == taken_over
    log.close(done=True)


ONCE: dict[str, Callable[[], object]] = {}


def interrupt(point: str) -> None:
    if point in ONCE:
        ONCE.pop(point)()


def another_worker_after_a_jump() -> None:
    Message.objects.filter(lease_until__isnull=False).update(lease_until=Now() - timedelta(hours=1))
    deliver(LATER)


@pytest.mark.django_db
def test_a_dead_workers_journal_without_any_mail_is_removed(three: list[str]) -> None:
    log = Journal(uuid4())
    log.close(done=False)
    deliver(MONDAY)
    assert not log.path.exists()
