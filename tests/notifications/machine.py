"""The state machine: anything may happen at any time, and what is promised holds.

The real services act on a real database, the real sender speaks to a real server that fails
as it is told; :mod:`tests.notifications.machine_judge` says whether it was right.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from notifications import failpoints, stopwatch
from notifications.models import Message
from notifications.services import gate, plan, sweep
from notifications.services.resuming import resume
from tests.notifications.faulty_relay import CUT, IN_DOUBT, STEPS, FaultyRelay
from tests.notifications.machine_judge import Judge
from tests.notifications.machine_world import (
    START,
    Change,
    World,
    changes,
    happen,
)

DAY, LEASE = timedelta(days=1), timedelta(minutes=3)
# Between reading and deciding: what happens here is heeded, or comes too late for nobody.
BEFORE_DECIDING = (failpoints.BEFORE_CLAIM, failpoints.AFTER_CLAIM)
# Where a worker may fall asleep, until another one has taken over what it held.
TAKEN_OVER = (failpoints.AFTER_CLAIM, failpoints.AFTER_MARK, failpoints.AFTER_ANSWER)
# What a mail that a worker has taken must still heed.
HEEDED = ("hand_in", "move", "drop", "account", "suspend", "silence", "silence_all", "stop")
STEP = timedelta(hours=6)
QUIET = timedelta(days=2, hours=6)
hooks: dict[str, Callable[[], None]] = {}


@dataclass
class Ticking:
    """The clock that nobody sets: it goes on with the world's, and never back."""

    ahead: float = 0.0

    def clock_gettime(self, which: int) -> float:
        return time.clock_gettime(which) + self.ahead


class Died(BaseException):
    """The worker's process is gone: nothing catches this."""


def reached(point: str) -> None:
    """The sender has come to a point (the setting FAILPOINTS)."""
    if point in hooks:
        hooks.pop(point)()


faults = st.lists(
    st.one_of(
        st.just(("", "")),
        st.tuples(st.sampled_from(("rcpt", "dot")), st.sampled_from(("550 no", "450 later"))),
        st.tuples(st.sampled_from(STEPS), st.just(CUT)),
        st.tuples(st.just("dot"), st.sampled_from(IN_DOUBT)),
        st.tuples(
            st.sampled_from(("mail", "data")), st.sampled_from(("421 bye", "530 log in", "554 no"))
        ),
    ),
    max_size=4,
)


