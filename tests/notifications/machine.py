"""The state machine: anything may happen at any time, and what is promised holds.

The real services act on a real database, the real sender speaks to a real server that fails
as it is told. The judge reads that server's journal and the rows of the plan; it does not
ask the planner or the sender what should have been.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from networks.clock import Today
from networks.duties import Duty, source, sources
from networks.models import User
from notifications import failpoints
from notifications.ladder import Ladders
from notifications.models import LadderStop, Message, Reminder, Silence
from notifications.services import deliver, gate, plan, sweep
from notifications.words import in_words
from tests.notifications.faulty_relay import CUT, IN_DOUBT, STEPS, FaultyRelay, Kept
from tests.notifications.machine_world import (
    LABELS,
    START,
    Change,
    World,
    changes,
    happen,
)

LEASE, SETTLE = timedelta(minutes=3), timedelta(minutes=15)
OVER = ("accepted", "refused", "cancelled", "superseded")
# Between reading and deciding: what happens here is heeded, or comes too late for nobody.
BEFORE_DECIDING = (failpoints.BEFORE_CLAIM, failpoints.AFTER_CLAIM)
# Where a worker may fall asleep, until another one has taken over what it held.
TAKEN_OVER = (failpoints.AFTER_CLAIM, failpoints.AFTER_RENDER, failpoints.AFTER_MARK)
STEP = timedelta(hours=6)
QUIET = timedelta(days=2, hours=6)
hooks: dict[str, Callable[[], None]] = {}


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
        self.settings.FAILPOINTS = f"{__name__}.reached"
        self.relay.reset()
        hooks.clear()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.world = World()
        # An installation that has sent before: only such a one can tell an older database.
        gate.enter(START)
        gate.note_batch()
        # What the journal has shown so far, beside how often each mail and line went out.
        self.seen = 0
        self.copies: Counter[str] = Counter()
        self.told: dict[tuple[Any, ...], list[Kept]] = defaultdict(list)
        self.in_doubt: set[str] = set()
        self.backup: tuple[Any, int] | None = None
        self.behind = False
        self.latest = START

    def teardown(self) -> None:
        """In the end all is calm, and whatever is due is out."""
        try:
            if sys.exc_info()[0] is None:
                self.quiet_days()
        finally:
            self.clock.stop()
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    # What happens.

    @rule(change=changes)
    def something_happens(self, change: tuple[str, Change]) -> None:
        note(f"{change[0]}: {'done' if happen(self.world, change[1]) else 'refused'}")
        self.check_rows()

    @rule(minutes=st.sampled_from((1, 4, 20, 6 * 60, 24 * 60, 3 * 24 * 60, 9 * 24 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.set_clock(timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from((60, 24 * 60)))
    def the_clock_is_set_back(self, minutes: int) -> None:
        self.set_clock(-timedelta(minutes=minutes))

    @rule()
    def somebody_plans(self) -> None:
        plan(self.world.now)
        self.check_rows()

    @rule(faults=faults)
    def a_pass(self, faults: list[tuple[str, str]]) -> None:
        self.send(lambda: sweep(self.world.now), faults)

    @rule(faults=faults, greeting=st.sampled_from(("421 busy", "554 go away", CUT)))
    def a_pass_without_a_server(self, faults: list[tuple[str, str]], greeting: str) -> None:
        self.relay.greeting = greeting
        self.send(lambda: sweep(self.world.now), faults)
        self.relay.greeting = ""

    @rule(faults=faults, point=st.sampled_from(failpoints.POINTS))
    def a_worker_dies(self, faults: list[tuple[str, str]], point: str) -> None:
        hooks[point] = self.die
        with suppress(Died):
            self.send(lambda: sweep(self.world.now), faults)
        self.after_death()

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
        hooks[point] = self.be_taken_over
        self.send(lambda: sweep(self.world.now), faults)
        hooks.clear()

    @rule(change=changes.filter(lambda each: each[0] in HEEDED))
    def something_happens_in_the_last_moment(self, change: tuple[str, Change]) -> None:
        hooks[failpoints.AFTER_RENDER] = lambda: note(
            f"{change[0]}: {happen(self.world, change[1])}"
        )
        self.send(lambda: sweep(self.world.now), [])
        hooks.clear()

    @precondition(lambda self: self.backup is None and not self.behind)
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
        self.behind = gate.look(self.world.now).state == gate.BEHIND
        assert self.behind or not lost, "A restored backup is not noticed"
        self.forgive(lost)
        self.check_rows()

    @precondition(lambda self: self.behind)
    @rule(cancel=st.booleans())
    def an_operator_lets_it_go_on(self, cancel: bool) -> None:
        gate.resume(self.world.now, cancel_waiting=cancel)
        self.behind = False
        self.check_rows()

    # What is promised.

    def check_rows(self) -> None:
        """Each line is in one state, which is that of its mail."""
        for line in Reminder.objects.select_related("message"):
            carried = line.message.state if line.message else ""
            if line.state == "planned":
                assert carried and carried != "superseded", line
            if line.state == "sent":
                assert carried == "accepted", line
        for message in Message.objects.filter(state="accepted"):
            assert self.copies[message.message_id], f"{message} is said to be sent"

    def check(self, over: set[str]) -> None:
        """Look at each mail that the server has kept since the last look."""
        mails, self.seen = self.relay.kept[self.seen :], len(self.relay.kept)
        for mail in mails:
            note(f"kept: {mail.recipient} {mail.message_id} {mail.is_marked} {mail.lines}")
            assert not self.behind, "A restored database has sent a mail"
            assert mail.message_id not in over, "It was over, and went out"
            self.copies[mail.message_id] += 1
            self.check_copy(mail)
            reader = User.objects.filter(email=mail.recipient, is_active=True).first()
            assert reader is not None, f"A stranger was written to: {mail.recipient}"
            assert mail.lines, "An empty mail"
            for code, due, label in mail.lines:
                self.check_line(mail, reader, code, due, LABELS[label])
            if not mail.said:
                self.in_doubt.add(mail.message_id)

    def check_copy(self, mail: Kept) -> None:
        number = self.copies[mail.message_id]
        assert number <= 2, "A third copy"
        if number == 2:
            assert mail.is_marked, "A second copy that does not say so"
            assert mail.message_id in self.in_doubt, "A second copy without need"

    def check_line(self, mail: Kept, reader: User, code: str, due: str, kind: str) -> None:
        item = self.world.item(code)
        (duty,) = source(kind).among([item.pk]) or [None]
        assert duty is not None, f"{reader} was told of {code}, which is {item.state}"
        assert due == in_words(duty.due_date), f"{reader} was told of an old date of {code}"
        audiences = source(kind).audiences([duty], self.world.today)[duty.id].values()
        assert any(reader.pk in group for group in audiences), f"{code} is no duty of {reader}"
        assert source(kind).visible_ids(reader, [duty.id]), f"{reader} may not see {code}"
        assert not self.is_quiet(duty, reader), f"{reader} did not wish to be told of {code}"
        steps = Reminder.objects.filter(
            message=mail.row, duty_kind=kind, duty_id=duty.id, state__in=("planned", "sent")
        )
        key = (reader.pk, kind, duty.id, duty.deadline_version)
        for offset in steps.values_list("offset_days", flat=True):
            before = self.told[*key, offset]
            assert mail.is_marked or not before, f"{reader} is told the same of {code} again"
            before.append(mail)

    def is_quiet(self, duty: Duty, reader: User) -> bool:
        """Whether staff have stopped it, or the reader has muted or snoozed it."""
        about = {"duty_kind": duty.kind, "duty_id": duty.id}
        stops = LadderStop.objects.filter(started_at=None, **about)
        if stops.filter(deadline_version=duty.deadline_version).exists():
            return True
        wishes = Silence.objects.filter(user=reader, ended_at=None, network=duty.network_id)
        day = Today.at(self.world.now).in_zone(reader.time_zone)
        snoozed = wishes.filter(**about, deadline_version=duty.deadline_version, until__gt=day)
        muted = wishes.filter(until=None).filter(duty_kind="") | wishes.filter(until=None, **about)
        return snoozed.exists() or muted.exists()

    def quiet_days(self) -> None:
        """The server is well, workers live, nobody changes anything: all that is due goes out."""
        self.relay.greeting = ""
        self.backup = None
        if self.behind:
            self.an_operator_lets_it_go_on(True)
        # A clock that was ahead for a while has used up the mornings until then.
        calm = self.latest + QUIET
        while self.world.now < calm:
            self.set_clock(STEP)
            self.send(lambda: sweep(self.world.now), [])
        left = Message.objects.exclude(state__in=OVER)
        for message in left:
            assert message.state == "unknown" and message.resent, f"{message} is left"
        for each in sources():
            for duty in each.due_by(self.world.today + timedelta(days=60)):
                self.check_told(duty)

    def check_told(self, duty: Duty) -> None:
        """Everybody whom a step that has come addresses has had it, or it is said why not."""
        audiences = source(duty.kind).audiences([duty], self.world.today)[duty.id]
        latest: dict[int, int] = {}
        # A day ago: since then everybody has had a morning.
        today = Today.at(self.world.now - timedelta(days=1))
        for step in Ladders().reached(duty, duty.days_left(today)):
            latest |= dict.fromkeys(audiences[step.audience], step.offset)
        for reader in User.objects.filter(pk__in=latest, is_active=True):
            if self.is_quiet(duty, reader):
                continue
            lines = Reminder.objects.filter(
                recipient=reader,
                duty_kind=duty.kind,
                duty_id=duty.id,
                deadline_version=duty.deadline_version,
                offset_days__gte=latest[reader.pk],
            )
            assert any(self.is_answered(line) for line in lines), (
                f"{reader} was never told of {duty.code} at {latest[reader.pk]:+d}: "
                f"{[(str(line), line.fate, line.note) for line in lines]}"
            )

    def is_answered(self, line: Reminder) -> bool:
        if line.message is not None and line.state in ("planned", "sent", "refused"):
            return line.message.state in ("accepted", "refused", "unknown")
        by_operator = line.message is not None and "resumed" in line.message.note
        return "just written" in line.note or by_operator

    # Means.

    def set_clock(self, by: timedelta) -> None:
        self.world.now += by
        self.latest = max(self.latest, self.world.now)
        self.time.move_to(self.world.now)
        if by >= LEASE:
            self.end_leases()

    def end_leases(self) -> None:
        """The database's own clock goes on by itself; here its leases are made older."""
        Message.objects.filter(lease_until__isnull=False).update(lease_until=Now())

    def be_taken_over(self) -> None:
        self.end_leases()
        sweep(self.world.now)

    def send(self, go: Callable[[], object], faults: list[tuple[str, str]]) -> None:
        over = set(Message.objects.filter(state__in=OVER).values_list("message_id", flat=True))
        self.relay.faults.extend(faults)
        try:
            go()
        finally:
            self.relay.faults.clear()
            self.check(over)
        self.check_rows()

    def die(self) -> None:
        raise Died

    def after_death(self) -> None:
        """What the dead worker could not write down is in doubt."""
        hooks.clear()
        known = Message.objects.filter(state__in=OVER).values_list("message_id", flat=True)
        self.in_doubt |= {mail.message_id for mail in self.relay.kept} - set(known)

    def forgive(self, lost: list[Kept]) -> None:
        """An operator who lets a restored backup go on chooses that these may be repeated."""
        for mail in lost:
            self.copies.pop(mail.message_id, None)
            self.in_doubt.discard(mail.message_id)
        for mails in self.told.values():
            mails[:] = [mail for mail in mails if mail not in lost]


# What a mail that is rendered already must still heed.
HEEDED = ("hand_in", "move", "drop", "account", "suspend", "silence", "silence_all", "stop")
