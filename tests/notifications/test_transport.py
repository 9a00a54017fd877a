"""The connection: what is opened, kept, hung up, and what a backend that knows little is believed."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications import transport
from notifications.composing import Letter, Texts
from notifications.conversing import Answer, Outcome, too_late
from notifications.transport import Fault, Relay
from tests.notifications.wire import Wire

NEVER = float("inf")


def a_letter() -> Letter:
    headers = {"X-Reminder-Id": "1"}
    texts = Texts("a@example.org", "b@example.org", "Hello", "Text", "<p>Text</p>", headers, {})
    return Letter(texts.sender, texts.recipient, lambda: texts)


class Smtp(EmailBackend):
    """The backend for SMTP, whose connections a test hands out."""

    def __init__(self, *wires: Any) -> None:
        super().__init__()
        self.wires = list(wires)
        self.hung_up = 0

    def open(self) -> bool:
        found = self.wires.pop(0)
        if isinstance(found, Exception):
            raise found
        self.connection = found
        return True

    def close(self) -> None:
        self.hung_up += 1
        self.connection = None


class Other(BaseEmailBackend):
    """A provider's backend: it knows success and failure only."""

    def __init__(self, answer: int | Exception) -> None:
        super().__init__()
        self.answer, self.taken = answer, []

    def send_messages(self, email_messages: Any) -> int:
        self.taken += email_messages
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ConnectionRefusedError("nobody"), Fault("ConnectionRefusedError: nobody")),
        (OSError("x\0" + "x" * 600), Fault("OSError: x " + "x" * 489)),
        (
            smtplib.SMTPAuthenticationError(535, b"wrong"),
            Fault("SMTPAuthenticationError: (535, b'wrong')", queue_wide=True),
        ),
        (
            smtplib.SMTPConnectError(421, b"busy"),
            Fault("SMTPConnectError: (421, b'busy')", queue_wide=False),
        ),
    ],
)
def test_a_line_that_cannot_be_opened_says_why_and_whose_fault_it_is(
    error: Exception, fault: Fault
) -> None:
    backend = Smtp(error)
    relay = Relay(backend)
    assert relay.open() == fault
    assert relay.line is None
    assert backend.hung_up == 1


def test_each_connection_is_a_line_of_its_own() -> None:
    first, second = Wire([]), Wire([])
    relay = Relay(Smtp(first, first, second))
    relay.open()
    line = relay.line
    assert line is not None
    assert line.smtp is first  # type: ignore[comparison-overlap]
    relay.open()
    assert relay.line is line
    relay.open()
    assert relay.line is not None
    assert relay.line.smtp is second  # type: ignore[comparison-overlap]


def test_a_backend_without_a_connection_has_no_line() -> None:
    relay = Relay(Smtp(None))
    assert relay.open() is None
    assert relay.line is None
    other = Relay(Other(1))
    other.backend.connection = Wire([])
    assert other.open() is None
    assert other.line is None


def test_hanging_up_forgets_the_line() -> None:
    relay = Relay(backend := Smtp(Wire([])))
    relay.open()
    relay.close()
    assert (relay.line, backend.hung_up) == (None, 1)


@pytest.mark.parametrize("error", [OSError("stuck"), smtplib.SMTPServerDisconnected("gone")])
def test_a_line_that_cannot_be_hung_up_is_dropped(error: Exception) -> None:
    class Stuck(Smtp):
        def close(self) -> None:
            raise error

    relay = Relay(backend := Stuck(Wire([])))
    relay.open()
    relay.close()
    assert (relay.line, backend.connection) == (None, None)


def test_what_was_announced_goes_with_its_connection_without_a_farewell() -> None:
    first, second = Wire([]), Wire([])
    relay = Relay(backend := Smtp(first, second))
    assert relay.forget() is None
    relay.open()
    assert relay.forget() is None
    assert (first.closed, backend.hung_up) == (0, 0)
    assert relay.line is not None
    relay.line.announced = a_letter()
    assert relay.forget() is None
    assert (first.closed, backend.hung_up, first.sent) == (1, 1, [])
    assert relay.line is not None
    assert relay.line.smtp is second  # type: ignore[comparison-overlap]


def test_where_no_new_connection_comes_the_fault_is_told() -> None:
    relay = Relay(Smtp(Wire([]), OSError("busy")))
    relay.open()
    assert relay.line is not None
    relay.line.announced = a_letter()
    assert relay.forget() == Fault("OSError: busy")


def test_a_mail_that_cannot_be_composed_says_why_and_is_logged(caplog: Any) -> None:
    error = RuntimeError("a poison row" + "x" * 600)

    def poison() -> Texts:
        raise error

    answer = Relay(Other(1)).send(
        Letter("a@example.org", "b@example.org", poison), lambda: None, NEVER
    )
    reply = f"It cannot be composed: {error!r}"[:500]
    assert answer == Answer(Outcome.REFUSED, None, reply, usable=False)
    assert [record.getMessage() for record in caplog.records] == [
        "A mail to b@example.org cannot be composed"
    ]
    assert "a poison row" in caplog.text


BROKEN = TimeoutError("x" * 600)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (1, Answer(Outcome.ACCEPTED)),
        (0, Answer(Outcome.DEFERRED)),
        (BROKEN, Answer(Outcome.UNKNOWN, None, repr(BROKEN)[:500], usable=False)),
    ],
)
def test_another_backend_gets_the_mail_and_is_believed(
    said: int | Exception, answer: Answer
) -> None:
    other, begun = Other(said), []
    relay = Relay(other)
    assert relay.open() is None
    assert relay.send(a_letter(), lambda: begun.append(len(other.taken)), NEVER) == answer
    (mail,) = other.taken
    assert (mail.to, mail.subject) == (["b@example.org"], "Hello")
    # Written down before it was offered.
    assert begun == [0]


@pytest.mark.parametrize(("clock", "offered"), [(0.5, 1), (1.0, 0)])
def test_another_backend_gets_nothing_once_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch, clock: float, offered: int
) -> None:
    monkeypatch.setattr(transport, "ticks", lambda: clock)
    other = Other(1)
    answer = Relay(other).send(a_letter(), lambda: None, until=1.0)
    assert len(other.taken) == offered
    assert (answer == too_late()) is not bool(offered)
