"""A real SMTP server in a thread whose every answer a test may script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tracker.demo.environment import free_port

CUT = "cut"


@dataclass
class Script:
    """What to answer at a phase (rcpt, data, dot); by recipient, or to everybody (``*``)."""

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    # Of the envelopes, where it says whom to tell of what cannot be delivered.
    senders: list[str] = field(default_factory=list)
    connections: int = 0

    def say(self, phase: str, answer: str, recipient: str = "*") -> None:
        self.answers[phase, recipient] = answer

    def forget(self) -> None:
        self.answers.clear()

    def answer(self, phase: str, recipient: str) -> str | None:
        return self.answers.get((phase, recipient)) or self.answers.get((phase, "*"))

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return lines

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self.answer("rcpt", address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answer("dot", envelope.rcpt_tos[0])
        if answer and answer != CUT:
            return answer
        content = envelope.original_content or b""
        self.senders.append(envelope.mail_from or "")
        self.received.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        if answer == CUT:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK kept"

    def to(self) -> list[str]:
        return [mail["To"] for mail in self.received]


@contextmanager
def serving(script: Script, settings: Any, port: int = 0) -> Iterator[Script]:
    """Serve a script, and let Django send there by its own SMTP backend."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port or free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    controller = Controller(script, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        yield script
    finally:
        controller.stop()
