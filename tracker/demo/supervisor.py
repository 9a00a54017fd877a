"""Starts children in order, restarts those that crash, stops all in the right order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.demo.children import Child

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A child that ran this long before it ended starts again with the short pause.
STEADY_SECONDS = 60.0


@dataclass
class Watched:
    """A child with what its restarts need to know."""

    child: Child
    started: float = 0.0
    crashes: int = 0
    restart_at: float | None = None

    def pause(self) -> float:
        """How long to wait before the next start: twice as long after each crash."""
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** max(0, self.crashes - 1)))


@dataclass
class Supervisor:
    """Holds the children of one demo. `say` prints a line for the person who watches."""

    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    watched: list[Watched] = field(default_factory=list)

    def start(self, child: Child) -> None:
        """Start a child and keep an eye on it from now on."""
        child.start()
        self.watch(child)

    def watch(self, child: Child) -> None:
        """Keep an eye on a child that runs already."""
        self.watched.append(Watched(child, started=self.clock()))

    def launch(self, entry: Watched) -> None:
        """Start the process of an entry, now."""
        entry.child.start()
        entry.started = self.clock()
        entry.restart_at = None

    def look(self) -> None:
        """Notice crashed children, and restart those whose pause is over."""
        for entry in self.watched:
            if entry.restart_at is not None:
                if self.clock() >= entry.restart_at:
                    self.launch(entry)
            elif not entry.child.running:
                self.note_crash(entry)

    def note_crash(self, entry: Watched) -> None:
        """Say that a child has ended, and plan its restart."""
        now = self.clock()
        if now - entry.started > STEADY_SECONDS:
            entry.crashes = 0
        entry.crashes += 1
        entry.restart_at = now + entry.pause()
        process = entry.child.process
        code = process.returncode if process else "?"
        where = f"; its log: {entry.child.log}" if entry.child.log else ""
        self.say(
            f"{entry.child.name} has ended (exit code {code}{where}). "
            f"It starts again in {entry.pause():.0f} s."
        )

    def crashed_often(self, times: int = 3) -> Child | None:
        """Return a child that cannot be brought up, for the start to give up on."""
        return next((entry.child for entry in self.watched if entry.crashes >= times), None)

    def stop(self) -> None:
        """Stop in the reverse order of the start: nobody loses the server they talk to."""
        for entry in reversed(self.watched):
            entry.child.stop()
        self.watched.clear()

    def kill(self) -> None:
        """End everything at once, for the person who presses Ctrl-C a second time."""
        for entry in self.watched:
            entry.child.kill()
        self.watched.clear()
