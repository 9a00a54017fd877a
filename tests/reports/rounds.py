"""AURORA with a submitted report, and the committee's work on it, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from networks.models import User
from reports.content import content_of, hash_of
from reports.models import (
    Decision,
    ProgressReport,
    ReportTemplate,
    ReportVersion,
    Review,
    ReviewRound,
    TemplateSection,
)
from reports.services.assessing import NewRating, declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers
from reports.services.checking import open_round
from reports.services.deciding import NewCondition, Votes, decide
from reports.services.summarising import save_summary, share_summary
from tests import factories as make
from tests.factories import Cast
from tests.reports.papers import sample

TODAY = make.NOW.date()
SOON = TODAY + timedelta(days=14)
CANARY = "CANARY-REPORT"
CONDITION = NewCondition(text="Show the consent forms", due_date=SOON, evidence_asked="The forms")
CONDITIONAL = {
    "outcome": "continue_with_conditions",
    "report_outcome": "accepted_with_conditions",
    "conditions": [CONDITION],
}


def content(word: str = "done", percent: int = 60, milestone: str = "MS1") -> dict[str, Any]:
    """What a version freezes, as far as a review reads it."""
    return {
        "meta": sample.content()["meta"],
        "sections": [
            _section("accomplishments", "B.2", f"We have {word} the first cohort."),
            _section("challenges", "F.2", f"Ethics took longer; {word} in May."),
            _section("money", "H", f"Only for staff: {word}.", audience="staff"),
        ],
        "facts": {
            "items": [
                {
                    "kind": "milestone",
                    "code": milestone,
                    "title": f"Cohort {word}",
                    "state": "claimed",
                    "percent": percent,
                    "id": 0,
                    "work_packages": [],
                    "lead": "",
                    "is_gate": False,
                    "type": "",
                    "level": "",
                    "confidence": "on_track",
                    "contractual": "2025-12-31",
                    "revised": None,
                    "due": "2025-12-31",
                    "forecast": None,
                    "actual": "2025-12-20",
                    "late_days": 0,
                    "reason_code": "",
                    "reason": "",
                    "comment": "",
                }
            ]
        },
    }


def _section(key: str, number: str, text: str, audience: str = "committee") -> dict[str, Any]:
    return {
        "key": key,
        "number": number,
        "title": key.title(),
        "audience": audience,
        "text": text,
        "nothing": False,
        "facts": "",
    }


def template(**fields: Any) -> ReportTemplate:
    """A template with the sections of :func:`content`."""
    values = {"kind": "interim", "form": "rppr", "name": "RPPR-like", "version": 90}
    row = ReportTemplate.objects.create(**(values | fields))
    for position, each in enumerate(content()["sections"], start=1):
        TemplateSection.objects.create(
            template=row,
            position=position,
            key=each["key"],
            number=each["number"],
            title=each["title"],
            audience=each["audience"],
        )
    return row


def submitted(network: Any, by: User, **fields: Any) -> ProgressReport:
    """A report that was handed in yesterday, with its first version."""
    values = {
        "number": 1,
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "cut_off": date(2025, 12, 31),
        "due_date": date(2026, 6, 30),
        "state": "submitted",
        "handed_in_on": TODAY - timedelta(days=1),
        "template": fields.pop("template", None) or template(),
    }
    word = fields.pop("word", "done")
    report = ProgressReport.objects.create(network=network, **(values | fields))
    version(report, by, word)
    return report


def version(report: ProgressReport, by: User, word: str = "done", **more: Any) -> ReportVersion:
    """The next submitted version of a report."""
    number = report.versions.count() + 1
    at = make.NOW - timedelta(days=1)
    frozen = content_of(report, at=at, version=number, submitted_by=by)
    said = content(word, **more)
    texts = {each["key"]: each["text"] for each in said["sections"]}
    for section in frozen["sections"]:
        section["text"] = texts.get(section["key"], "")
    frozen["facts"]["items"] = said["facts"]["items"]
    return ReportVersion.objects.create(
        report=report,
        number=number,
        submitted_at=at,
        submitted_by=by,
        cut_off=report.cut_off,
        template=report.template,
        content=frozen,
        sha256=hash_of(frozen),
    )


@dataclass
class Panel:
    """The cast, two more reviewers, and AURORA's report on its way through the committee."""

    cast: Cast
    report: ProgressReport
    reviewers: list[User]
    round: ReviewRound | None = None
    reviews: dict[int, Review] = field(default_factory=dict)

    def act(self, role: str | User, **fields: Any) -> Any:
        """Somebody acts at noon of 15 June 2026, unless told otherwise."""
        return make.act(role if isinstance(role, User) else self.cast[role], **fields)

    def open(self) -> ReviewRound:
        """Staff find it complete."""
        self.round = open_round(self.act("officer"), self.report, reviews_due=SOON)
        return self.round

    def assign(self, *people: User) -> list[Review]:
        """The chair asks reviewers (all three by default); the first one is rapporteur."""
        round_ = self.round or self.open()
        chosen = [
            NewReviewer(person=person, is_rapporteur=number == 0)
            for number, person in enumerate(people or self.reviewers)
        ]
        made = assign_reviewers(self.act("chair"), round_, chosen)
        self.reviews |= {review.reviewer_id: review for review in made}
        return made

    def declare(self, person: User, *, conflict: bool = False) -> Review:
        """Somebody declares."""
        review = self.review_of(person)
        return declare(self.act(person), review, conflict=conflict, reason="A former student")

    def submit(self, person: User, word: str = "fine", score: int = 4, **said: Any) -> Review:
        """Somebody declares no conflict, assesses and submits."""
        review = self.review_of(person)
        if review.state == Review.State.ASSIGNED:
            review = self.declare(person)
        act = self.act(person)
        ratings = {
            "section:accomplishments": NewRating(
                score=score, remark=f"open {word}", remark_for_committee=f"hidden {word}"
            )
        }
        said = {
            "recommendation": "continue",
            "remark": f"open whole {word}",
            "remark_for_committee": f"hidden whole {word}",
        } | said
        save_review(act, review, ratings=ratings, **said)
        return submit_review(act, review)

    def review_of(self, person: User) -> Review:
        """The person's review, as the database has it."""
        review: Review = Review.objects.get(round=self.round, reviewer=person)
        return review

    def summarise(self, ask_network: bool = False, **fields: Any) -> ReviewRound:
        """The rapporteur shares the summary."""
        assert self.round is not None
        self.round.refresh_from_db()
        act = self.act(self.reviewers[0])
        texts = {"summary": "Sound work.", "summary_for_committee": "hidden summary"}
        save_summary(act, self.round, **texts)
        return share_summary(act, self.round, ask_network=ask_network, **fields)

    def ready(self) -> ReviewRound:
        """All the way to the panel."""
        self.assign()
        for person in self.reviewers:
            self.submit(person)
        return self.summarise()

    def decide(self, role: str = "chair", **fields: Any) -> Decision:
        """The panel decides to continue, unless told otherwise."""
        assert self.round is not None
        self.round.refresh_from_db()
        values: dict[str, Any] = {
            "outcome": "continue",
            "report_outcome": "accepted",
            "decided_on": TODAY,
            "votes": Votes(present=3, votes_for=3, quorum=3),
        }
        act = self.act(role, at=fields.pop("at", make.NOW))
        return decide(act, self.round, **(values | fields))


def panel(word: str = "done") -> Panel:
    """The cast with AURORA's submitted report and three reviewers."""
    cast = make.cast()
    more = [
        make.programme_role(cast.programme, "reviewer", make.user(name))
        for name in ("Rita Rapporteur", "Second Reviewer")
    ]
    report = submitted(cast.aurora, cast["lead"], word=word)
    return Panel(cast, report, [more[0], more[1], cast["reviewer"]])
