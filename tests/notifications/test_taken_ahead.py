"""While one batch leaves, a second thread claims and decides the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from networks.models import Member
from notifications.conversing import Answer, Outcome
from notifications.journal import abandoned
from notifications.models import Message, Sending
from notifications.services import beside, delivering, taking
from notifications.services.delivering import Pass
from notifications.transport import Fault
from tests.notifications.clocks import Clock
from tests.notifications.passes import GROUPS, MONDAY, ONCE, REACHED, Told, a_pass
from tests.notifications.test_journal import Crash
from tests.notifications.waiting import values

# Two connections see what is committed only.
pytestmark = pytest.mark.django_db(transaction=True)
BYE = Answer(Outcome.DEFERRED, 421, "bye", usable=False)
BUSY = Fault("OSError: busy")
DECIDES: list[str] = []


class Patient(Told):
    """Each mail waits until the next batch is in hand, and then for what a test does."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(None, 0.0, *answers)
        self.sending: Pass | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def send(self, *mail: Any) -> Answer:
        if self.sending is not None and self.sending.coming is not None:
            wait([self.sending.coming], timeout=20)
        self.meanwhile()
        return super().send(*mail)


@pytest.fixture(autouse=True)
def by_two(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two mails are a batch, and are enough for a second thread."""
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.MAIL_BATCH = 2
    settings.FAILPOINTS = "tests.notifications.passes.note_point"
    monkeypatch.setattr(beside, "MANY", 2)
    monkeypatch.setattr(beside, "may_write_beside", lambda: True)
    monkeypatch.setattr(delivering, "DEEP", 1)
    for kept in (REACHED, GROUPS, ONCE, DECIDES):
        kept.clear()
    honest = taking.hand_over

    def noted(*asked: Any) -> Any:
        DECIDES.append(threading.current_thread().name)
        return honest(*asked)

    monkeypatch.setattr(taking, "hand_over", noted)
    yield
    assert not [each for each in threading.enumerate() if each.name.startswith("beside")]
    with abandoned() as dead:
        assert not dead


def begun(relay: Patient) -> Pass:
    """A pass whose first batch has left."""
    relay.sending = a_pass(relay)
    relay.sending.goes_on()
    return relay.sending


def over(relay: Patient) -> dict[str, int]:
    """A whole pass."""
    sending = begun(relay)
    while sending.coming is not None and sending.goes_on():
        pass
    sending.scribe.wait()
    sending.end()
    return dict(+sending.fates)


def test_the_next_is_decided_while_this_one_leaves(people: Any) -> None:
    addresses = people(6)
    relay = Patient()
    assert over(relay) == {"accepted": 6}
    assert relay.sent == addresses
    assert DECIDES == ["MainThread", "beside_0", "beside_0"]
    # The second is decided before the first of the first has left.
    assert GROUPS == [2, 4, 4]
    assert values("state", "tries", "crashes") == [("accepted", 1, 0)] * 6


@pytest.mark.parametrize(("people_more", "ahead"), [(4, True), (3, False)])
def test_only_where_several_batches_wait(
    people: Any, people_more: int, ahead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "DEEP", 2)
    people(2 + people_more)
    sending = begun(Patient())
    assert values("state")[2:] == ["handing_over"] * 2 * ahead + ["due"] * (people_more - 2 * ahead)
    while sending.goes_on():
        pass
    sending.end()
    assert values("state") == ["accepted"] * (2 + people_more)


def test_a_batch_that_is_not_full_is_the_last(people: Any) -> None:
    people(3)
    relay = Patient()
    sending = begun(relay)
    assert sending.coming is not None
    assert sending.goes_on()
    assert sending.coming is None
    sending.end()


@pytest.mark.parametrize(("together", "ahead"), [(2, True), (1, False)])
def test_only_for_a_relay_that_takes_a_batch_while_it_is_fresh(
    people: Any, together: int, ahead: bool
) -> None:
    people(4)
    sending = a_pass(Told(), together)
    hand = sending._take()
    assert hand is not None
    sending._look_ahead(hand.batch)
    assert (sending.coming is not None) == ahead
    sending._leave()
    sending._return(hand, hand.batch.ids)
    hand.journal.close(done=True)
    sending.end()
    assert values("state") == ["due"] * 4


def test_what_is_coming_is_not_asked_for_again(people: Any) -> None:
    people(6)
    sending = begun(Patient())
    hand, coming = sending._take(), sending.coming
    assert coming is not None
    assert hand is not None
    sending._look_ahead(hand.batch)
    assert sending.coming is coming
    sending._leave()
    sending._return(hand, hand.batch.ids)
    hand.journal.close(done=True)
    sending.end()
    assert values("state") == ["accepted"] * 2 + ["due"] * 4


def test_nothing_is_taken_when_the_pass_is_about_to_end(people: Any, clock: Clock) -> None:
    people(4)
    relay = Patient()
    relay.sending = sending = a_pass(relay)
    clock.time += delivering.PASS_SECONDS - delivering.FRESH_SECONDS
    assert sending.goes_on()
    assert sending.coming is None
    sending.end()
    assert values("state") == ["accepted", "accepted", "due", "due"]


def test_what_others_have_died_over_goes_alone_and_is_not_decided_ahead(people: Any) -> None:
    addresses = people(4)
    last = Message.objects.filter(recipient__email__in=addresses[2:])
    last.update(crashes=1, next_try_at=MONDAY)
    relay = Patient()
    assert over(relay) == {"accepted": 4}
    assert relay.sent == addresses
    assert DECIDES == ["MainThread"] * 3


def test_nor_is_anything_taken_ahead_of_them(people: Any) -> None:
    addresses = people(4)
    first = Message.objects.filter(recipient__email=addresses[0])
    first.update(crashes=1)
    relay = Patient()
    sending = begun(relay)
    assert sending.coming is None
    sending.end()
    assert relay.sent == [addresses[1], addresses[0]]


def test_what_is_not_fresh_when_its_turn_comes_is_decided_anew(people: Any, clock: Clock) -> None:
    addresses = people(4)
    relay = Patient()
    sending = begun(relay)
    Member.objects.filter(user__email=addresses[3]).update(ends=date(2026, 5, 1))
    clock.time += delivering.FRESH_SECONDS + 0.001
    assert sending.goes_on()
    sending.end()
    assert relay.sent == addresses[:3]
    assert DECIDES == ["MainThread", "beside_0", "MainThread"]
    assert values("state", "tries") == [("accepted", 1)] * 3 + [("cancelled", 0)]
    assert +sending.fates == {"accepted": 3, "dropped": 1}


def test_what_is_as_old_as_may_be_leaves(people: Any, clock: Clock) -> None:
    people(4)
    sending = begun(Patient())
    clock.time += delivering.FRESH_SECONDS
    sending.goes_on()
    sending.end()
    assert DECIDES == ["MainThread", "beside_0"]
    assert values("state") == ["accepted"] * 4


def test_all_that_was_decided_ahead_leaves_together(people: Any) -> None:
    people(4)
    sending = begun(Patient())
    # The relay has become slow meanwhile: that is for whoever is decided from now on.
    sending.together = 1
    sending.goes_on()
    sending.end()
    assert DECIDES == ["MainThread", "beside_0"]
    assert values("state") == ["accepted"] * 4


def test_where_the_line_breaks_what_was_taken_ahead_is_put_off_too(people: Any) -> None:
    people(4)
    relay = Patient(BYE)
    relay.opens = [None, BUSY]
    assert over(relay) == {"deferred": 1 + 1 + 2}
    assert len(relay.sent) == 1
    assert values("state", "tries") == [("deferred", 1)] * 4
    assert values("token")[1:] == [None] * 3


def test_where_all_is_to_wait_it_is_due_again(people: Any) -> None:
    people(4)
    log_in = Answer(Outcome.DEFERRED, 530, "log in", queue_wide=True)
    assert over(Patient(log_in)) == {"due": 1, "left for the next pass": 1 + 2}
    assert values("state", "tries", "note") == [
        ("due", 1, "530 log in"),
        *[("due", 0, "")] * 3,
    ]


def test_what_was_dropped_ahead_stays_dropped(people: Any) -> None:
    addresses = people(4)
    Member.objects.filter(user__email=addresses[2]).update(ends=date(2026, 5, 1))
    relay = Patient(BYE)
    relay.opens = [None, BUSY]
    assert over(relay) == {"deferred": 1 + 1 + 1, "dropped": 1}
    assert values("state") == ["deferred", "deferred", "cancelled", "deferred"]


def test_a_gate_that_closes_meanwhile_lets_nothing_be_taken(people: Any) -> None:
    people(4)
    relay = Patient()
    relay.sending = sending = a_pass(relay)
    ONCE["after-mark"] = lambda: Sending.objects.update(
        paused_until=MONDAY + timedelta(hours=1), reason="by hand"
    )
    assert sending.goes_on()
    assert sending.coming is not None
    assert not sending.goes_on()
    sending.end()
    assert values("state") == ["accepted", "accepted", "due", "due"]


def test_the_end_of_the_time_gives_it_back(people: Any, clock: Clock) -> None:
    people(4)
    relay = Patient()
    sending = begun(relay)
    clock.time += delivering.PASS_SECONDS + 0.001
    assert not sending.goes_on()
    sending.end()
    assert values("state", "tries") == [("accepted", 1)] * 2 + [("due", 0)] * 2
    assert +sending.fates == {"accepted": 2, "left for the next pass": 2}


def fall() -> None:
    raise Crash


def recovered(relay: Told) -> list[Any]:
    """How all stand after the next worker's pass."""
    delivering.deliver(MONDAY + timedelta(minutes=1), lambda: relay)
    return values("state")


def test_a_worker_that_falls_leaves_what_it_took_ahead_to_be_recovered(people: Any) -> None:
    addresses = people(4)
    relay = Patient()
    relay.meanwhile = fall
    relay.sending = sending = a_pass(relay)
    with pytest.raises(Crash):
        sending.goes_on()
    sending.end()
    assert values("state") == ["handing_over"] * 4
    with abandoned() as dead:
        assert len(dead) == 2
    again = Told()
    assert recovered(again) == ["accepted"] * 4
    assert sorted(again.sent) == sorted(addresses)


@pytest.mark.parametrize(
    ("point", "left"), [("after-claim", "claimed"), ("after-mark", "handing_over")]
)
def test_what_goes_wrong_ahead_ends_the_pass_after_this_batch(
    people: Any, point: str, left: str
) -> None:
    addresses = people(4)
    relay = Patient()

    def fall_the_next_time() -> None:
        ONCE[point] = fall

    ONCE[point] = fall_the_next_time
    sending = begun(relay)
    assert relay.sent == addresses[:2]
    with pytest.raises(Crash):
        sending.goes_on()
    sending.end()
    assert values("state") == ["accepted"] * 2 + [left] * 2
    again = Told()
    assert recovered(again) == ["accepted"] * 4
    assert sorted(again.sent) == sorted(addresses[2:])


def test_who_is_interrupted_while_it_waits_leaves_it_to_be_recovered(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = people(4)
    sending = begun(Patient())
    assert sending.coming is not None
    wait([sending.coming])
    with monkeypatch.context() as patch:
        patch.setattr(sending.coming, "result", fall)
        with pytest.raises(Crash):
            sending.goes_on()
    sending.end()
    again = Told()
    assert recovered(again) == ["accepted"] * 4
    assert again.sent == addresses[2:]


def test_the_thread_hangs_up_its_connection_in_the_end(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung_up: list[str] = []
    monkeypatch.setattr(
        beside.connections, "close_all", lambda: hung_up.append(threading.current_thread().name)
    )
    second = beside.Beside()
    assert second.serves(2)
    second.stop()
    assert hung_up == ["beside_0"]


def test_nobody_is_asked_who_does_not_serve() -> None:
    second = beside.Beside()
    assert not second.serves(1)
    with pytest.raises(RuntimeError, match="There is no second thread"):
        second.ask(fall)
    second.stop()
