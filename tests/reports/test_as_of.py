"""A year of random history, day by day: what was shown on a day is what "as of" it says later."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from milestones import services
from milestones.models import Deliverable, Milestone, Risk
from milestones.services import NewChange, NewEvidence
from networks import services as setting_up
from networks.acts import Act
from networks.models import Network, Partner, Programme
from networks.refusals import Conflict, Refusal
from reports.content import template_for
from reports.models import Condition, Decision, ProgressReport, Review, ReviewRound
from reports.services.assessing import declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers, withdraw_review
from reports.services.checking import open_round, return_report
from reports.services.conditions import (
    meet_condition,
    return_condition,
    submit_condition,
    waive_condition,
)
from reports.services.deciding import NewCondition, Votes, decide
from reports.services.scheduling import keep_schedules
from reports.services.submitting import submit
from reports.services.summarising import answer_facts, save_summary, share_summary
from reports.services.writing import save_section
from reports.status import StatusReport, status_report
from tests import factories
from tests.factories import Cast
from tests.reports.worlds import use_form

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
FIRST = date(2026, 1, 1)
DAYS = 365
PROOF = NewEvidence(url="https://example.org/proof")
OUTCOMES = Decision.ReportOutcome.values
TEXT = "We did what the plan asks for, and measured it."
WHY = {"reason_code": "research", "reason": "The mice were late."}


@dataclass
class Year:
    """People who act at random, from one seed."""

    cast: Cast
    dice: Random
    at: datetime = datetime(2026, 1, 1, 9, tzinfo=UTC)
    count: int = 0
    done: dict[str, int] = field(default_factory=dict)

    def act(self, role: str) -> Act:
        # Each act has its own minute, as people do.
        self.at += timedelta(minutes=1)
        return factories.act(self.cast[role], at=self.at)

    def code(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def day(self, spread: int = 200, back: int = 40) -> date:
        return self.at.date() + timedelta(days=self.dice.randint(-back, spread))

    def item(self, *states: str) -> Any:
        rows = [
            *Milestone.objects.filter(network=self.cast.aurora, state__in=states),
            *Deliverable.objects.filter(network=self.cast.aurora, state__in=states),
        ]
        return self.dice.choice(rows) if rows else None

    # --- What may happen on a day -------------------------------------------------------------

    def plan_milestone(self) -> None:
        services.create_milestone(
            self.act("manager"), self.cast.aurora, code=self.code("MS"), title="T",
            contractual_date=self.day(),
        )  # fmt: skip

    def plan_deliverable(self) -> None:
        services.create_deliverable(
            self.act("manager"), self.cast.aurora, code=self.code("D1."), title="T",
            contractual_date=self.day(),
            dissemination_level=self.dice.choice(["PU", "SEN", "C-UE/EU-C"]),
        )  # fmt: skip

    def say(self) -> None:
        item = self.item("planned", "in_progress", "pending", "draft", "revision_requested")
        if item is not None:
            forecast = self.dice.choice([None, self.day()])
            late = forecast is not None and forecast > item.due_date
            confidence = "off_track" if late else self.dice.choice(["on_track", "at_risk"])
            percent = self.dice.randint(0, 99)
            services.post_update(
                self.act("lead"), item, confidence=confidence, percent=percent,
                forecast_date=forecast, **WHY,
            )  # fmt: skip

    def hand_in(self) -> None:
        item = self.item("planned", "in_progress", "pending", "draft", "revision_requested")
        day = self.day(0)
        if isinstance(item, Milestone):
            services.claim_milestone(
                self.act("lead"), item, achieved_on=day, evidence=[PROOF], **WHY
            )
        elif item is not None:
            services.submit_deliverable(
                self.act("lead"), item, delivered_on=day, evidence=[PROOF], **WHY
            )

    def judge(self) -> None:
        item, good = self.item("claimed", "submitted"), self.dice.random() < 0.6
        act = self.act("officer")
        if isinstance(item, Milestone):
            if good:
                services.verify_milestone(act, item)
            else:
                services.return_milestone(act, item, note="No.")
        elif item is not None:
            if good:
                services.accept_deliverable(act, item)
            else:
                services.request_revision(act, item, note="No.")

    def amend(self) -> None:
        """Ask for a change, and let the programme decide, at once or some day."""
        lines = [line for line in (self.dice.choice(_LINES)(self), self.move()) if line]
        drafted = services.draft_amendment(
            self.act("lead"), self.cast.aurora, kind="other", title="t", justification="j",
            changes=lines,
        )  # fmt: skip
        services.submit_amendment(self.act("lead"), drafted)
        if self.dice.random() < 0.8:
            services.approve_amendment(self.act("manager"), drafted)
        elif self.dice.random() < 0.5:
            services.refuse_amendment(self.act("manager"), drafted, note="No.")

    def move(self) -> NewChange | None:
        item = self.item("planned", "in_progress", "pending", "draft")
        if item is None:
            return None
        kind = str(item._meta.model_name)
        return NewChange("change", kind, item.code, "due_date", self.day().isoformat())

    def drop(self) -> NewChange | None:
        item = self.item("planned", "in_progress", "pending", "draft")
        return item and NewChange("drop", str(item._meta.model_name), item.code)

    def classify(self) -> NewChange | None:
        item = self.item("pending", "draft", "submitted", "accepted")
        level = self.dice.choice(["PU", "SEN", "S-UE/EU-S"])
        return item and NewChange("change", "deliverable", item.code, "dissemination_level", level)

    def weigh(self) -> NewChange | None:
        risk = Risk.objects.filter(network=self.cast.aurora, closed_on=None).order_by("?").first()
        return risk and NewChange("change", "risk", risk.code, "severity", self.dice.choice("LMH"))

    def close(self) -> NewChange | None:
        risk = Risk.objects.filter(network=self.cast.aurora, closed_on=None).first()
        return risk and NewChange("drop", "risk", risk.code)

    def foresee(self) -> NewChange:
        values = {"description": "d", "likelihood": "H", "severity": "M"}
        return NewChange("add", "risk", self.code("R"), new=values)

    def name_risk(self) -> None:
        services.add_risk(
            self.act("lead"), self.cast.aurora, code=self.code("R"), description="d",
            likelihood=self.dice.choice("LMH"), severity=self.dice.choice("LMH"),
        )  # fmt: skip

    def assess(self) -> None:
        risks = list(Risk.objects.filter(network=self.cast.aurora, closed_on=None))
        if risks:
            services.assess_risk(
                self.act("lead"), self.dice.choice(risks), period="RP",
                likelihood=self.dice.choice(["", "L", "M", "H"]),
                materialised=self.dice.random() < 0.5,
            )  # fmt: skip

    def join(self) -> None:
        body = factories.organisation(country=self.dice.choice(["IT", "FR", "GR", "JP"]))
        setting_up.add_partner(
            self.act("manager"), self.cast.aurora, organisation=body, short_name=self.code("P"),
            number=str(1000 + self.count),
        )  # fmt: skip

    def leave(self) -> None:
        left = Partner.objects.filter(network=self.cast.aurora, kind="beneficiary", ends=None)
        partner = left.first()
        if partner is not None:
            # Known on the day itself, or written down some days afterwards.
            last = self.at.date() - timedelta(days=self.dice.choice([0, 9]))
            setting_up.end_partnership(self.act("manager"), partner, last_day=last)

    def found(self) -> None:
        new = setting_up.create_network(
            self.act("manager"), self.cast.programme, reference=self.code("NEW-"), acronym="NEW",
            title="t", starts=FIRST, ends=date(2029, 1, 1),
        )  # fmt: skip
        services.create_milestone(
            self.act("manager"), new, code="MS1", title="T", contractual_date=self.day()
        )

    # --- Reports of BOREAS, which has no plan: nothing stands in the way of handing them in ----

    def row(self, model: type[Any], *states: str) -> Any:
        rows = list(model.objects.filter(network=self.cast.boreas, state__in=states).order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def report(self) -> None:
        """Write some of a report, and hand it in when all of it is written."""
        report = self.row(ProgressReport, "open", "draft")
        if report is None:
            return
        template = template_for(report)
        assert template is not None
        sections = list(template.sections.exclude(answers__report=report, answers__version__gt=0))
        for section in sections[: self.dice.choice([3, 30])]:
            save_section(self.act("stranger"), report, section, text=TEXT, version=0)
        submit(self.act("stranger"), report)

    def check(self) -> None:
        report = self.row(ProgressReport, "submitted")
        if report is not None and self.dice.random() < 0.8:
            open_round(self.act("officer"), report, reviews_due=self.at.date())
        elif report is not None:
            return_report(self.act("officer"), report, notes={"": "No."})

    def review(self) -> None:
        """One step of a review, or one of its round once all of them are in."""
        review = self.row(Review, "assigned", "in_progress")
        if review is None:
            self.convene()
        elif self.dice.random() < 0.15:
            withdraw_review(self.act("chair"), review)
        elif review.state == "assigned":
            act = self.act(review.reviewer.name.lower())
            declare(act, review, conflict=self.dice.random() < 0.1, reason="A friend.")
        else:
            act = self.act(review.reviewer.name.lower())
            save_review(act, review, recommendation="continue")
            submit_review(act, review)

    def convene(self) -> None:
        round_ = self.row(ReviewRound, "reviewing", "summary", "answer", "panel")
        if round_ is None:
            return
        if round_.state == "reviewing":
            person = self.cast[self.dice.choice(["reviewer", "second", "third"])]
            due = self.at.date() + timedelta(days=9)
            assign_reviewers(self.act("chair"), round_, [NewReviewer(person=person, due_date=due)])
        elif round_.state == "summary":
            save_summary(self.act("chair"), round_, summary="Sound.")
            share_summary(self.act("chair"), round_, ask_network=self.dice.random() < 0.7)
        elif round_.state == "answer" and self.dice.random() < 0.5:
            answer_facts(self.act("stranger"), round_, text="It was May.")
        else:
            self.decide(round_)

    def decide(self, round_: ReviewRound) -> None:
        outcome = self.dice.choice(OUTCOMES)
        conditional = outcome == "accepted_with_conditions"
        due = self.at.date() + timedelta(days=30)
        decide(
            self.act("chair"), round_, report_outcome=outcome, decided_on=self.at.date(),
            outcome="continue_with_conditions" if conditional else "continue",
            votes=Votes(present=3, votes_for=3, quorum=3),
            conditions=[NewCondition(text="Show it", due_date=due)] * 2 if conditional else [],
        )  # fmt: skip

    def settle(self) -> None:
        condition = self.row(Condition, "open", "submitted")
        if condition is None:
            return
        act = self.act("officer")
        if self.dice.random() < 0.1:
            waive_condition(act, condition, note="Not needed.")
        elif condition.state == "open":
            submit_condition(act, condition, answer="Here.")
        elif self.dice.random() < 0.7:
            meet_condition(act, condition)
        else:
            return_condition(act, condition, note="No.")

    def live(self, day: date) -> None:
        """One day."""
        self.at = datetime.combine(day, time(9), tzinfo=UTC)
        keep_schedules(self.at)
        for _ in range(self.dice.choice([0, 1, 1, 2, 3])):
            happening = self.dice.choices(_HAPPENINGS, _HOW_OFTEN)[0]
            try:
                happening(self)
            except (Refusal, Conflict):
                # Not every wish can be had; then nothing has happened.
                continue
            name = happening.__name__
            self.done[name] = self.done.get(name, 0) + 1


_LINES: list[Callable[[Year], NewChange | None]] = [
    Year.drop, Year.classify, Year.weigh, Year.close, Year.foresee,
]  # fmt: skip
_HAPPENINGS: list[Callable[[Year], None]] = [
    Year.plan_milestone, Year.plan_deliverable, Year.say, Year.hand_in, Year.judge, Year.amend,
    Year.name_risk, Year.assess, Year.join, Year.leave, Year.found,
    Year.report, Year.check, Year.review, Year.settle,
]  # fmt: skip
_HOW_OFTEN = [8, 8, 30, 16, 14, 14, 4, 8, 4, 4, 1, 16, 12, 44, 12]


def figures_of(report: StatusReport) -> dict[str, Any]:
    """Everything the report has counted, by who or what it is counted for."""
    networks = {line.reference: line.figures for line in report.networks}
    groups = {(group.key, group.label): (group.networks, group.figures) for group in report.groups}
    return {"totals": report.totals, "count": report.network_count, **networks, **groups}


# (who, how grouped, on every how manieth day). Whoever runs the installation sees every row,
# so that every day of the year is compared whole; what the others see of it costs more to
# ask and is compared on some days.
ASKED = (
    ("operator", "network", 1),
    ("manager", "network", 20),
    ("manager", "country", 40),
    ("chair", "programme", 40),
    ("funder", "funder", 60),
    ("observer", "organisation", 60),
)


@pytest.mark.parametrize("seed", [20260101])
def test_every_day_of_a_year_is_told_later_as_it_was_shown(seed: int, time_machine: Any) -> None:
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    time_machine.move_to(datetime.combine(FIRST, time(8), tzinfo=UTC), tick=False)
    company = factories.cast()
    Network.objects.filter(pk=company.boreas.pk).update(programme=company.programme)
    Programme.objects.filter(pk=company.programme.pk).update(reporting_every_months=2)
    use_form(company.aurora, "charity_annual")
    for name in ("second", "third"):
        more = factories.user(name)
        company.people[name] = factories.programme_role(company.programme, "reviewer", more)
    company.people["operator"] = factories.user("operator", is_superuser=True)
    year = Year(company, Random(seed))
    shown: dict[tuple[str, str, date], dict[str, Any]] = {}
    for number, day in enumerate(days):
        year.live(day)
        evening = datetime.combine(day, time(23, 30), tzinfo=UTC)
        time_machine.move_to(evening, tick=False)
        for role, by, every in ASKED:
            if number % every == 0:
                report = status_report(company[role], evening, group_by=by, page_size=None)
                shown[role, by, day] = figures_of(report)
    assert set(year.done) >= {"say", "hand_in", "judge", "amend", "assess", "join", "leave"}
    assert set(year.done) >= {"report", "check", "review", "settle"}
    assert set(Decision.objects.values_list("report_outcome", flat=True)) == set(OUTCOMES)
    assert [day for role, _by, day in shown if role == "operator"] == days
    later = datetime.combine(days[-1], time(23, 59), tzinfo=UTC)
    for (role, by, day), figures in shown.items():
        report = status_report(company[role], later, group_by=by, as_of=day, page_size=None)
        assert figures_of(report) == figures, f"{day} for {role} by {by}"
