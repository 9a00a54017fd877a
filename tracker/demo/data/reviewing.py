"""The demo's reviews: a report decided with conditions, one under review, a meeting to come.

Everything is done by the services that a person's page would have called, at its day. Which
reports there are follows from the programmes' schedules (:mod:`tracker.demo.data.reporting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from networks.acts import Act
from networks.models import Event, User
from reports.eligible import free_to_review
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.rateable import rateable
from reports.services.assessing import NewRating, declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers
from reports.services.checking import open_round
from reports.services.conditions import submit_condition
from reports.services.deciding import NewCondition, Votes, decide
from reports.services.meetings import (
    call_meeting,
    close_meeting,
    put_on_agenda,
    write_meeting,
)
from reports.services.summarising import answer_facts, save_summary, share_summary
from reports.spread import first_summary, first_summary_for_committee, spread_of
from tracker.demo.data.alliance import NETWORKS
from tracker.demo.data.people import People

# A decision takes so many days from the check on.
LONGEST = 22


@dataclass
class Desk:
    """Who works on the demo's reviews, and the day they count from."""

    people: People
    now: datetime

    def act(self, person: User, days_ago: float) -> Act:
        """Somebody acts so many days ago, on a page."""
        at = self.now - timedelta(days=days_ago) - timedelta(minutes=10)
        return Act(person, at, Event.Channel.PAGE)

    def day(self, days_ago: float) -> date:
        """The date so many days ago; negative ones lie ahead."""
        return (self.now - timedelta(days=days_ago)).date()

    def days_since(self, round_: ReviewRound) -> float:
        """How long ago a round was opened."""
        return (self.now - round_.opened_at) / timedelta(days=1)

    def reviewers(self, round_: ReviewRound) -> list[User]:
        """Those of the committee without a conflict; the chair leads, and does not review."""
        free = [
            person for person in free_to_review(round_.report) if person != self.people["chair"]
        ]
        return sorted(free, key=lambda person: person != self.people["reviewer"])[:3]


def write_reviews(people: People, now: datetime) -> None:
    """Reviews of what the networks have handed in, and a meeting next month.

    The one that was handed in first is decided, if there was time for it; the next is under
    way; the others wait for the staff's check.
    """
    desk = Desk(people, now)
    handed_in = ProgressReport.objects.filter(
        state="submitted", network__programme__slug=NETWORKS
    ).order_by("handed_in_on", "network__acronym")
    reports = list(handed_in.select_related("network__programme"))
    rounds = [_checked(desk, report) for report in reports[:2]]
    if rounds:
        _go_on(desk, rounds[0])
    if rounds[1:]:
        _under_way(desk, rounds[1:])


def _go_on(desk: Desk, round_: ReviewRound) -> None:
    if desk.days_since(round_) >= LONGEST:
        _decide(desk, round_)
    else:
        _under_way(desk, [round_])


def _checked(desk: Desk, report: ProgressReport) -> ReviewRound:
    """Found complete on the day after it was handed in."""
    submitted = report.versions.order_by("-number")[0].submitted_at
    act = Act(desk.people["officer"], submitted + timedelta(hours=20), Event.Channel.PAGE)
    at = min(act.at, desk.now - timedelta(hours=1))
    due = at.date() + timedelta(days=28)
    return open_round(Act(act.by, at, act.channel), report, reviews_due=due)


def _ask(desk: Desk, round_: ReviewRound, days_ago: float, people: Iterable[User]) -> list[Review]:
    chosen = [
        NewReviewer(person=person, is_rapporteur=number == 0)
        for number, person in enumerate(people)
    ]
    return assign_reviewers(desk.act(desk.people["chair"], days_ago), round_, chosen)


def _assess(desk: Desk, review: Review, days_ago: float, mark: int) -> None:
    act = desk.act(review.reviewer, days_ago)
    declare(act, review, conflict=False)
    things = rateable(review.round.version.content)[:6]
    save_review(
        act,
        review,
        recommendation="continue" if mark > 3 else "continue_with_conditions",
        remark="A well-run network. Please show recruitment by site in the next report.",
        remark_for_committee="I would want to see the imaging plan before the next tranche.",
        ratings={
            thing.about: NewRating(
                score=max(1, min(5, mark - (number == 2))),
                remark="Clear, and on the point." if number == 0 else "",
                remark_for_committee="Thin on imaging." if number == 2 else "",
            )
            for number, thing in enumerate(things)
        },
    )
    submit_review(act, review)


def _decide(desk: Desk, round_: ReviewRound) -> None:
    """Reviews, a summary, an answer, and a decision with two conditions."""
    people, chair, lead = desk.reviewers(round_), desk.people["chair"], _lead_of(round_)
    for number, review in enumerate(_ask(desk, round_, 21, people)):
        _assess(desk, review, 17 - number, 5 - number)
    round_.refresh_from_db()
    act, spread = desk.act(people[0], 13), spread_of(round_)
    inside = first_summary_for_committee(spread)
    save_summary(act, round_, summary=first_summary(spread), summary_for_committee=inside)
    share_summary(act, round_, answer_until=desk.day(8))
    text = "Recruitment stood at 214 by the cut-off date, not 204."
    answer_facts(desk.act(lead, 10), round_, text=text)
    meeting = call_meeting(
        desk.act(chair, 20),
        round_.network.programme,
        held_on=desk.day(5),
        title="Committee meeting",
        place="Lisbon",
    )
    put_on_agenda(desk.act(chair, 9), meeting, round_)
    write_meeting(desk.act(chair, 5), meeting, attendees=[chair, *people])
    round_.refresh_from_db()
    name, votes = round_.network.acronym, len(people) + 1
    decide(
        desk.act(chair, 5),
        round_,
        outcome="continue_with_conditions",
        report_outcome="accepted_with_conditions",
        decided_on=desk.day(5.5),
        meeting=meeting,
        votes=Votes(present=votes, votes_for=votes, quorum=min(3, votes)),
        reasons="The committee is impressed by the recruitment, and concerned about imaging.",
        public_sentence=f"{name} continues; it recruits faster than planned.",
        conditions=[
            NewCondition(
                text="Show that the second reading centre gives the same results.",
                evidence_asked="The comparison of 20 scans",
                due_date=desk.day(-45),
            ),
            NewCondition(text="Report recruitment by site each quarter.", due_date=desk.day(-40)),
        ],
    )
    meeting.refresh_from_db()
    close_meeting(desk.act(chair, 4), meeting)
    second = Condition.objects.filter(decision__round=round_).order_by("-number")[0]
    submit_condition(desk.act(lead, 1), second, answer="The first table by site is on our page.")


def _lead_of(round_: ReviewRound) -> User:
    member = round_.network.members.filter(role="lead", ends__isnull=True).select_related("user")
    lead: User = member.order_by("pk")[0].user
    return lead


def _under_way(desk: Desk, rounds: list[ReviewRound]) -> None:
    """One review is in, where there was time; the demo's reviewer is asked; a meeting is called."""
    round_, chair = rounds[0], desk.people["chair"]
    ago = desk.days_since(round_)
    reviews = _ask(desk, round_, ago * 0.8, desk.reviewers(round_)[::-1])
    if reviews[1:]:
        _assess(desk, reviews[0], ago * 0.4, 4)
    meeting = call_meeting(
        desk.act(chair, ago * 0.5),
        round_.network.programme,
        held_on=desk.day(-30),
        title="Committee meeting",
        place="Video call",
    )
    put_on_agenda(desk.act(chair, ago * 0.3), meeting, round_)
