"""What the relay said may be written down beside the work on the next mails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from notifications import failpoints
from notifications.journal import abandoned
from notifications.models import Attempt
from notifications.services import beside as second
from notifications.services import deliver
from notifications.services.settling import settle
from tests.notifications.scripted import Script
from tests.notifications.test_journal import (
    LATER,
    MONDAY,
    Crash,
    crash_at,
    lose,
    states,
    three,
)

__all__ = ["three"]
SETTLE = "notifications.services.scribing.settle"
# Two connections see what is committed only.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def beside(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Each mail is a batch, and is written down by the thread; who wrote."""
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.MAIL_BATCH = 1
    monkeypatch.setattr(second, "MANY", 1)
    monkeypatch.setattr(second, "may_write_beside", lambda: True)
    wrote: set[str] = set()

    def noted(*arguments: Any) -> Any:
        wrote.add(threading.current_thread().name)
        return settle(*arguments)

    monkeypatch.setattr(SETTLE, noted)
    yield wrote
    assert not [each for each in threading.enumerate() if each.name.startswith("beside")]


def journals_left() -> int:
    with abandoned() as dead:
        return len(dead)


def test_all_is_written_down_when_the_pass_is_over(
    three: list[str], relay: Script, beside: set[str]
) -> None:
    fates = deliver(MONDAY)
    assert (fates["accepted"], states()) == (3, ["accepted"] * 3)
    assert Attempt.objects.count() == 3
    assert beside == {"beside_0"}
    assert journals_left() == 0


def test_what_cannot_be_written_down_ends_the_pass_and_stays_in_its_journal(
    three: list[str], relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SETTLE, lose)
        with pytest.raises(Crash, match="database is gone"):
            deliver(MONDAY)
    left = journals_left()
    # Of each mail that left, and of the one that was decided ahead.
    assert left == states().count("handing_over") >= len(relay.received) >= 1
    deliver(LATER)
    assert (states(), journals_left()) == (["accepted"] * 3, 0)
    assert sorted(relay.to()) == sorted(three)


def test_of_the_last_mails_too(
    three: list[str], relay: Script, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_BATCH = 3
    with monkeypatch.context() as patch:
        patch.setattr(SETTLE, lose)
        with pytest.raises(Crash, match="database is gone"):
            deliver(MONDAY)
    assert (states(), journals_left()) == (["handing_over"] * 3, 1)


def test_a_worker_that_falls_meanwhile_takes_nothing_of_it_along(
    three: list[str], relay: Script, settings: Any
) -> None:
    crash_at(failpoints.AFTER_CLAIM, 2, settings)
    with pytest.raises(Crash, match=failpoints.AFTER_CLAIM):
        deliver(MONDAY)
    assert sorted(states()) == ["accepted", "claimed", "due"]
    deliver(LATER)
    assert (states(), journals_left()) == (["accepted"] * 3, 0)
    assert sorted(relay.to()) == sorted(three)


def test_a_few_are_written_down_by_the_worker_itself(
    three: list[str], relay: Script, monkeypatch: pytest.MonkeyPatch, beside: set[str]
) -> None:
    monkeypatch.setattr(second, "MANY", 2)
    deliver(MONDAY)
    assert states() == ["accepted"] * 3
    assert beside == {"MainThread"}


def test_it_is_done_where_two_can_write_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert second.may_write_beside() == (connection.vendor == "postgresql")


@pytest.mark.django_db
def test_never_within_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert second.may_write_beside() is False
