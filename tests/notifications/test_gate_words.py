"""What an operator reads of the gate, word for word, and what a resume writes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from milestones.models import Milestone
from notifications import outside
from notifications.models import Heartbeat, Message, Reminder, Sending
from notifications.mornings import LONGEST_WAIT
from notifications.outside import Outside
from notifications.services import gate, plan
from notifications.services.claiming import claim
from notifications.services.gate import Gate
from notifications.services.resuming import _hours_unplanned, resume
from tests import factories
from tests.notifications.conftest import at
from tests.notifications.test_what_is_said_of_mails import said
from tests.notifications.waiting import queued, values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
NOTHING = "Nothing has been sent yet."
RESTORED = "The database is older than this installation: a restored backup?"
ELSEWHERE = (
    "The database comes from another installation. It was sent from {} before, and this is {}."
)


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "here"
    settings.SITE_URL = "https://tracker.example.org/there"


def begun() -> Sending:
    assert gate.enter(MONDAY).is_open
    return Sending.objects.get()


def test_before_the_first_start_nothing_has_been_sent(db: None) -> None:
    assert gate.look(MONDAY) == Gate("not begun", NOTHING)
    assert not Sending.objects.exists()


def test_the_first_start_writes_down_which_installation_it_is(db: None) -> None:
    opened = gate.enter(MONDAY)
    row, known = Sending.objects.get(), outside.read()
    assert known is not None
    assert opened == Gate("ok", "", row.epoch)
    assert (row.epoch, row.mark, row.host) == (known.epoch, 0, "tracker.example.org")
    assert gate.enter(MONDAY) == opened


def test_an_installation_that_is_known_outside_begins_with_its_mark(db: None) -> None:
    """The database was emptied, to begin anew: its marks go on."""
    outside.keep(Outside("production", 7))
    assert gate.enter(MONDAY) == Gate("ok", "", "production")
    assert Sending.objects.get().mark == 7


@pytest.mark.parametrize(
    ("mark", "networks", "tries", "state"),
    [(1, 1, 0, "behind"), (0, 1, 0, "not begun"), (1, 0, 0, "not begun"), (0, 0, 1, "behind")],
)
def test_a_database_from_before_the_first_start_is_told_from_an_empty_one(
    db: None, mark: int, networks: int, tries: int, state: str
) -> None:
    queued(MONDAY, tries=tries)
    if networks:
        factories.network()
    outside.keep(Outside("production", mark))
    reason = RESTORED if state == "behind" else NOTHING
    assert gate.look(MONDAY) == Gate(state, reason)


def test_another_host_and_another_epoch_are_elsewhere(db: None, settings: Any) -> None:
    row = begun()
    settings.SITE_URL = "https://staging.example.org"
    there = Gate("elsewhere", ELSEWHERE.format("tracker.example.org", "staging.example.org"))
    assert gate.look(MONDAY) == there
    settings.SITE_URL = "https://tracker.example.org"
    assert gate.look(MONDAY).is_open
    Sending.objects.update(epoch="another")
    same = Gate("elsewhere", ELSEWHERE.format("tracker.example.org", "tracker.example.org"))
    assert gate.look(MONDAY) == same
    Sending.objects.update(epoch=row.epoch)
    outside.path().unlink()
    assert gate.look(MONDAY) == same


def test_without_an_address_of_its_own_there_is_no_host(settings: Any) -> None:
    settings.SITE_URL = ""
    assert gate.host() == ""


@pytest.mark.parametrize(("ahead", "state"), [(-1, "ok"), (0, "ok"), (2, "behind")])
def test_a_database_behind_the_outside_says_by_how_much(db: None, ahead: int, state: str) -> None:
    row = begun()
    Sending.objects.update(mark=5)
    outside.keep(Outside(row.epoch, 5 + ahead))
    behind = "The database is 2 batches behind: a restored backup?"
    assert gate.look(MONDAY) == (
        Gate("behind", behind) if state == "behind" else Gate("ok", "", row.epoch)
    )


def test_a_pause_is_a_quarter_of_an_hour_and_over_at_its_end(db: None, caplog: Any) -> None:
    begun()
    gate.pause_queue(MONDAY, "p" * 600)
    row = Sending.objects.get()
    assert (row.paused_until, row.reason) == (MONDAY + timedelta(minutes=15), "p" * 500)
    assert said(caplog) == [f"ERROR: Sending is paused for 0:15:00: {'p' * 600}"]
    paused = Gate("paused", f"Until 2026-06-01 08:15 UTC: {'p' * 500}")
    assert gate.look(MONDAY + timedelta(minutes=15) - INSTANT) == paused
    assert gate.look(MONDAY + timedelta(minutes=15)).is_open


def test_each_batch_raises_the_mark_by_one_inside_and_outside(db: None) -> None:
    row = begun()
    for mark in (1, 2):
        gate.note_batch()
        assert Sending.objects.get().mark == mark
        assert outside.read() == Outside(row.epoch, mark)


@pytest.mark.parametrize("known", [None, Outside("another", 9)])
def test_a_mark_outside_that_is_not_ours_is_written_anew(db: None, known: Outside | None) -> None:
    row = begun()
    outside.path().unlink()
    if known is not None:
        outside.keep(known)
    gate.note_batch()
    assert outside.read() == Outside(row.epoch, 1)


@pytest.mark.parametrize(("inside", "outer", "mark"), [(3, 8, 9), (8, 3, 9), (4, None, 5)])
def test_a_resume_goes_past_both_marks_and_gives_a_new_epoch(
    db: None, settings: Any, inside: int, outer: int | None, mark: int
) -> None:
    before = begun()
    gate.pause_queue(MONDAY, "log in first")
    Sending.objects.update(mark=inside)
    outside.path().unlink()
    if outer is not None:
        outside.keep(Outside("another", outer))
    settings.SITE_URL = "https://new.example.org"
    assert resume(MONDAY, cancel_waiting=False) == 0
    row = Sending.objects.get()
    assert (row.mark, row.host, row.paused_until, row.reason) == (mark, "new.example.org", None, "")
    assert UUID(row.epoch) != UUID(before.epoch)
    assert outside.read() == Outside(row.epoch, mark)
    assert gate.look(MONDAY) == Gate("ok", "", row.epoch)


def test_a_resume_keeps_the_name_that_the_settings_give(db: None, settings: Any) -> None:
    settings.SENDING_EPOCH = "production"
    assert resume(MONDAY, cancel_waiting=False) == 0
    row = Sending.objects.get()
    assert (row.epoch, row.host) == ("production", "tracker.example.org")


def test_a_resume_lets_lines_follow_their_mails_and_cancels_nothing_unasked(
    item: Milestone,
) -> None:
    plan(MONDAY)
    waiting = queued(MONDAY)
    Message.objects.exclude(pk__in=waiting).update(state="accepted")
    assert resume(MONDAY, cancel_waiting=False) == 0
    assert values("state") == ["accepted", "due"]
    assert Reminder.objects.get(offset_days=-7).state == "sent"


def test_what_is_in_doubt_stays_so_without_a_second_copy_and_is_not_counted(db: None) -> None:
    begun()
    for state in ("handing_over", "unknown", "due", "deferred", "claimed", "accepted"):
        queued(MONDAY, state="due")
        held = {"token": uuid4(), "lease_until": MONDAY}
        Message.objects.filter(pk=Message.objects.latest("pk").pk).update(state=state, **held)
    assert resume(MONDAY + HOUR, cancel_waiting=True) == 3
    now, note = MONDAY + HOUR, "Cancelled when sending was resumed: it may have left before."
    columns = ("state", "resent", "token", "lease_until", "settled_at", "note")
    *rows, accepted = values(*columns)
    assert (
        rows
        == [("unknown", True, None, None, now, "")] * 2
        + [("cancelled", False, None, None, now, note)] * 3
    )
    assert accepted[0] == "accepted"


def test_each_hour_since_the_planner_ran_is_planned_and_now(db: None) -> None:
    assert list(_hours_unplanned(MONDAY)) == [MONDAY]
    last, _ = Heartbeat.objects.get_or_create(name=Heartbeat.PLAN)
    Heartbeat.objects.update_or_create(name=Heartbeat.SWEEP, defaults={"at": MONDAY - 9 * HOUR})
    assert list(_hours_unplanned(MONDAY)) == [MONDAY]
    Heartbeat.objects.filter(pk=last.pk).update(at=MONDAY - 3 * HOUR)
    assert list(_hours_unplanned(MONDAY)) == [MONDAY - 2 * HOUR, MONDAY - HOUR, MONDAY]
    Heartbeat.objects.filter(pk=last.pk).update(at=MONDAY - LONGEST_WAIT - 5 * HOUR)
    hours = list(_hours_unplanned(MONDAY))
    assert (hours[0], hours[-1]) == (MONDAY - LONGEST_WAIT + HOUR, MONDAY)


def test_what_an_operator_cancels_was_planned_for_each_hour_first(item: Milestone) -> None:
    begun()
    claim(MONDAY, uuid4())
    Heartbeat.objects.create(name=Heartbeat.PLAN, at=at("2026-05-31 08:00"))
    assert resume(at("2026-06-02 05:00"), cancel_waiting=True) == 1
    assert values("local_day") == [MONDAY.date()]
