"""One worker's pass over the queue: its groups, its clock, its counts, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from networks.models import Member
from notifications import journal
from notifications.composing import Letter
from notifications.conversing import Answer, Outcome
from notifications.failpoints import AFTER_MARK, POINTS
from notifications.models import Message, Sending
from notifications.services import deliver, delivering, plan
from notifications.services.delivering import Pass, Watch
from notifications.services.gate import enter
from notifications.transport import Fault, Relay
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.test_what_is_said_of_mails import said
from tests.notifications.waiting import values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
REACHED: list[str] = []
# How many mails were decided together, each time.
GROUPS: list[int] = []
KEPT = Answer(Outcome.ACCEPTED, 250, "OK kept")
CUT = Answer(Outcome.UNKNOWN, None, "cut", usable=False)
BUSY = Fault("OSError: busy")


def note_point(point: str) -> None:
    REACHED.append(point)
    if point == AFTER_MARK:
        GROUPS.append(Message.objects.filter(state="handing_over").count())


@pytest.fixture(autouse=True)
def watched(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.FAILPOINTS = f"{__name__}.note_point"
    REACHED.clear()
    GROUPS.clear()


@pytest.fixture
def people(cast: Cast) -> Callable[[int], list[str]]:
    """So many people with a mail each; their addresses in the order of the queue."""

    def make(number: int) -> list[str]:
        for _ in range(number):
            person = factories.member(cast.aurora, "member")
            factories.milestone(
                cast.aurora,
                contractual_date=date(2026, 6, 8),
                responsible=Member.objects.get(user=person),
            )
        plan(MONDAY)
        return values("recipient__email")

    return make


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(delivering, "ticks", clock)
    return clock


class Told(Relay):
    """A relay that takes its time, and answers as a test says; it notes what it was given."""

    def __init__(self, clock: Clock | None = None, seconds: float = 0.0, *answers: Answer) -> None:
        super().__init__()
        self.clock, self.seconds, self.answers = clock, seconds, list(answers)
        self.opens: list[Fault | None] = []
        self.calls: list[tuple[str, float, str | None]] = []
        self.hung_up = 0

    def open(self) -> Fault | None:
        return self.opens.pop(0) if self.opens else None

    def close(self) -> None:
        self.hung_up += 1

    def send(
        self,
        letter: Letter,
        begin: Callable[[], None],
        until: float,
        following: Letter | None = None,
    ) -> Answer:
        begin()
        self.calls.append((letter.recipient, until, following and following.recipient))
        if self.clock is not None:
            self.clock.time += self.seconds
        return self.answers.pop(0) if self.answers else KEPT

    @property
    def sent(self) -> list[str]:
        return [recipient for recipient, _, _ in self.calls]


def fates(relay: Relay) -> dict[str, int]:
    return dict(+deliver(MONDAY, lambda: relay))


def a_pass(relay: Relay, **fields: Any) -> Pass:
    return Pass(relay, Watch.at(MONDAY), enter(MONDAY).epoch, **fields)


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
    assert settings.MAIL_LEASE == timedelta(minutes=3)
    assert relay.calls == [(first, 1120.0, second), (second, 1120.0, third), (third, 1120.0, None)]


@pytest.mark.parametrize(("seconds", "announced"), [(0.49, True), (0.5, False)])
def test_who_follows_is_announced_while_the_decision_is_fresh_enough(
    people: Any, clock: Clock, seconds: float, announced: bool
) -> None:
    first, second, third = people(3)
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


def test_where_no_line_can_be_opened_all_is_put_off_with_the_reason(
    people: Any, caplog: Any
) -> None:
    people(2)
    relay = Told()
    relay.opens = [BUSY]
    assert fates(relay) == {"deferred": 2}
    assert values("state", "note", "tries") == [("deferred", "OSError: busy", 1)] * 2
    assert said(caplog) == ["WARNING: The mail server cannot be used: OSError: busy"]
    assert (GROUPS, relay.hung_up) == ([], 1)


def test_a_line_that_breaks_and_does_not_come_again_puts_off_the_rest(people: Any) -> None:
    first, *_ = people(3)
    relay = Told(None, 0.0, CUT)
    relay.opens = [None, BUSY]
    assert fates(relay) == {"unknown": 1, "deferred": 2}
    assert relay.sent == [first]
    assert values("state", "tries") == [("unknown", 1), ("deferred", 1), ("deferred", 1)]


def test_a_line_that_breaks_and_comes_again_goes_on(people: Any) -> None:
    addresses = people(3)
    relay = Told(None, 0.0, CUT)
    assert fates(relay) == {"unknown": 1, "accepted": 2}
    assert relay.sent == addresses
    # After the break, and at the end.
    assert relay.hung_up == 2


@pytest.mark.parametrize("usable", [True, False])
def test_a_wanted_log_in_ends_the_pass_and_blames_no_mail(
    people: Any, caplog: Any, usable: bool
) -> None:
    people(3)
    log_in = Answer(Outcome.DEFERRED, 530, "log in", usable=usable, queue_wide=True)
    relay = Told(None, 0.0, log_in)
    relay.opens = [None, BUSY]
    assert fates(relay) == {"due": 1, "left for the next pass": 2}
    assert values("state", "tries") == [("due", 1), ("due", 0), ("due", 0)]
    assert Sending.objects.get().reason == "530 log in"
    assert said(caplog)[-2:] == [
        "WARNING: The mail server cannot be used: 530 log in",
        "ERROR: Sending is paused for 0:15:00: 530 log in",
    ]


def test_suspects_come_last_and_each_alone(people: Any) -> None:
    addresses = people(5)
    for address in addresses[:2]:
        Message.objects.filter(recipient__email=address).update(crashes=1)
    relay = Told()
    assert fates(relay) == {"accepted": 5}
    assert relay.sent == addresses[2:] + addresses[:2]
    assert GROUPS == [3, 1, 1]
    assert set(values("crashes")) == {0}


def test_what_has_nothing_left_to_say_is_dropped_and_counted(people: Any) -> None:
    first, *others = people(3)
    Member.objects.filter(user__email=first).update(ends=date(2026, 5, 31))
    relay = Told()
    assert fates(relay) == {"dropped": 1, "accepted": 2}
    assert relay.sent == others


def test_what_dead_workers_left_and_what_was_in_doubt_is_counted_as_recovered(
    people: Any,
) -> None:
    people(3)
    mails = Message.objects.order_by("pk")
    Message.objects.filter(pk=mails[0].pk).update(
        state="claimed", token="00000000-0000-0000-0000-000000000001", lease_until=MONDAY
    )
    settled = MONDAY - timedelta(hours=1)
    Message.objects.filter(pk=mails[1].pk).update(state="unknown", settled_at=settled, tries=1)
    assert fates(Told()) == {"recovered": 2, "accepted": 3}


def test_while_the_gate_is_closed_the_mails_that_wait_are_counted(people: Any, caplog: Any) -> None:
    people(2)
    enter(MONDAY)
    Sending.objects.update(paused_until=MONDAY + timedelta(hours=1), reason="a reason")
    assert fates(Told()) == {"held back": 2}
    assert said(caplog) == ["ERROR: No mail is sent: Until 2026-06-01 09:00 UTC: a reason"]


class Dead(BaseException):
    """What kills a worker."""


def test_after_a_fault_of_our_own_the_journal_stays_and_the_line_is_hung_up(people: Any) -> None:
    people(1)

    class Deadly(Told):
        def send(self, *_: Any) -> Answer:
            raise Dead

    relay = Deadly()
    with pytest.raises(Dead):
        fates(relay)
    assert relay.hung_up == 1
    with journal.abandoned() as dead:
        assert len(dead) == 1
