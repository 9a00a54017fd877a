"""The relay: one connection, opened before anything is handed over."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from notifications.composing import Letter
from notifications.conversing import Answer, Line, Outcome, kept, too_late
from notifications.stopwatch import ticks

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """Why there is no connection; nothing was sent."""

    reason: str
    queue_wide: bool = False


class Relay:
    """One connection at a time, by whichever backend the settings name."""

    def __init__(self, backend: Any = None) -> None:
        self.backend: Any = backend or get_connection(fail_silently=False)
        self.line: Line | None = None

    def open(self) -> Fault | None:
        """Connect, greet, log in. Returns the fault if that failed: nothing was sent."""
        try:
            self.backend.open()
        except Exception as error:
            self.close()
            wide = isinstance(error, smtplib.SMTPAuthenticationError)
            return Fault(kept(f"{type(error).__name__}: {error}"), queue_wide=wide)
        smtp = getattr(self.backend, "connection", None)
        if not isinstance(self.backend, EmailBackend) or smtp is None:
            self.line = None
        elif self.line is None or self.line.smtp is not smtp:
            self.line = Line(smtp)
        return None

    def close(self) -> None:
        """Hang up, whatever state the connection is in."""
        self.line = None
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend.connection = None

    def send(
        self,
        letter: Letter,
        begin: Callable[[], None],
        until: float,
        following: Letter | None = None,
    ) -> Answer:
        """Hand one mail over, over the connection that stands.

        ``begin`` is called immediately before the text is offered: from then on the relay
        may have the mail. ``until`` is the end of the worker's time with it, by ``ticks``.
        ``following`` is the mail that is sent next: it may be announced, and must not be
        left out then (:meth:`forget`).
        """
        try:
            letter.content  # noqa: B018 - written here, and kept
        except Exception as error:
            # A poison row never stops its neighbours; staff see it in the outbox.
            log.exception("A mail to %s cannot be composed", letter.recipient)
            reply = f"It cannot be composed: {error!r}"[:500]
            return Answer(Outcome.REFUSED, None, reply, usable=False)
        if self.line is not None:
            return self.line.send(letter, begin, until, following)
        begin()
        if ticks() >= until:
            return too_late()
        try:
            # Another backend (memory, file, a provider's): it knows success and failure only.
            sent = self.backend.send_messages([letter.for_django()])
        except Exception as error:
            return Answer(Outcome.UNKNOWN, None, repr(error)[:500], usable=False)
        return Answer(Outcome.ACCEPTED if sent else Outcome.DEFERRED)

    def forget(self) -> Fault | None:
        """What was announced is not sent after all: its connection goes, and a new one comes."""
        if self.line is None or self.line.announced is None:
            return None
        # Not by QUIT, which the server would take for the mail's text.
        self.line.smtp.close()
        self.close()
        return self.open()
