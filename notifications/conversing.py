"""The conversation with a mail server over one connection, and judging its answers honestly.

Django's own backend sends with ``sendmail``, which does not tell at which point a lost
connection was lost. Here the steps are apart: until the server has asked for the text (354)
a fault is certain not to have sent anything; from then on only a reply code is an answer.
That the server may have the mail is written down in the moment before its text is offered.

Where the server takes commands in groups (PIPELINING, RFC 2920), a mail costs one journey: with
a mail's final dot goes what announces the next one. A mail that is announced is not offered
yet, and is dropped with the connection.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from notifications.composing import Letter
from notifications.models import Attempt
from notifications.stopwatch import ticks

Outcome = Attempt.Outcome
# RFC 4954: log-in wanted, too weak, or failed. That is no single mail's fault.
LOG_IN = (530, 534, 535, 538)
# A command, and the answer that it wants.
Step = tuple[str, int]


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


def judge(code: int, reply: bytes | str) -> Answer:
    """By the first digit alone (RFC 5321): 2 accepted, 4 for a while, 5 for good."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    outcome = {2: Outcome.ACCEPTED, 4: Outcome.DEFERRED, 5: Outcome.REFUSED}.get(
        code // 100, Outcome.UNKNOWN
    )
    text = kept(text)
    if code in LOG_IN:
        return Answer(Outcome.DEFERRED, code, text, usable=False, queue_wide=True)
    # smtplib makes a number below zero of an answer without one.
    said = code if code >= 0 else None
    # 421: the server closes the connection.
    return Answer(outcome, said, text, usable=code != 421 and outcome != Outcome.UNKNOWN)


def kept(text: str) -> str:
    """As much of a relay's words as is kept; PostgreSQL takes no NUL."""
    return text.replace("\0", " ")[:500]


def too_late() -> Answer:
    """Nothing was offered, because the worker's time with the mail was over."""
    reply = "The worker was held up until its time with this mail was over."
    return Answer(Outcome.DEFERRED, None, reply, usable=False)


@dataclass
class Line:
    """One connection that stands."""

    smtp: smtplib.SMTP
    # Whose envelope the server has been given already; its answers are not read yet.
    announced: Letter | None = None

    def send(
        self, letter: Letter, begin: Callable[[], None], until: float, following: Letter | None
    ) -> Answer:
        """Hand one mail over, and announce the one that follows it."""
        try:
            refused = self._ask(letter)
        except Exception as error:
            # The relay had not got the text yet: it cannot have the mail.
            return Answer(Outcome.DEFERRED, None, repr(error)[:500], usable=False)
        if refused is not None:
            return refused
        content = dotted(letter.content)
        # First written down, then the clock, then offered: whoever reads the journal when the
        # time is over sees every mail that can still leave.
        begin()
        if ticks() >= until:
            # The connection is dropped without a final dot: no server takes half a mail.
            return too_late()
        return self._offer(content, following)

    def _ask(self, letter: Letter) -> Answer | None:
        """Name sender and recipient and ask to give the text; the refusal, or None."""
        self.smtp.ehlo_or_helo_if_needed()
        steps, announced = self._steps(letter), self.announced
        if announced is not None and announced is not letter:
            # Its text would go to the other one's recipient.
            raise ValueError("Another mail was announced.")
        self.announced = None
        for group in [steps] if self.smtp.has_extn("pipelining") else [[step] for step in steps]:
            if announced is None:
                self.smtp.send(_spoken(group))
            refused = self._hear(group)
            if refused is not None:
                return refused
        return None

    def _steps(self, letter: Letter) -> Sequence[Step]:
        body = " body=8bitmime" if self.smtp.has_extn("8bitmime") else ""
        return (
            (f"mail FROM:<{letter.sender}>{body}", 250),
            (f"rcpt TO:<{letter.recipient}>", 250),
            ("data", 354),
        )

    def _hear(self, steps: Sequence[Step]) -> Answer | None:
        """Read the answers to some commands; the first refusal, or None."""
        for _, wanted in steps:
            code, reply = self.smtp.getreply()
            if code != wanted and (wanted == 354 or code // 100 != 2):
                # What comes after it is not read: the connection is given up.
                return _refused_early(code, reply)
        return None

    def _offer(self, content: bytes, following: Letter | None) -> Answer:
        ahead = b""
        if following is not None and self.smtp.has_extn("pipelining"):
            # An address that would be two commands is told in its own turn.
            with suppress(ValueError):
                ahead = _spoken(self._steps(following)).encode("ascii")
        try:
            self.smtp.send(content + ahead)
            if ahead and following is not None:
                self.announced = following
                # While the server looks at this one, the next is written; what is wrong with
                # it is told in its own turn as well.
                with suppress(Exception):
                    following.content  # noqa: B018 - it is kept
            return judge(*self.smtp.getreply())
        except Exception as error:
            return Answer(Outcome.UNKNOWN, None, repr(error)[:500], usable=False)


def _spoken(steps: Sequence[Step]) -> str:
    """Commands as they are sent. Raises ValueError for one that would be two."""
    if any("\r" in command or "\n" in command for command, _ in steps):
        raise ValueError("An address holds a line break.")
    return "".join([f"{command}\r\n" for command, _ in steps])


def dotted(content: bytes) -> bytes:
    """The text as DATA wants it: leading dots doubled, final dot. Its lines end in CRLF."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    start = b"." if stuffed.startswith(b".") else b""
    end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
    return b"".join((start, stuffed, end))


def _refused_early(code: int, reply: bytes) -> Answer:
    answer = judge(code, reply)
    if answer.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        # An answer that makes no sense at this step, before any text: try again later.
        answer = replace(answer, outcome=Outcome.DEFERRED)
    # The next mail starts on a fresh connection, whatever state this one was left in.
    return replace(answer, usable=False)
