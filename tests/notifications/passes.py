"""A relay that answers as a test says, and what a pass over the queue has come by."""

from __future__ import annotations

from collections.abc import Callable

from notifications.composing import Letter
from notifications.conversing import Answer, Outcome
from notifications.failpoints import AFTER_MARK
from notifications.models import Message
from notifications.services import deliver
from notifications.services.delivering import Pass, Watch
from notifications.services.gate import enter
from notifications.transport import Fault, Relay
from tests.notifications.clocks import Clock
from tests.notifications.conftest import at

MONDAY = at("2026-06-01 08:00")
REACHED: list[str] = []
# How many mails were decided together, each time.
GROUPS: list[int] = []
# What is to happen once when a point is reached.
ONCE: dict[str, Callable[[], object]] = {}
KEPT = Answer(Outcome.ACCEPTED, 250, "OK kept")


def note_point(point: str) -> None:
    REACHED.append(point)
    ONCE.pop(point, lambda: None)()
    if point == AFTER_MARK:
        GROUPS.append(Message.objects.filter(state="handing_over").count())


class Told(Relay):
    """A relay that takes its time, and answers as a test says; it notes what it was given."""

    def __init__(self, clock: Clock | None = None, seconds: float = 0.0, *answers: Answer) -> None:
        super().__init__()
        self.clock, self.seconds, self.answers = clock, seconds, list(answers)
        self.opens: list[Fault | None] = []
        self.forgets: list[Fault | None] = []
        self.calls: list[tuple[str, float, str | None]] = []
        self.hung_up = 0

    def open(self) -> Fault | None:
        return self.opens.pop(0) if self.opens else None

    def close(self) -> None:
        self.hung_up += 1

    def forget(self) -> Fault | None:
        return self.forgets.pop(0) if self.forgets else None

    def send(
        self,
        letter: Letter,
        begin: Callable[[], None],
        until: float,
        following: Letter | None = None,
    ) -> Answer:
        begin()
        self.calls.append((letter.recipient, until, following and following.recipient))
        if self.clock is not None:
            self.clock.time += self.seconds
        return self.answers.pop(0) if self.answers else KEPT

    @property
    def sent(self) -> list[str]:
        return [recipient for recipient, _, _ in self.calls]


def fates(relay: Relay) -> dict[str, int]:
    return dict(+deliver(MONDAY, lambda: relay))


def a_pass(relay: Relay, together: int = 50) -> Pass:
    return Pass(relay, Watch.at(MONDAY), enter(MONDAY).epoch, together=together)
