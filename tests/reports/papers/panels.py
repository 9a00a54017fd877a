"""A submitted report under review by two people, on a meeting's agenda, and decided."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from networks.models import User
from reports.content import hash_of
from reports.models import (
    AgendaItem,
    Condition,
    Decision,
    FactualAnswer,
    Meeting,
    ProgressReport,
    Rating,
    ReportTemplate,
    ReportVersion,
    Review,
    ReviewRound,
)
from tests import factories
from tests.reports.papers import sample
from tests.reports.worlds import ReportWorld, next_report, use_form

OPENED = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 3, 1)
# Written where only the committee reads: none of it may ever reach the network.
HIDDEN = "HIDDEN-REMARK"


@dataclass
class Panel:
    """The world of a report, and the committee's work on it."""

    world: ReportWorld
    meeting: Meeting
    round: ReviewRound
    mine: Review
    other: Review

    def __getitem__(self, role: str) -> User:
        return self.world.cast[role]


def submitted_sample() -> ReportWorld:
    """AURORA's report as submitted, straight from the sample: far quicker than writing it."""
    cast = factories.cast()
    report = next_report(cast.aurora)
    use_form(cast.aurora, "rppr")
    template = ReportTemplate.objects.get(programme=cast.programme, kind="interim")
    ProgressReport.objects.filter(pk=report.pk).update(
        state="submitted", handed_in_on=date(2026, 7, 14), template=template
    )
    report.refresh_from_db()
    hand_in(report, cast["lead"])
    return ReportWorld(cast, report)


def hand_in(
    report: ProgressReport, by: User, content: dict[str, Any] | None = None
) -> ReportVersion:
    """The next version of a report, with its hash."""
    content = content or sample.content()
    return ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        submitted_at=sample.SUBMITTED.at,
        submitted_by=by,
        cut_off=report.cut_off,
        template=report.template,
        content=content,
        sha256=hash_of(content),
    )


def panel() -> Panel:
    """Both reviews are in; the rapporteur is the cast's reviewer."""
    world = submitted_sample()
    meeting = Meeting.objects.create(
        programme=world.cast.programme, held_on=date(2026, 4, 2), title="Spring panel", quorum=2
    )
    second = factories.programme_role(
        world.cast.programme, "reviewer", factories.user("Second Reviewer")
    )
    round_ = add_to_agenda(meeting, world, 1)
    mine = review(round_, world.cast["reviewer"], is_rapporteur=True)
    return Panel(world, meeting, round_, mine, review(round_, second))


def add_to_agenda(meeting: Meeting, world: ReportWorld, position: int) -> ReviewRound:
    """A round on the last version, with a summary for each side and the network's answer."""
    round_ = ReviewRound.objects.create(
        network=world.network,
        report=world.report,
        version=world.version,
        state="panel",
        opened_at=OPENED,
        reviews_due=DUE,
        summary="The reviewers are content with the recruitment.",
        summary_for_committee=f"{HIDDEN} in the summary",
    )
    FactualAnswer.objects.create(
        round=round_, text="We have four sites, not three.", author=world.cast["lead"], at=OPENED
    )
    AgendaItem.objects.create(
        meeting=meeting, round=round_, position=position, minutes=f"{HIDDEN} in the minutes"
    )
    return round_


def review(round_: ReviewRound, person: User, **fields: Any) -> Review:
    """A submitted review with one rating."""
    row = Review.objects.create(
        round=round_,
        network=round_.network,
        reviewer=person,
        due_date=DUE,
        state="submitted",
        assigned_at=OPENED,
        declared_at=OPENED,
        submitted_at=OPENED,
        recommendation="continue_with_conditions",
        remark=f"Well written, says {person}.",
        remark_for_committee=f"{HIDDEN} of {person}",
        **fields,
    )
    Rating.objects.create(
        review=row,
        about="section:accomplishments",
        score=4,
        remark="Clear.",
        remark_for_committee=f"{HIDDEN} beside the mark",
    )
    return row


def decide(made: Panel, **fields: Any) -> Decision:
    """Continue, with one condition."""
    values = {
        "outcome": "continue_with_conditions",
        "report_outcome": "accepted_with_conditions",
        "decided_on": date(2026, 4, 2),
        "decided_by": made["chair"],
        "present": 5,
        "quorum": 2,
        "votes_for": 4,
        "abstentions": 1,
        "reasons": "Recruitment is good; consent forms are missing.",
        "public_sentence": "The network goes on.",
        "at": datetime(2026, 4, 2, 15, 0, tzinfo=UTC),
        "meeting": made.meeting,
    }
    decision = Decision.objects.create(
        network=made.world.network, round=made.round, **(values | fields)
    )
    Condition.objects.create(
        network=made.world.network,
        decision=decision,
        number=1,
        text="Show the consent forms",
        evidence_asked="The forms",
        due_date=date(2026, 6, 1),
    )
    return decision
