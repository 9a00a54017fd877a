"""A mail server's end of a connection, as smtplib shows it: what was sent, word for word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Wire:
    """Answers in order; what is raised is a connection that broke there."""

    answers: list[tuple[int, bytes] | Exception]
    extensions: tuple[str, ...] = ()
    sent: list[bytes] = field(default_factory=list)
    greeted: int = 0
    closed: int = 0
    # What breaks when something is sent, and at which time.
    breaks: dict[int, Exception] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A test's own list is used again in its next run.
        self.answers = list(self.answers)

    def ehlo_or_helo_if_needed(self) -> None:
        self.greeted += 1

    def has_extn(self, name: str) -> bool:
        return name in self.extensions

    def send(self, words: Any) -> None:
        if len(self.sent) in self.breaks:
            raise self.breaks[len(self.sent)]
        self.sent.append(words.encode("ascii") if isinstance(words, str) else words)

    def getreply(self) -> tuple[int, bytes]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1
