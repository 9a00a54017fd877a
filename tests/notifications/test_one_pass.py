"""One worker's pass over the queue: its groups, its clock, and when it ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications import journal
from notifications.conversing import Answer
from notifications.failpoints import AFTER_MARK, POINTS
from notifications.models import Message, Sending
from notifications.services.delivering import Pass, Watch
from tests.notifications.clocks import Clock
from tests.notifications.passes import GROUPS, MONDAY, ONCE, REACHED, Told, a_pass, fates
from tests.notifications.waiting import values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def watched(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.FAILPOINTS = "tests.notifications.passes.note_point"
    for kept in (REACHED, GROUPS, ONCE):
        kept.clear()


def test_a_watch_carries_the_instant_on_by_the_clock(clock: Clock) -> None:
    watch = Watch.at(MONDAY)
    assert (watch.begun, watch.seconds, watch.now()) == (MONDAY, 0.0, MONDAY)
    clock.time += 2.5
    assert (watch.seconds, watch.now()) == (2.5, MONDAY + timedelta(seconds=2.5))


def test_a_pass_comes_by_each_point_in_its_order_and_ends_with_an_empty_claim(people: Any) -> None:
    people(1)
    relay = Told()
    assert fates(relay) == {"accepted": 1}
    assert tuple(REACHED) == (*POINTS, *POINTS[:2])
    assert relay.hung_up == 1
    # An empty claim is no batch, and leaves no journal.
    assert Sending.objects.get().mark == 1
    assert list(Path(journal._path(Message.objects.get().token).parent).iterdir()) == []


def test_the_relay_is_told_until_when_and_who_follows(
    people: Any, clock: Clock, settings: Any
) -> None:
    first, second, third = people(3)
    relay = Told()
    fates(relay)
    # Two thirds of a lease of three minutes.
    assert timedelta(minutes=3) == settings.MAIL_LEASE
    assert relay.calls == [(first, 1120.0, second), (second, 1120.0, third), (third, 1120.0, None)]


def test_the_journal_says_until_when_and_what_was_begun(people: Any, clock: Clock) -> None:
    people(1)
    found = []

    class Reading(Told):
        def send(self, *given: Any) -> Answer:
            answer = super().send(*given)
            log = journal.evidence(values("token")[0])
            found.append(log and (log.until, log.begun, log.answers))
            return answer

    fates(Reading())
    assert found == [(1120.0, {(values("pk")[0], 1)}, {})]


def test_a_pass_without_a_journal_ends(people: Any, settings: Any, tmp_path: Path) -> None:
    people(1)
    (tmp_path / "file").write_text("")
    settings.JOURNAL_DIR = tmp_path / "file"
    assert a_pass(Told()).goes_on() is False
    assert REACHED == []


@pytest.mark.parametrize(("seconds", "announced"), [(0.49, True), (0.5, False)])
def test_who_follows_is_announced_while_the_decision_is_fresh_enough(
    people: Any, clock: Clock, seconds: float, announced: bool
) -> None:
    _, second, third = people(3)
    clock.time = 0.0
    relay = Told(clock, seconds)
    fates(relay)
    assert relay.calls[0][2] == second
    assert relay.calls[1][2] == (third if announced else None)


@pytest.mark.parametrize(("seconds", "groups"), [(1.0, [3, 1]), (1.01, [3, 1, 1])])
def test_what_is_not_fresh_any_more_is_decided_anew(
    people: Any, clock: Clock, seconds: float, groups: list[int]
) -> None:
    addresses = people(3)
    clock.time = 0.0
    relay = Told(clock, seconds)
    assert fates(relay) == {"accepted": 3}
    assert relay.sent == addresses
    assert groups == GROUPS
    assert set(values("tries")) == {1}


def test_a_quick_relay_makes_the_groups_larger_up_to_a_batch(people: Any, settings: Any) -> None:
    settings.MAIL_BATCH = 6
    people(12)
    sending = a_pass(Told(), together=1)
    assert sending.goes_on()
    assert GROUPS == [1, 2, 3]
    assert sending.together == 6
    assert sending.goes_on()
    assert GROUPS == [1, 2, 3, 6]
    assert not sending.goes_on()
    assert +sending.fates == {"accepted": 12}


def test_a_decision_that_took_too_long_is_made_anew_for_one_at_first(
    people: Any, clock: Clock
) -> None:
    people(3)

    def stand_still() -> None:
        clock.time += 1.5

    # Between the decision and the first mail.
    ONCE[AFTER_MARK] = stand_still
    assert fates(Told()) == {"accepted": 3}
    assert GROUPS == [3, 1, 2]
    assert values("tries") == [1, 1, 1]


def test_at_first_fifty_are_decided_together() -> None:
    sending = Pass(Told(), Watch.at(MONDAY), "")
    assert (sending.together, sending.until, sending.fault) == (50, 0.0, None)


def test_when_the_pass_is_over_the_rest_waits_for_the_next_one(people: Any, clock: Clock) -> None:
    addresses = people(4)
    clock.time = 0.0
    relay = Told(clock, 12.6)
    assert fates(relay) == {"accepted": 2, "left for the next pass": 2}
    assert relay.sent == addresses[:2]
    assert values("state") == ["accepted", "accepted", "due", "due"]
    assert values("tries", "next_try_at", "note", state="due") == [(0, MONDAY, "")] * 2
    # The journal is done with: nothing of it is in doubt.
    with journal.abandoned() as dead:
        assert dead == []


@pytest.mark.parametrize(("seconds", "sent"), [(25.0, 2), (25.1, 1)])
def test_a_pass_lasts_twenty_five_seconds(
    people: Any, clock: Clock, seconds: float, sent: int
) -> None:
    people(2)
    clock.time = 0.0
    relay = Told(clock, seconds)
    sending = a_pass(relay, together=1)
    sending.goes_on()
    assert len(relay.sent) == sent
    assert sending.goes_on() is False


@pytest.mark.parametrize(("begun", "goes_on"), [(25.0, True), (25.1, False)])
def test_a_batch_is_begun_within_that_time_only(
    people: Any, clock: Clock, begun: float, goes_on: bool
) -> None:
    people(1)
    sending = a_pass(Told())
    clock.time += begun
    assert sending.goes_on() is goes_on
    assert bool(GROUPS) is goes_on


def test_a_pass_ends_where_the_gate_is_closed_meanwhile(people: Any) -> None:
    people(1)
    sending = a_pass(Told())
    Sending.objects.update(paused_until=MONDAY + timedelta(hours=1))
    assert sending.goes_on() is False
    assert REACHED == []


@pytest.mark.parametrize(("lease", "sent"), [(30.0, 2), (30.1, 3)])
def test_no_mail_is_decided_once_two_thirds_of_the_lease_are_over(
    people: Any, clock: Clock, settings: Any, lease: float, sent: int
) -> None:
    people(3)
    settings.MAIL_LEASE = timedelta(seconds=lease)
    clock.time = 0.0
    relay = Told(clock, 10.0)
    sending = a_pass(relay, together=1)
    assert sending.goes_on() is (sent == 3)
    assert len(relay.sent) == sent
    assert sending.fates["left for the next pass"] == 3 - sent
