"""What goes wrong in a pass: what becomes of each mail, and what is counted and said."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from networks.models import Member
from notifications import journal
from notifications.conversing import Answer, Outcome
from notifications.models import Message, Sending
from notifications.services.gate import enter
from notifications.transport import Fault
from tests.notifications.passes import GROUPS, MONDAY, ONCE, REACHED, Told, a_pass, fates
from tests.notifications.test_what_is_said_of_mails import said
from tests.notifications.waiting import values

pytestmark = pytest.mark.django_db
CUT = Answer(Outcome.UNKNOWN, None, "cut", usable=False)
LATER = Answer(Outcome.DEFERRED, 421, "bye", usable=False)
BUSY = Fault("OSError: busy")


@pytest.fixture(autouse=True)
def watched(settings: Any, tmp_path: Path) -> None:
    settings.JOURNAL_DIR = tmp_path / "journal"
    settings.FAILPOINTS = "tests.notifications.passes.note_point"
    for kept in (REACHED, GROUPS, ONCE):
        kept.clear()


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


@pytest.mark.parametrize("answer", [CUT, LATER])
def test_a_line_that_breaks_and_does_not_come_again_puts_off_the_rest(
    people: Any, answer: Answer
) -> None:
    first, *_ = people(3)
    relay = Told(None, 0.0, answer)
    relay.opens = [None, BUSY]
    both = {"unknown": 1, "deferred": 2} if answer is CUT else {"deferred": 1 + 2}
    assert fates(relay) == both
    assert relay.sent == [first]
    state = str(answer.outcome)
    assert values("state", "tries") == [(state, 1), ("deferred", 1), ("deferred", 1)]


def test_where_what_was_announced_leaves_no_line_the_pass_ends(people: Any, settings: Any) -> None:
    settings.MAIL_BATCH = 2
    first, second, _ = people(3)
    relay = Told()
    relay.forgets = [BUSY]
    assert fates(relay) == {"accepted": 2}
    assert relay.sent == [first, second]
    assert values("state") == ["accepted", "accepted", "due"]


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


def test_suspects_come_last_in_their_own_order_and_each_alone(people: Any) -> None:
    addresses = people(5)
    # The later one has waited longer.
    for hours, address in enumerate(addresses[:2], 1):
        suspect = Message.objects.filter(recipient__email=address)
        suspect.update(crashes=1, next_try_at=MONDAY - timedelta(hours=hours))
    relay = Told()
    assert fates(relay) == {"accepted": 5}
    assert relay.sent == [*addresses[2:], addresses[1], addresses[0]]
    assert GROUPS == [3, 1, 1]
    assert set(values("crashes")) == {0}


def test_what_has_nothing_left_to_say_is_dropped_and_counted(people: Any) -> None:
    first, *others = people(3)
    Member.objects.filter(user__email=first).update(ends=date(2026, 5, 31))
    relay = Told()
    # In a group of its own, so that the next groups have none to count.
    sending = a_pass(relay, together=1)
    assert sending.goes_on()
    assert sending.fates == {"dropped": 1, "accepted": 2}
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
