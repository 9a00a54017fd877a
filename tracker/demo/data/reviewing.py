"""The demo's reviews: a report decided with a condition, one under review, one revised.

Everything is done by the services that a person's page would have called, at its day. Which
reports there are follows from the programme's schedule; a network whose report lacks
something is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from networks.acts import Act
from networks.models import Event, Network, User
from reports.content import template_for
from reports.eligible import free_to_review
from reports.models import Answer, Condition, ItemComment, ProgressReport, Review, ReviewRound
from reports.rateable import rateable
from reports.services.assessing import NewRating, declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers
from reports.services.beginning import begin
from reports.services.checking import open_round
from reports.services.conditions import submit_condition
from reports.services.deciding import NewCondition, Votes, decide
from reports.services.meetings import (
    call_meeting,
    close_meeting,
    put_on_agenda,
    write_meeting,
)
from reports.services.submitting import Incomplete, submit
from reports.services.summarising import answer_facts, save_summary, share_summary
from reports.services.writing import save_section
from reports.spread import first_summary, first_summary_for_committee, spread_of
from tracker.demo.data.people import People

WORDS = {
    "accomplishments": "All recruiting sites are open and the shared protocol is in use at each of "
    "them. The first harmonised data set holds 214 participants. Imaging lags behind: two "
    "scanners had to be replaced, and the phantom scans were repeated.",
    "lay_summary": "We want to understand why multiple sclerosis gets worse in some people and not "
    "in others. In this period clinics in five countries agreed to measure the same things in "
    "the same way. More than two hundred people take part so far.",
    "delays": "The imaging cohort started ten weeks late. A second reading centre now shares the "
    "work, so that the main analysis keeps its date.",
}
ELSE = "As described in the plan; there is no deviation from what was agreed."


@dataclass
class Desk:
    """Who works on the demo's reviews, and the day they count from."""

    people: People
    now: datetime

    def act(self, person: User, days_ago: float) -> Act:
        """Somebody acts so many days ago, on a page."""
        at = self.now - timedelta(days=days_ago, hours=3)
        return Act(person, at, Event.Channel.PAGE)

    def day(self, days_ago: float) -> date:
        """The date so many days ago; negative ones lie ahead."""
        return (self.now - timedelta(days=days_ago)).date()

    def reviewers(self, round_: ReviewRound) -> list[User]:
        """Those of the committee without a conflict; the chair leads, and does not review."""
        free = [
            person for person in free_to_review(round_.report) if person != self.people["chair"]
        ]
        return sorted(free, key=lambda person: person != self.people["reviewer"])[:3]


def write_reviews(people: People, now: datetime) -> None:
    """A decision with a condition, a meeting next month, and a review under way."""
    desk = Desk(people, now)
    chair = people["chair"]
    networks = {each.acronym: each for each in Network.objects.select_related("programme")}
    decided = _checked(desk, networks.get("MYELOOM"), 110)
    if decided is not None:
        _decide(desk, decided)
    waiting = [_checked(desk, networks.get(acronym), 20) for acronym in ("LONGSTRIDE", "TIDELINE")]
    rounds = [each for each in waiting if each is not None]
    if rounds:
        _under_way(desk, rounds)
        programme = rounds[0].network.programme
        meeting = call_meeting(
            desk.act(chair, 10),
            programme,
            held_on=desk.day(-30),
            title="Committee meeting",
            place="Video call",
        )
        for round_ in rounds:
            if round_.network.programme_id == programme.pk:
                put_on_agenda(desk.act(chair, 9), meeting, round_)


def _checked(desk: Desk, network: Network | None, days_ago: float) -> ReviewRound | None:
    """The network's latest report that is due, submitted and found complete."""
    if network is None:
        return None
    report = _submitted(desk, network, days_ago + 7)
    if report is None:
        return None
    officer = desk.people["officer"]
    return open_round(desk.act(officer, days_ago), report, reviews_due=desk.day(days_ago - 28))