class Reminding(RuleBasedStateMachine):
    """Everything that may happen to reminders, one thing after the other."""

    relay: FaultyRelay
    settings: Any
    folder: Path
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.settings.DATA_DIR = self.folder / str(self.runs)
        self.settings.JOURNAL_DIR = self.settings.DATA_DIR / "journal"
        self.settings.FAILPOINTS = f"{__name__}.reached"
        self.relay.reset()
        hooks.clear()
        self.ticking = stopwatch.time = Ticking()  # type: ignore[assignment]
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.world = World()
        # An installation that has sent before: only such a one can tell an older database.
        gate.enter(START)
        gate.note_batch()
        self.judge = Judge(self.world, self.relay)
        self.backup: tuple[Any, int] | None = None
        self.latest = START

    def teardown(self) -> None:
        """In the end all is calm, and whatever is due is out."""
        try:
            if sys.exc_info()[0] is None:
                self.quiet_days()
        finally:
            self.clock.stop()
            stopwatch.time = time  # type: ignore[assignment]
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    # What happens.

    @rule(change=changes)
    def something_happens(self, change: tuple[str, Change]) -> None:
        note(f"{change[0]}: {'done' if happen(self.world, change[1]) else 'refused'}")
        self.judge.check_rows()

    @rule(minutes=st.sampled_from((1, 4, 20, 6 * 60, 3 * 24 * 60, 9 * 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.set_clock(timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from((60, 24 * 60)))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.set_clock(-timedelta(minutes=minutes))

    @rule()
    def somebody_plans(self) -> None:
        plan(self.world.now)
        self.judge.check_rows()

    @rule(faults=faults)
    def a_morning(self, faults: list[tuple[str, str]]) -> None:
        self.set_clock(DAY)
        self.send(lambda: sweep(self.world.now), faults)

    @rule(faults=faults)
    def a_pass(self, faults: list[tuple[str, str]]) -> None:
        self.send(lambda: sweep(self.world.now), faults)

    @rule(faults=faults, greeting=st.sampled_from(("421 busy", "554 go away", CUT)))
    def a_pass_without_a_server(self, faults: list[tuple[str, str]], greeting: str) -> None:
        self.relay.greeting = greeting
        self.send(lambda: sweep(self.world.now), faults)
        self.relay.greeting = ""

    @rule(faults=faults, point=st.sampled_from(failpoints.POINTS), host=st.sampled_from("ab"))
    def a_worker_dies(self, faults: list[tuple[str, str]], point: str, host: str) -> None:
        """On this host, where its journal tells what it was at; or on another one."""
        self.set_clock(DAY)
        hooks[point] = self.die
        with suppress(Died):
            self.send(lambda: sweep(self.world.now), faults)
        if host == "b":
            shutil.rmtree(self.settings.JOURNAL_DIR, ignore_errors=True)
        hooks.clear()
        self.judge.doubt()

    @rule(faults=faults, point=st.sampled_from(BEFORE_DECIDING), change=changes)
    def something_happens_during_a_pass(
        self, faults: list[tuple[str, str]], point: str, change: tuple[str, Change]
    ) -> None:
        hooks[point] = lambda: note(f"{change[0]}: {happen(self.world, change[1])}")
        self.send(lambda: sweep(self.world.now), faults)
        hooks.clear()

    @rule(faults=faults, point=st.sampled_from(TAKEN_OVER))
    def a_worker_sleeps_and_is_taken_for_dead(
        self, faults: list[tuple[str, str]], point: str
    ) -> None:
        self.set_clock(DAY)
        hooks[point] = self.be_taken_over
        self.send(lambda: sweep(self.world.now), faults)
        hooks.clear()

    @rule(faults=faults, point=st.sampled_from(TAKEN_OVER))
    def the_clock_of_the_database_jumps_while_a_worker_holds_mails(
        self, faults: list[tuple[str, str]], point: str
    ) -> None:
        """Its lease is over by the database, and not by its own clock."""
        hooks[point] = self.be_taken_over_at_once
        self.set_clock(DAY)
        self.send(lambda: sweep(self.world.now), faults)
        hooks.clear()

    @rule(change=changes.filter(lambda each: each[0] in HEEDED))
    def something_happens_in_the_last_moment_of_a_morning(self, change: tuple[str, Change]) -> None:
        self.set_clock(DAY)
        hooks[failpoints.AFTER_CLAIM] = lambda: note(
            f"{change[0]}: {happen(self.world, change[1])}"
        )
        self.send(lambda: sweep(self.world.now), [])
        hooks.clear()

    @precondition(lambda self: self.backup is None and not self.judge.behind)
    @rule()
    def a_backup_is_taken(self) -> None:
        self.backup = (transaction.savepoint(), len(self.relay.kept))

    @precondition(lambda self: self.backup is not None)
    @rule()
    def the_backup_is_restored(self) -> None:
        assert self.backup is not None
        point, kept = self.backup
        transaction.savepoint_rollback(point)
        self.backup = None
        # What has left since then only the server knows.
        lost = self.relay.kept[kept:]
        self.judge.behind = gate.look(self.world.now).state == gate.BEHIND
        assert self.judge.behind or not lost, "A restored backup is not noticed"
        self.judge.forgive(lost)
        self.judge.check_rows()

    @precondition(lambda self: self.judge.behind)
    @rule(cancel=st.booleans())
    def an_operator_lets_it_go_on(self, cancel: bool) -> None:
        resume(self.world.now, cancel_waiting=cancel)
        self.judge.behind = False
        self.judge.check_rows()

    def quiet_days(self) -> None:
        """The server is well, workers live, nobody changes anything: all that is due goes out."""
        self.relay.greeting = ""
        self.backup = None
        if self.judge.behind:
            self.an_operator_lets_it_go_on(True)
        # A clock that was ahead for a while has used up the mornings until then.
        calm = self.latest + QUIET
        while self.world.now < calm:
            self.set_clock(STEP)
            self.send(lambda: sweep(self.world.now), [])
        self.judge.check_nothing_is_left()

    # Means.

    def set_clock(self, by: timedelta) -> None:
        self.world.now += by
        self.latest = max(self.latest, self.world.now)
        self.time.move_to(self.world.now)
        if by >= LEASE:
            self.end_leases()
            self.ticking.ahead += by.total_seconds()

    def end_leases(self) -> None:
        """The database's own clock goes on by itself; here its leases are made older."""
        Message.objects.filter(lease_until__isnull=False).update(lease_until=Now() - LEASE)

    def be_taken_over_at_once(self) -> None:
        self.end_leases()
        sweep(self.world.now)

    def be_taken_over(self) -> None:
        self.set_clock(2 * LEASE)
        sweep(self.world.now)

    def send(self, go: Callable[[], object], faults: list[tuple[str, str]]) -> None:
        over = self.judge.mails_that_are_over()
        self.relay.faults.extend(faults)
        try:
            go()
        finally:
            self.relay.faults.clear()
            self.judge.check_mails(over)
        self.judge.check_rows()

    def die(self) -> None:
        raise Died
