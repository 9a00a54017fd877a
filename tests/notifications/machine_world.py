"""What people do while reminders go out: the actions of the state machine, by the real services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st

from milestones.models import Deliverable, Milestone
from milestones.services import (
    Move,
    NewEvidence,
    approve_amendment,
    ask_to_end,
    ask_to_move,
    claim_milestone,
    post_update,
    request_revision,
    return_milestone,
    submit_deliverable,
    verify_milestone,
)
from networks.acts import Act
from networks.duties import Duty, source
from networks.models import Member, Network, ProgrammeRole, User
from networks.refusals import Refusal
from networks.services import add_member, end_membership, end_role, grant_role
from notifications.models import LadderStop, Preference, Silence
from notifications.services.quieting import end_silence, mute_network, silence_item
from notifications.services.stopping import start_ladder, stop_ladder
from tests import factories

START = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
WHY = {"reason_code": "research", "reason": "The mice were late."}
PEOPLE = ("lead", "deputy", "member", "officer", "manager")
ITEMS = ("MS1", "MS2", "D1.1")
LABELS = {
    "Milestone": "milestone",
    "Deliverable": "deliverable",
    "Verification of a milestone": "milestone-verification",
    "Verification of a deliverable": "deliverable-verification",
}
SAID_NO = (Refusal, PermissionDenied, ValidationError)
Change = Callable[["World"], Any]


@dataclass
class World:
    """One network in the middle of its work, and the instant it is."""

    now: datetime = START
    network: Network = field(init=False)
    people: dict[str, User] = field(init=False)

    def __post_init__(self) -> None:
        cast = factories.cast()
        self.network, self.people = cast.aurora, {name: cast[name] for name in PEOPLE}
        User.objects.filter(pk=self.people["deputy"].pk).update(time_zone="Pacific/Kiritimati")
        Preference.objects.bulk_create(
            Preference(user=person, weekdays="1234567") for person in self.people.values()
        )
        seat = Member.objects.get(user=self.people["member"])
        first = START.date()
        factories.milestone(self.network, code="MS1", contractual_date=first + timedelta(days=1))
        factories.milestone(
            self.network, code="MS2", contractual_date=first + timedelta(days=7), responsible=seat
        )
        factories.deliverable(
            self.network, code="D1.1", contractual_date=first + timedelta(days=30)
        )

    @property
    def today(self) -> date:
        return self.now.astimezone(UTC).date()

    def act(self, name: str = "") -> Act:
        return factories.act(self.people[name] if name else None, self.now)

    def item(self, code: str) -> Milestone | Deliverable:
        model: Any = Deliverable if code.startswith("D") else Milestone
        return model.objects.get(network=self.network, code=code)

    def kind(self, code: str) -> str:
        return "deliverable" if code.startswith("D") else "milestone"

    def duty(self, code: str) -> Duty | None:
        return next(iter(source(self.kind(code)).among([self.item(code).pk])), None)


def write(code: str, percent: int) -> Change:
    """The lead writes how far it is."""
    return lambda world: post_update(
        world.act("lead"), world.item(code), confidence="on_track", percent=percent
    )


def hand_in(code: str) -> Change:
    """It is done, says the network."""

    def change(world: World) -> None:
        item, evidence = world.item(code), [NewEvidence(url="https://example.org/protocol")]
        if isinstance(item, Milestone):
            claim_milestone(
                world.act(), item, achieved_on=world.today, evidence=evidence, text="Done.", **WHY
            )
        else:
            submit_deliverable(
                world.act(), item, delivered_on=world.today, evidence=evidence, **WHY
            )

    return change


def judge(code: str, well: bool) -> Change:
    """Staff verify it, or send it back."""

    def change(world: World) -> None:
        item = world.item(code)
        if isinstance(item, Deliverable):
            request_revision(world.act(), item, note="Figure 2 is missing.")
        elif well:
            verify_milestone(world.act(), item)
        else:
            return_milestone(world.act(), item, note="The signature is missing.")

    return change


def move(code: str, days: int) -> Change:
    """The programme agrees to another deadline."""

    def change(world: World) -> None:
        moves = [Move(world.item(code), world.today + timedelta(days=days))]
        words = {"title": "Another date", "justification": "The mice were late."}
        asked = ask_to_move(world.act(), world.network, moves, **words)
        approve_amendment(world.act(), asked)

    return change


def drop(code: str) -> Change:
    """The programme agrees that it will never be."""

    def change(world: World) -> None:
        words = {"title": "Not any more", "justification": "The mice have left."}
        approve_amendment(world.act(), ask_to_end(world.act(), world.item(code), **words))

    return change


def leave(name: str) -> Change:
    """A person's role is over since yesterday."""

    def change(world: World) -> None:
        yesterday = world.today - timedelta(days=1)
        for seat in Member.objects.filter(user=world.people[name], ends=None):
            end_membership(world.act(), seat, last_day=yesterday)
        for role in ProgrammeRole.objects.filter(user=world.people[name], ends=None):
            end_role(world.act(), role, last_day=yesterday)

    return change