def _submitted(desk: Desk, network: Network, days_ago: float) -> ProgressReport | None:
    day = desk.day(days_ago)
    known = ProgressReport.objects.filter(network=network)
    ready = known.filter(period_end__lt=day, state__in=("submitted", "scheduled", "open", "draft"))
    report: ProgressReport | None = ready.order_by("number").first()
    if report is None or report.state == ProgressReport.State.SUBMITTED:
        return report
    leads = network.members.filter(role="lead", ends__isnull=True).select_related("user")
    lead = leads.first()
    if lead is None:
        return None
    act = desk.act(lead.user, days_ago)
    ProgressReport.objects.filter(pk=report.pk, state="scheduled").update(state="open")
    report.refresh_from_db()
    begin(act, report)
    _write(act, report)
    try:
        submit(act, report)
    except Incomplete as lacking:
        if not _explain(act, report, lacking):
            return None
        submit(act, report)
    return report


def _write(act: Act, report: ProgressReport) -> None:
    template = template_for(report)
    known = dict(Answer.objects.filter(report=report).values_list("section_id", "version"))
    for section in template.sections.all() if template else ():
        text = WORDS.get(section.key, ELSE)
        save_section(act, report, section, text=text, version=known.get(section.pk, 0))


def _explain(act: Act, report: ProgressReport, lacking: Incomplete) -> bool:
    """Say of each late item why; False where something else is missing."""
    for each in lacking.missing:
        place = each.url.partition("#")[2]
        kind, _, number = place.rpartition("-")
        if kind not in ("milestone", "deliverable"):
            return False
        about: dict[str, Any] = {f"{kind}_id": int(number)}
        said: dict[str, Any] = {
            "text": "Waited for the ethics board of one site.",
            "changed_by": act.by,
            "changed_at": act.at,
            "version": 1,
        }
        ItemComment.objects.create(report=report, **about, **said)
    return True


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
    """Three reviews, a summary, an answer, and a decision with two conditions."""
    people, chair = desk.reviewers(round_), desk.people["chair"]
    for number, review in enumerate(_ask(desk, round_, 105, people)):
        _assess(desk, review, 95 - number, 5 - number)
    round_.refresh_from_db()
    act = desk.act(people[0], 88)
    spread = spread_of(round_)
    inside = first_summary_for_committee(spread)
    save_summary(act, round_, summary=first_summary(spread), summary_for_committee=inside)
    share_summary(act, round_, answer_until=desk.day(74))
    lead = desk.people["lead"]
    answer_facts(
        desk.act(lead, 80), round_, text="Recruitment stood at 214 by the cut-off date, not 204."
    )
    meeting = call_meeting(
        desk.act(chair, 100),
        round_.network.programme,
        held_on=desk.day(60),
        title="Committee meeting",
        place="Lisbon",
    )
    put_on_agenda(desk.act(chair, 70), meeting, round_)
    write_meeting(desk.act(chair, 60), meeting, attendees=[chair, *people])
    round_.refresh_from_db()
    decide(
        desk.act(chair, 60),
        round_,
        outcome="continue_with_conditions",
        report_outcome="accepted_with_conditions",
        decided_on=desk.day(60),
        meeting=meeting,
        votes=Votes(present=len(people) + 1, votes_for=len(people) + 1, quorum=3),
        reasons="The committee is impressed by the recruitment, and concerned about imaging.",
        public_sentence="MYELOOM continues; it recruits faster than planned.",
        conditions=[
            NewCondition(
                text="Show that the second reading centre gives the same results.",
                evidence_asked="The comparison of 20 scans",
                due_date=desk.day(-21),
            ),
            NewCondition(
                text="Report recruitment by site each quarter.",
                due_date=desk.day(15),
            ),
        ],
    )
    meeting.refresh_from_db()
    close_meeting(desk.act(chair, 59), meeting)
    second = Condition.objects.filter(decision__round=round_).order_by("-number").first()
    if second is not None:
        submit_condition(
            desk.act(lead, 16), second, answer="The first table by site is on our shared page."
        )


def _under_way(desk: Desk, rounds: list[ReviewRound]) -> None:
    """The first with one review in and the demo's reviewer asked; the others just opened."""
    people = desk.reviewers(rounds[0])
    reviews = _ask(desk, rounds[0], 18, people[::-1])
    if reviews[1:]:
        _assess(desk, reviews[0], 12, 4)
