"""Handing one mail to the relay, and judging the answer honestly.

Django's own backend sends with ``sendmail``, which does not tell at which point a lost
connection was lost. Here the steps are apart: until the relay has asked for the text (354)
a fault is certain not to have sent anything; from then on only a reply code is an answer.
That the relay may have the mail is written down in the moment before that.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from notifications.composing import Letter
from notifications.models import Attempt
from notifications.stopwatch import ticks

Outcome = Attempt.Outcome
# RFC 4954: log-in wanted, too weak, or failed. That is no single mail's fault.
LOG_IN = (530, 534, 535, 538)


@dataclass(frozen=True)
class Answer:
    """What became of one attempt. Without a code it is our own finding."""

    outcome: Outcome
    code: int | None = None
    reply: str = ""
    # Whether the connection can carry another mail.
    usable: bool = True
    # Whether every other mail would meet with the same.
    queue_wide: bool = False


@dataclass(frozen=True)
class Fault:
    """Why there is no connection; nothing was sent."""

    reason: str
    queue_wide: bool = False


def judge(code: int, reply: bytes | str) -> Answer:
    """By the first digit alone (RFC 5321): 2 accepted, 4 for a while, 5 for good."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    outcome = {2: Outcome.ACCEPTED, 4: Outcome.DEFERRED, 5: Outcome.REFUSED}.get(
        code // 100, Outcome.UNKNOWN
    )
    text = _kept(text)
    if code in LOG_IN:
        return Answer(Outcome.DEFERRED, code, text, usable=False, queue_wide=True)
    # smtplib makes a number below zero of an answer without one.
    said = code if code >= 0 else None
    # 421: the server closes the connection.
    return Answer(outcome, said, text, usable=code != 421 and outcome != Outcome.UNKNOWN)


def _kept(text: str) -> str:
    """As much of a relay's words as is kept; PostgreSQL takes no NUL."""
    return text.replace("\0", " ")[:500]


class Relay:
    """One connection, opened before anything is handed over."""

    def __init__(self, backend: Any = None) -> None:
        self.backend: Any = backend or get_connection(fail_silently=False)

    def open(self) -> Fault | None:
        """Connect, greet, log in. Returns the fault if that failed: nothing was sent."""
        try:
            self.backend.open()
        except Exception as error:
            self.close()
            wide = isinstance(error, smtplib.SMTPAuthenticationError)
            return Fault(_kept(f"{type(error).__name__}: {error}"), queue_wide=wide)
        return None

    def close(self) -> None:
        """Hang up, whatever state the connection is in."""
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend.connection = None

    def send(self, letter: Letter, begin: Callable[[], None], until: float) -> Answer:
        """Hand one mail over.

        ``begin`` is called immediately before the text is offered: from then on the relay
        may have the mail. ``until`` is the end of the worker's time with it, by ``ticks``.
        """
        smtp = getattr(self.backend, "connection", None)
        if isinstance(self.backend, EmailBackend) and smtp is not None:
            return _converse(smtp, letter, begin, until)
        begin()
        if ticks() >= until:
            return _too_late()
        try:
            # Another backend (memory, file, a provider's): it knows success and failure only.
            sent = self.backend.send_messages([letter.for_django()])
        except Exception as error:
            return Answer(Outcome.UNKNOWN, None, repr(error)[:500], usable=False)
        return Answer(Outcome.ACCEPTED if sent else Outcome.DEFERRED)


def _converse(
    smtp: smtplib.SMTP, letter: Letter, begin: Callable[[], None], until: float
) -> Answer:
    try:
        smtp.ehlo_or_helo_if_needed()
        together = smtp.has_extn("pipelining")
        refused = None if together else _say(smtp, _envelope(smtp, letter))
    except Exception as error:
        return Answer(Outcome.DEFERRED, None, repr(error)[:500], usable=False)
    if refused is not None:
        return refused
    # First written down, then the clock, then offered: whoever reads the journal when the
    # time is over sees every mail that can still leave.
    begin()
    if ticks() >= until:
        return _too_late()
    steps = [*(_envelope(smtp, letter) if together else ()), ("data", 354)]
    try:
        refused = _say(smtp, steps)
    except Exception as error:
        # The relay had not got the text yet: it cannot have the mail.
        return Answer(Outcome.DEFERRED, None, repr(error)[:500], usable=False)
    return refused or _hand_text(smtp, letter.content, until)


def _envelope(smtp: smtplib.SMTP, letter: Letter) -> list[tuple[str, int]]:
    """The commands that name sender and recipient, each with the answer that it wants."""
    body = " body=8bitmime" if smtp.has_extn("8bitmime") else ""
    return [(f"mail FROM:<{letter.sender}>{body}", 250), (f"rcpt TO:<{letter.recipient}>", 250)]


def _say(smtp: smtplib.SMTP, steps: Sequence[tuple[str, int]]) -> Answer | None:
    """Send commands in one go (RFC 2920) and read their answers; the first refusal, or None.

    Raises ValueError for a command that would be two.
    """
    if any("\r" in command or "\n" in command for command, _ in steps):
        raise ValueError("An address holds a line break.")
    smtp.send("".join([f"{command}\r\n" for command, _ in steps]))
    for _, wanted in steps:
        code, reply = smtp.getreply()
        if code != wanted and (wanted == 354 or code // 100 != 2):
            # What comes after it is not read: the connection is given up.
            return _refused_early(code, reply)
    return None


def _hand_text(smtp: smtplib.SMTP, content: bytes, until: float) -> Answer:
    if ticks() >= until:
        # The connection is dropped without a final dot: no server takes half a mail.
        return _too_late()
    try:
        smtp.send(dotted(content))
        code, reply = smtp.getreply()
        return judge(code, reply)
    except Exception as error:
        return Answer(Outcome.UNKNOWN, None, repr(error)[:500], usable=False)


def _too_late() -> Answer:
    reply = "The worker was held up until its time with this mail was over."
    return Answer(Outcome.DEFERRED, None, reply, usable=False)


def dotted(content: bytes) -> bytes:
    """The text as DATA wants it: leading dots doubled, final dot. Its lines end in CRLF."""
    stuffed = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
    end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    return stuffed + end


def _refused_early(code: int, reply: bytes) -> Answer:
    answer = judge(code, reply)
    if answer.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        # An answer that makes no sense at this step, before any text: try again later.
        answer = replace(answer, outcome=Outcome.DEFERRED)
    # The next mail starts on a fresh connection, whatever state this one was left in.
    return replace(answer, usable=False)