def join(name: str) -> Change:
    """A person who has left has their role again."""

    def change(world: World) -> None:
        person = world.people[name]
        if name in ("officer", "manager"):
            grant_role(world.act(), world.network.programme, user=person, role=name)
        else:
            add_member(world.act(), world.network, user=person, role=name)

    return change


def account(name: str, active: bool) -> Change:
    """An operator closes or opens an account."""
    return lambda world: User.objects.filter(pk=world.people[name].pk).update(is_active=active)


def address(name: str, number: int) -> Change:
    """A person has another address."""
    email = f"{name}.{number}@example.net"
    return lambda world: User.objects.filter(pk=world.people[name].pk).update(email=email)


def suspend(state: str) -> Change:
    """The network's work rests, or goes on."""
    return lambda world: Network.objects.filter(pk=world.network.pk).update(state=state)


def silence(name: str, code: str, days: int) -> Change:
    """A person mutes an item (no days), or snoozes it for some days."""

    def change(world: World) -> None:
        duty, person = world.duty(code), world.people[name]
        until = world.today + timedelta(days=days) if days else None
        if duty is not None:
            silence_item(world.act(name), person, duty, until=until)

    return change


def silence_all(name: str) -> Change:
    """A person mutes the network."""
    return lambda world: mute_network(world.act(name), world.people[name], world.network)


def listen(name: str) -> Change:
    """A person takes back all that they have muted."""

    def change(world: World) -> None:
        for each in Silence.objects.in_force().filter(user=world.people[name]):
            end_silence(world.act(name), each)

    return change


def stop(code: str) -> Change:
    """Staff stop an item's reminders."""

    def change(world: World) -> None:
        duty = world.duty(code)
        if duty is not None:
            stop_ladder(world.act(), duty, reason="The site is flooded.")

    return change


def start(code: str) -> Change:
    """Staff let them go on."""

    def change(world: World) -> None:
        stops = LadderStop.objects.in_force().filter(duty_kind=world.kind(code))
        for each in stops.filter(duty_id=world.item(code).pk):
            start_ladder(world.act(), each)

    return change


def happen(world: World, change: Change) -> bool:
    """Let something happen, unless the rules say no; then nothing has."""
    try:
        with transaction.atomic():
            change(world)
    except SAID_NO:
        return False
    return True


codes, names = st.sampled_from(ITEMS), st.sampled_from(PEOPLE)
changes: st.SearchStrategy[tuple[str, Change]] = st.one_of(
    *(
        st.tuples(st.just(how.__name__), st.builds(how, **drawn))
        for how, drawn in (
            (write, {"code": codes, "percent": st.integers(1, 99)}),
            (hand_in, {"code": codes}),
            (judge, {"code": codes, "well": st.booleans()}),
            (move, {"code": codes, "days": st.sampled_from((0, 1, 3, 7, 14, 40))}),
            (drop, {"code": codes}),
            (leave, {"name": names}),
            (join, {"name": names}),
            (account, {"name": names, "active": st.booleans()}),
            (address, {"name": names, "number": st.integers(1, 9)}),
            (suspend, {"state": st.sampled_from(("active", "suspended"))}),
            (silence, {"name": names, "code": codes, "days": st.sampled_from((0, 1, 3, 20))}),
            (silence_all, {"name": names}),
            (listen, {"name": names}),
            (stop, {"code": codes}),
            (start, {"code": codes}),
        )
    )
)
