"""What staff read beside a mail, and operators in the log: each sentence, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from milestones.models import Milestone
from networks.models import User
from notifications import faces
from notifications.journal import Journal
from notifications.models import Attempt, Message, Sending
from notifications.services import deliver, plan, sweep
from notifications.services.claiming import claim
from notifications.services.gate import enter
from notifications.services.handover import hand_over
from notifications.services.recovering import recover
from notifications.services.resolving import resolve
from notifications.services.resuming import resume
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import CUT, Script
from tracker.demo.environment import free_port

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
STOPPED = "The worker stopped before the answer was written down."


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What our own code has logged, with how loud it was."""
    return [
        f"{record.levelname}: {record.getMessage()}"
        for record in caplog.records
        if record.name.startswith("notifications")
    ]


def note() -> str:
    return Message.objects.get().note


def poison(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Let no mail be rendered."""

    def broken(*_: Any) -> Any:
        raise RuntimeError(words)

    monkeypatch.setattr(faces, "render_digest", broken)


@pytest.mark.parametrize(
    ("answer", "state", "loud"),
    [("550 nobody here", "refused", "550 nobody here"), ("451 later", "deferred", "451 later")],
)
def test_what_the_server_said_stands_beside_the_mail_and_in_the_log(
    item: Milestone, relay: Script, caplog: Any, answer: str, state: str, loud: str
) -> None:
    relay.say("dot", answer)
    sweep(MONDAY)
    message = Message.objects.get()
    assert (message.state, message.note) == (state, loud)
    assert said(caplog) == [f"WARNING: Message {message.pk}: {state} {loud}"]


def test_an_answer_that_never_came_has_no_code_to_show(
    item: Milestone, relay: Script, caplog: Any
) -> None:
    relay.say("dot", CUT)
    sweep(MONDAY)
    message = Message.objects.get()
    reply = Attempt.objects.get().reply
    assert reply.startswith("SMTPServerDisconnected(")
    assert message.note == reply
    assert said(caplog) == [f"WARNING: Message {message.pk}: unknown None {reply}"]


def test_what_an_earlier_try_met_with_is_not_shown_once_the_mail_is_accepted(
    item: Milestone, relay: Script
) -> None:
    relay.say("dot", "451 later")
    sweep(MONDAY)
    relay.forget()
    deliver(MONDAY + timedelta(minutes=2))
    assert note() == ""


def test_a_mail_with_nothing_left_to_say_says_so(item: Milestone, relay: Script) -> None:
    plan(MONDAY)
    Milestone.objects.update(state="verified", actual_date=date(2026, 6, 1))
    deliver(MONDAY)
    message = Message.objects.get()
    assert message.state == "cancelled"
    assert message.note == "Nothing was left to say at the moment of sending."
    # It was no try: nothing was rendered, nobody was asked.
    assert (message.tries, message.crashes) == (0, 0)
    assert message.settled_at is not None


def test_an_address_that_is_two_is_called_what_it_is(item: Milestone, relay: Script) -> None:
    User.objects.filter(name="Lead").update(email="a@example.org, b@example.org")
    sweep(MONDAY)
    message = Message.objects.get()
    assert (message.state, message.note) == ("refused", "This is not one valid e-mail address.")
    assert (message.tries, message.crashes) == (1, 0)


def test_a_mail_that_cannot_be_rendered_says_why(
    item: Milestone, relay: Script, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "a poison row")
    sweep(MONDAY)
    assert note() == "It cannot be rendered: RuntimeError('a poison row')"
    assert said(caplog) == [f"ERROR: Message {Message.objects.get().pk} cannot be rendered"]
    assert "a poison row" in caplog.text


def test_a_reason_that_is_too_long_is_cut_to_what_is_kept(
    item: Milestone, relay: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "x" * 600)
    sweep(MONDAY)
    assert note() == f"It cannot be rendered: RuntimeError('{'x' * 600}"[:500]


def test_while_nobody_listens_the_fault_is_told_and_after_five_days_the_end(
    item: Milestone, settings: Any, caplog: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    sweep(MONDAY)
    fault = "ConnectionRefusedError: [Errno 111] Connection refused"
    assert note() == fault
    assert said(caplog) == [f"WARNING: The mail server cannot be used: {fault}"]
    deliver(MONDAY + timedelta(days=5))
    message = Message.objects.get()
    assert (message.state, message.note) == ("refused", f"Given up: {fault}")
    assert (message.token, message.lease_until) == (None, None)
    assert message.settled_at is not None


def test_a_paused_queue_says_until_when_and_why(
    item: Milestone, relay: Script, caplog: Any
) -> None:
    relay.say("dot", "530 log in first")
    sweep(MONDAY)
    row = Sending.objects.get()
    assert row.reason == "530 log in first"
    pk = Message.objects.get().pk
    assert said(caplog) == [
        f"WARNING: Message {pk}: due 530 log in first",
        "WARNING: The mail server cannot be used: 530 log in first",
        "ERROR: Sending is paused for 0:15:00: 530 log in first",
    ]
    caplog.clear()
    assert deliver(MONDAY + timedelta(minutes=1)) == {"held back": 1}
    until = "Until 2026-06-01 08:15 UTC: 530 log in first"
    assert said(caplog) == [f"ERROR: No mail is sent: {until}"]


def test_without_a_place_for_its_journal_the_worker_names_the_fault(
    item: Milestone, relay: Script, caplog: Any, settings: Any, tmp_path: Any
) -> None:
    (tmp_path / "file").write_text("")
    settings.JOURNAL_DIR = tmp_path / "file"
    sweep(MONDAY)
    assert relay.received == []
    fault = f"[Errno 17] File exists: '{tmp_path}/file'"
    assert said(caplog) == [f"ERROR: No mail is sent: the journal cannot be written: {fault}"]


def test_a_mail_over_which_workers_died_says_so(item: Milestone) -> None:
    plan(MONDAY)
    claim(MONDAY, uuid4())
    Message.objects.update(crashes=5, lease_until=Now() - timedelta(seconds=1))
    assert recover(MONDAY) == 1
    message = Message.objects.get()
    assert message.state == "refused"
    assert message.note == "Workers died over this mail; it is not tried again."
    assert (message.token, message.lease_until, message.settled_at) == (None, None, MONDAY)


def test_a_mail_whose_worker_died_with_it_begun_says_that_nobody_knows(item: Milestone) -> None:
    enter(MONDAY)
    plan(MONDAY)
    log = Journal(uuid4())
    (outgoing,) = hand_over(
        batch := claim(MONDAY, log.token), batch.ids, Sending.objects.get().epoch, MONDAY
    )
    log.begin(outgoing.flight)
    log.close(done=False)
    later = MONDAY + timedelta(minutes=1)
    assert recover(later) == 1
    message, attempt = Message.objects.get(), Attempt.objects.get()
    assert (message.state, message.note, message.settled_at) == ("unknown", STOPPED, later)
    # Should the worker live after all, its answer still counts.
    assert message.token == log.token
    assert (attempt.outcome, attempt.code, attempt.reply) == ("unknown", None, STOPPED)
    assert (attempt.number, attempt.at) == (1, later)


def is_away(messages: Sequence[Message]) -> set[int]:
    raise ConnectionError("nobody answers")


def test_a_relay_that_cannot_be_asked_is_named_with_the_number_of_mails_in_doubt(
    item: Milestone, settings: Any, caplog: Any
) -> None:
    settings.MAIL_RELAY, settings.MAIL_RELAY_LOOKUP = "askable", f"{__name__}.is_away"
    plan(MONDAY)
    Message.objects.update(state="unknown", settled_at=MONDAY)
    assert resolve(MONDAY + timedelta(minutes=15)) == 0
    assert said(caplog) == ["ERROR: The mail server cannot be asked; 1 mails stay unknown"]
    assert "nobody answers" in caplog.text


def test_what_an_operator_cancels_says_so(cast: Cast, item: Milestone, relay: Script) -> None:
    enter(MONDAY)
    plan(MONDAY)
    claim(MONDAY, uuid4())
    assert resume(MONDAY, cancel_waiting=True) == 1
    message = Message.objects.get()
    assert message.state == "cancelled"
    assert message.note == "Cancelled when sending was resumed: it may have left before."
    assert (message.token, message.lease_until, message.settled_at) == (None, None, MONDAY)
