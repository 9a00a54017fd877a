"""Amendments and what they bring along: dates that move, partners and people who change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from milestones.models import Amendment
from milestones.services import (
    approve_amendment,
    draft_amendment,
    refuse_amendment,
    submit_amendment,
)
from milestones.services.amendment_checks import Action, NewChange
from milestones.services.plan_values import Target
from networks.acts import Act
from networks.models import Event, Partner
from networks.services.people import add_member, end_membership
from tracker.demo.data.moments import Moments
from tracker.demo.data.people import People, key_of
from tracker.demo.data.planning import Award
from tracker.demo.data.shapes import Due
from tracker.demo.data.stories import Amended, Story
from tracker.demo.data.tables import rows

Step = tuple[datetime, Callable[[], object]]
_MOVED = (
    "contractual_date",
    "revised_date",
    "due_date",
    "due_month",
    "deadline_version",
    "version",
)


def amendment_steps(award: Award, story: Story, people: People, moments: Moments) -> Iterator[Step]:
    """Each step of each amendment, and the people who leave."""
    for amended in story.amendments:
        yield from _Course(award, people, moments, amended).steps()
    for key, day in rows(story.leavers, 2):
        act = _act(award, people, moments, award.lead(), int(day))
        yield act.at, partial(_leave, act, award, key)


def _act(award: Award, people: People, moments: Moments, who: str, day: int) -> Act:
    at = moments.at(award.today + timedelta(days=day), people[who].time_zone)
    return Act(people[who], at, Event.Channel.PAGE)


def _leave(act: Act, award: Award, key: str) -> None:
    end_membership(act, award.members[key], last_day=act.at.date())


class _Course:
    """One amendment from its draft to its decision."""

    def __init__(self, award: Award, people: People, moments: Moments, amended: Amended) -> None:
        self.award, self.people, self.moments, self.amended = award, people, moments, amended
        self.row: Amendment

    def steps(self) -> Iterator[Step]:
        """Draft, submit, decide: those of them that have happened."""
        amended = self.amended
        yield self._step(self.draft, amended.by, amended.drafted)
        if amended.submitted is not None:
            yield self._step(self.submit, amended.by, amended.submitted)
        if amended.decided is not None:
            yield self._step(
                self.refuse if amended.refused else self.approve, "manager", amended.decided
            )

    def _step(self, step: Callable[[Act], object], who: str, day: int) -> Step:
        act = _act(self.award, self.people, self.moments, who, day)
        return act.at, partial(step, act)

    def draft(self, act: Act) -> None:
        """Write it down."""
        self.row = draft_amendment(
            act,
            self.award.network,
            kind=self.amended.kind,
            title=self.amended.title,
            justification=self.amended.justification,
            changes=[*self._dates(), *self._partners()],
        )

    def submit(self, act: Act) -> None:
        """Hand it in."""
        submit_amendment(act, self.row)

    def refuse(self, act: Act) -> None:
        """The manager says no, and why."""
        refuse_amendment(act, self.row, note=self.amended.note)

    def approve(self, act: Act) -> None:
        """The manager agrees: what moved is read back, and who joins is let in."""
        approve_amendment(act, self.row, note=self.amended.note)
        for code, *_ in rows(self.amended.changes, 3):
            self.award.items[code].refresh_from_db(fields=_MOVED)
        if self.amended.joins:
            self._join(act)

    def _dates(self) -> Iterator[NewChange]:
        for code, name, value in rows(self.amended.changes, 3):
            kind = Target.MILESTONE if code.startswith("MS") else Target.DELIVERABLE
            due: Any = int(value) if name == "due_month" else self._day(value)
            yield NewChange(Action.CHANGE, kind, code, name, due)

    def _day(self, value: str) -> str:
        return Due.parse(value).on(self.award.network.starts, self.award.today).isoformat()

    def _partners(self) -> Iterator[NewChange]:
        if self.amended.leaves:
            yield NewChange(Action.DROP, Target.PARTNER, self.amended.leaves)
        for number, kind, short, _ in rows(self.award.plan.partners, 4):
            if short == self.amended.joins:
                home = self.people.home(short)
                new = {
                    "organisation": {"name": home.name, "country": home.country},
                    "number": number,
                    "kind": kind,
                    "starts": self._day(f"T{self.amended.decided:+}"),
                }
                yield NewChange(Action.ADD, Target.PARTNER, short, new=new)
                yield from self._effort(short)

    def _effort(self, short: str) -> Iterator[NewChange]:
        for name, months in rows(self.award.plan.effort, 2):
            for index, figure in enumerate(months.split()):
                if name == short and figure != "0":
                    key = f"WP{index + 1} / {short}"
                    yield NewChange(Action.ADD, Target.EFFORT, key, new={"person_months": figure})

    def _join(self, act: Act) -> None:
        short = self.amended.joins
        partner = Partner.objects.get(network=self.award.network, short_name=short)
        self.award.partners[short] = partner
        for email, name, home, role, months, *_ in rows(self.award.plan.team, 6):
            if home == short:
                key = key_of(email, name)
                self.award.members[key] = add_member(
                    act,
                    self.award.network,
                    user=self.people[key],
                    role=role,
                    partner=partner,
                    starts=act.at.date(),
                    effort=Decimal(months),
                )
