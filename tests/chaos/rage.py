"""Killing those who send, at random moments, all over a run."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tracker.demo.children import wait_until

# One in so many is killed whatever it does: planning, claiming, rendering, or waiting.
ANYBODY = 5
# The moment of the kill lies within so many seconds after its victim's mail has arrived.
MOMENTS = 0.05
# So many kills ahead people become due: a sender that begins needs its time, and the others
# must not have sent everything before the last kill.
AHEAD = 20


@dataclass
class Rage:
    """Picks the victims, and spreads their deaths over the run by what has arrived."""

    seed: int
    mails: int
    kills: int
    journal: Path
    # When so long nothing arrives, there is nothing left to disturb.
    patience: float

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.file = self.journal.open()
        self.arrived = 0
        # A line that is not written to its end yet.
        self.begun = ""

    def next(self, number: int, alive: Callable[[], Sequence[int]]) -> int | None:
        """Wait for the moment of this kill, and return its victim."""
        seen: list[int] = []
        anybody = self.dice.randrange(ANYBODY) == 0

        def found() -> bool:
            sender = self.last_sender()
            if self.arrived >= self.goal(number) and (sender or anybody):
                seen[:] = alive() if anybody else [pid for pid in alive() if sender in ports(pid)]
            return bool(seen)

        if not wait_until(found, self.patience, 0.003):
            return None
        time.sleep(self.dice.uniform(0, MOMENTS))
        return self.dice.choice(seen)

    def goal(self, number: int) -> int:
        """After how many mails the kill of this number comes."""
        return self.mails * number // (self.kills + 1)

    def owed(self, number: int) -> int:
        """How many mails are to be due by the kill of this number: more than will have left."""
        return min(self.mails, self.goal(number + AHEAD) + 1)

    def last_sender(self) -> int:
        """The port from which the newest mail came; 0 if none has come since the last look."""
        *lines, self.begun = (self.begun + self.file.read()).split("\n")
        self.arrived += len(lines)
        return int(json.loads(lines[-1])["from"]) if lines else 0


def ports(pid: int) -> set[int]:
    """This machine's ends of a process's connections."""
    try:
        return {line.laddr.port for line in psutil.Process(pid).net_connections("tcp4")}
    except psutil.Error:
        return set()
