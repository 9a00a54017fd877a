"""Reports, reviews, decisions and conditions under way on a past day, as they were shown then."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from networks.acts import Act
from networks.models import User
from networks.services import record_event
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.services.assessing import declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers, withdraw_review
from reports.services.checking import open_round
from reports.services.conditions import meet_condition, submit_condition
from reports.services.deciding import Votes, decide
from reports.services.scheduling import open_reports, schedule
from reports.services.submitting import submit
from reports.services.summarising import answer_facts, save_summary, share_summary
from reports.services.writing import save_section
from reports.status import status_report
from reports.status.figures import CommitteeFigures
from reports.status.rows import Asked, rows_behind
from tests import factories
from tests.factories import Cast
from tests.reports import worlds
from tests.reports.rounds import CONDITIONAL, NewCondition, template

pytestmark = pytest.mark.django_db
KINDS = ("report", "review", "decision", "condition")
LAST = datetime(2026, 12, 1, 12, tzinfo=UTC)
TEXT = "We did what the plan asks for. " * 5


class Way:
    """AURORA's first report, from nothing to a condition that is met."""

    def __init__(self) -> None:
        self.cast = factories.cast()
        worlds.use_form(self.cast.aurora, "charity_annual")
        self.at = datetime(2025, 6, 1, 12, tzinfo=UTC)

    @property
    def report(self) -> ProgressReport:
        return ProgressReport.objects.get(network=self.cast.aurora, number=1)

    @property
    def round(self) -> ReviewRound:
        return ReviewRound.objects.get()

    def act(self, role: str = "") -> Act:
        return factories.act(self.cast[role] if role else None, at=self.at)

    def lay_out(self) -> None:
        schedule(self.act(), self.cast.aurora)

    def open(self) -> None:
        open_reports(self.act())

    def begin(self) -> None:
        section = worlds.template_for(self.report).sections.first()  # type: ignore[union-attr]
        assert section is not None
        save_section(self.act("lead"), self.report, section, text=TEXT, version=0)

    def submit(self) -> None:
        for section in self.report.template.sections.all()[1:]:  # type: ignore[union-attr]
            save_section(self.act("lead"), self.report, section, text=TEXT, version=0)
        submit(self.act("lead"), self.report)

    def check(self) -> None:
        open_round(self.act("officer"), self.report, reviews_due=self.at.date())

    def assign(self) -> None:
        person = NewReviewer(
            person=self.cast["reviewer"], is_rapporteur=True, due_date=self.at.date()
        )
        assign_reviewers(self.act("chair"), self.round, [person])

    def withdraw(self) -> None:
        withdraw_review(self.act("chair"), Review.objects.get())

    def declare(self) -> None:
        declare(self.act("reviewer"), Review.objects.get(), conflict=False)

    def review(self) -> None:
        save_review(self.act("reviewer"), Review.objects.get(), recommendation="continue")
        submit_review(self.act("reviewer"), Review.objects.get())

    def summarise(self) -> None:
        save_summary(self.act("reviewer"), self.round, summary="Sound work.")
        share_summary(self.act("reviewer"), self.round)

    def answer(self) -> None:
        answer_facts(self.act("lead"), self.round, text="It was May.")

    def decide(self) -> None:
        due = NewCondition(text="Show the forms", due_date=self.at.date())
        decided = {"decided_on": self.at.date(), "votes": Votes(present=3, votes_for=3, quorum=3)}
        decide(self.act("chair"), self.round, **(CONDITIONAL | decided | {"conditions": [due]}))

    def show(self) -> None:
        submit_condition(self.act("lead"), Condition.objects.get(), answer="Here they are.")

    def meet(self) -> None:
        meet_condition(self.act("officer"), Condition.objects.get())


STEPS: tuple[tuple[date, Callable[[Way], None]], ...] = (
    (date(2025, 6, 1), Way.lay_out),
    (date(2026, 1, 1), Way.open),
    (date(2026, 1, 10), Way.begin),
    (date(2026, 1, 20), Way.submit),
    (date(2026, 2, 1), Way.check),
    (date(2026, 2, 2), Way.assign),
    (date(2026, 2, 3), Way.withdraw),
    (date(2026, 2, 4), Way.assign),
    (date(2026, 2, 5), Way.declare),
    (date(2026, 2, 6), Way.review),
    (date(2026, 2, 10), Way.summarise),
    (date(2026, 2, 12), Way.answer),
    (date(2026, 3, 1), Way.decide),
    (date(2026, 3, 5), Way.show),
    (date(2026, 3, 9), Way.meet),
)


def figures(person: User, now: datetime, as_of: date | None = None) -> CommitteeFigures:
    """The four figures."""
    return status_report(person, now, as_of=as_of).totals.committee


def rows(person: User, now: datetime, as_of: date | None = None) -> list[tuple[str, int, str]]:
    """The state of each row behind them."""
    return [
        (kind, row["row_id"], row["row_state"])
        for kind in KINDS
        for row in rows_behind(person, now, None, Asked(kind, "total", as_of=as_of))
    ]


def test_every_step_of_a_report_is_told_later_as_it_was_shown(time_machine: Any) -> None:
    way, then = Way(), {}
    operator = factories.user("operator", is_superuser=True)
    # Whoever runs the installation sees all of it and is answered quickest.
    asked = [(operator, rows), (way.cast["chair"], figures), (way.cast["funder"], figures)]
    for day, step in STEPS:
        way.at = datetime.combine(day, time(12), tzinfo=UTC)
        time_machine.move_to(way.at, tick=False)
        step(way)
        then |= {(who, ask, day): ask(who, way.at) for who, ask in asked}
    time_machine.move_to(LAST, tick=False)
    assert {key: key[1](key[0], LAST, key[2]) for key in then} == then
    assert rows(operator, LAST, date(2025, 5, 31)) == []


def test_what_was_written_before_the_log_had_states_is_read_from_the_steps() -> None:
    cast: Cast = factories.cast()
    report = ProgressReport.objects.create(
        network=cast.aurora, number=1, state="submitted", handed_in_on=date(2026, 1, 20),
        template=template(), period_start=date(2025, 1, 1), period_end=date(2025, 12, 31), cut_off=date(2025, 12, 31),
        due_date=date(2026, 3, 1),
    )  # fmt: skip
    days = {
        "schedule_report": date(2025, 6, 1), "open_report": date(2026, 1, 1),
        "begin_report": date(2026, 1, 10), "submit_report": date(2026, 1, 20),
    }  # fmt: skip
    for verb, day in days.items():
        at = datetime.combine(day, time(12), tzinfo=UTC)
        record_event(factories.act(cast["lead"], at), verb, report, network=cast.aurora)
    asked = [day - timedelta(days=1) for day in days.values()] + [date(2026, 1, 20)]
    states = [[state for _kind, _id, state in rows(cast["manager"], LAST, day)] for day in asked]
    assert states == [[], [], ["open"], ["draft"], ["submitted"]]
