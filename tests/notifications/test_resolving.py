"""Mails in doubt: what the relay can do decides what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from notifications.asking import in_postfix_log
from notifications.models import Attempt, Message
from notifications.services import deliver, sweep
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script, serving

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
SOON = MONDAY + timedelta(seconds=30)
RIPE = MONDAY + timedelta(minutes=16)
ARRIVED: set[int] = set()


@pytest.fixture
def unsure(cast: Cast, settings: Any) -> Iterator[Script]:
    """One mail to the lead that was cut after its final dot; the relay has it."""
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    ARRIVED.clear()
    with serving(Script(), settings) as script:
        script.say("dot", CUT)
        sweep(MONDAY)
        assert Message.objects.get().state == "unknown"
        script.forget()
        yield script


def has(messages: Sequence[Message]) -> set[int]:
    return ARRIVED


def is_away(messages: Sequence[Message]) -> set[int]:
    raise ConnectionError("nobody answers")


def test_a_relay_that_drops_copies_gets_it_again_at_once(unsure: Script, settings: Any) -> None:
    settings.MAIL_RELAY = "idempotent"
    deliver(SOON)
    first, again = unsure.received
    assert Message.objects.get().state == "accepted"
    assert first["Message-ID"] == again["Message-ID"]
    # It is no copy to the reader: the relay drops one of the two.
    assert again["X-Possible-Copy"] is None
    assert not Message.objects.get().resent


def test_when_the_relay_has_forgotten_the_key_one_marked_copy_is_sent(
    unsure: Script, settings: Any
) -> None:
    settings.MAIL_RELAY = "idempotent"
    settings.MAIL_IDEMPOTENCY_WINDOW = timedelta(seconds=10)
    deliver(SOON)
    assert len(unsure.received) == 1
    deliver(RIPE)
    assert unsure.received[1]["X-Possible-Copy"]


def test_a_line_that_is_cut_again_and_again_is_not_tried_ever_faster(
    unsure: Script, settings: Any
) -> None:
    settings.MAIL_RELAY = "idempotent"
    unsure.say("dot", CUT)
    deliver(SOON)
    deliver(SOON + timedelta(seconds=1))
    assert len(unsure.received) == 2
    deliver(SOON + timedelta(seconds=100))
    assert len(unsure.received) == 3


def test_a_relay_that_has_it_is_believed(unsure: Script, settings: Any) -> None:
    settings.MAIL_RELAY, settings.MAIL_RELAY_LOOKUP = "askable", f"{__name__}.has"
    message = Message.objects.get()
    ARRIVED.add(message.pk)
    deliver(SOON)
    assert Message.objects.get().state == "unknown"
    deliver(RIPE)
    message.refresh_from_db()
    assert (message.state, message.resent, len(unsure.received)) == ("accepted", False, 1)
    assert message.reminders.get(offset_days=-7).state == "sent"
    last = Attempt.objects.latest("pk")
    assert (last.outcome, last.reply) == ("accepted", "The mail server was asked and has it.")


def test_a_relay_that_has_not_seen_it_gets_it_once_more_unmarked(
    unsure: Script, settings: Any
) -> None:
    settings.MAIL_RELAY, settings.MAIL_RELAY_LOOKUP = "askable", f"{__name__}.has"
    deliver(RIPE)
    assert unsure.received[1]["X-Possible-Copy"] is None
    assert Message.objects.get().state == "accepted"


def test_while_the_relay_cannot_be_asked_nothing_is_decided(unsure: Script, settings: Any) -> None:
    settings.MAIL_RELAY, settings.MAIL_RELAY_LOOKUP = "askable", f"{__name__}.is_away"
    deliver(RIPE)
    assert (Message.objects.get().state, len(unsure.received)) == ("unknown", 1)
    settings.MAIL_RELAY_LOOKUP = f"{__name__}.has"
    deliver(RIPE)
    assert len(unsure.received) == 2


LOG = """\
Jun  1 08:00:01 mx postfix/smtpd[11]: 4XyZ1: client=unknown[10.0.0.2]
Jun  1 08:00:01 mx postfix/cleanup[12]: 4XyZ1: message-id={taken}
Jun  1 08:00:01 mx postfix/qmgr[13]: 4XyZ1: from=<a@example.org>, size=9, nrcpt=1 (queue active)
Jun  1 08:00:02 mx postfix/cleanup[12]: 4XyZ2: message-id={cut}
Jun  1 08:00:02 mx postfix/smtpd[11]: lost connection after DATA (12 bytes) from unknown[10.0.0.2]
Jun  1 08:00:03 mx postfix/cleanup[12]: 4XyZ3: message-id=<a-stranger@example.org>
Jun  1 08:00:03 mx postfix/qmgr[13]: 4XyZ3: from=<b@example.org>, size=9, nrcpt=1 (queue active)
"""


def test_a_postfix_log_tells_what_was_taken_and_not_what_was_only_begun(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    taken, cut, silent = (
        Message(pk=number, message_id=f"<r-{number}@tracker.example>") for number in (1, 2, 3)
    )
    old, new = tmp_path / "mail.log.1", tmp_path / "mail.log"
    old.write_text(LOG.format(taken=taken.message_id, cut=cut.message_id))
    new.write_bytes(b"\xff\xfe no text\n")
    settings.MAIL_RELAY_LOGS = [str(old), str(new)]
    assert in_postfix_log([taken, cut, silent]) == {1}
    old.unlink()
    with pytest.raises(OSError, match=r"mail\.log\.1"):
        in_postfix_log([taken])
