"""Whether reminders went out as is promised: the judge of the state machine.

It reads the mail server's journal and the rows of the plan, and does not ask the planner or
the sender what should have been.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import translation
from hypothesis import note

from networks.clock import Today
from networks.duties import Duty, source, sources
from networks.models import Member, ProgrammeRole, User
from notifications.ladder import Ladders
from notifications.models import LadderStop, Message, Reminder, Silence
from notifications.words import in_words
from tests.notifications.faulty_relay import FaultyRelay, Kept
from tests.notifications.machine_world import LABELS, World

OVER = ("accepted", "refused", "cancelled", "superseded")


@dataclass
class Judge:
    """What the journal has shown so far: how often each mail, and each line, went out."""

    world: World
    relay: FaultyRelay
    seen: int = 0
    copies: Counter[str] = field(default_factory=Counter)
    told: dict[tuple[Any, ...], list[Kept]] = field(default_factory=lambda: defaultdict(list))
    # Mails of which the sender cannot know whether they have arrived.
    in_doubt: set[str] = field(default_factory=set)
    # A backup was restored, and no operator has looked at it.
    behind: bool = False

    def mails_that_are_over(self) -> set[str]:
        """Those that must not go out any more."""
        return set(Message.objects.filter(state__in=OVER).values_list("message_id", flat=True))

    def doubt(self) -> None:
        """What a dead worker could not write down is in doubt."""
        self.in_doubt |= {mail.message_id for mail in self.relay.kept}
        self.in_doubt -= self.mails_that_are_over()

    def check_rows(self) -> None:
        """Each line is in one state, which is that of its mail."""
        for line in Reminder.objects.select_related("message"):
            carried = line.message.state if line.message else ""
            if line.state == "planned":
                assert carried not in ("", "superseded"), line
            if line.state == "sent":
                assert carried == "accepted", line
        for message in Message.objects.filter(state="accepted"):
            assert self.copies[message.message_id], f"{message} is said to be sent"

    def check_mails(self, over: set[str]) -> None:
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
            if Message.objects.get(pk=mail.row).kind == Message.Kind.NOTICE:
                assert self.belongs(reader), f"{reader} was told what happened, and left before"
            else:
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
        with translation.override(reader.language):
            right = in_words(duty.due_date)
        assert due == right, f"{reader} was told that {code} is due {due}, not {right}"
        audiences = source(kind).audiences([duty], self.world.today)[duty.id].values()
        assert any(reader.pk in group for group in audiences), f"{code} is no duty of {reader}"
        assert source(kind).visible_ids(reader, [duty.id]), f"{reader} may not see {code}"
        assert not self.is_quiet(duty, reader), f"{reader} did not wish to be told of {code}"
        steps = Reminder.objects.filter(
            message=mail.row, duty_kind=kind, duty_id=duty.id, state__in=("planned", "sent")
        )
        key = (reader.pk, kind, duty.id, duty.deadline_version)
        for offset, version in steps.values_list("offset_days", "deadline_version"):
            assert version == duty.deadline_version, f"A step to an old deadline of {code}"
            before = self.told[*key, offset]
            assert mail.is_marked or not before, f"{reader} is told the same of {code} again"
            before.append(mail)

    def belongs(self, reader: User) -> bool:
        """Whether the reader has a part in the network, or in its programme, today."""
        now = Q(ends=None) | Q(ends__gte=self.world.today)
        network = self.world.network
        return (
            Member.objects.filter(now, network=network, user=reader).exists()
            or ProgrammeRole.objects.filter(now, programme=network.programme, user=reader).exists()
        )

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

    def check_nothing_is_left(self) -> None:
        """After some quiet days whatever was due is out, or it is said why not."""
        for message in Message.objects.exclude(state__in=OVER):
            assert message.state == "unknown", f"{message} is left"
            # News that may have arrived waits for staff; a morning is sent once more.
            assert message.resent or message.kind == "notice", f"{message} had no second copy"
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

    def forgive(self, lost: list[Kept]) -> None:
        """An operator who lets a restored backup go on chooses that these may be repeated."""
        for mail in lost:
            self.copies.pop(mail.message_id, None)
            self.in_doubt.discard(mail.message_id)
        for mails in self.told.values():
            mails[:] = [mail for mail in mails if mail not in lost]
