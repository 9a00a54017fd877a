"""The pack for a meeting: every report on its agenda in one paper, changes first.

It is made for one reader. A report that this person may not see (a conflict of interest, a
recusal, no part in its review) is a line without a name. Reviews come as their own door lets
them through: those of others once the reader's own is submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import translation

from networks import access
from networks.clock import Today
from networks.models import User
from reports.content import for_audience
from reports.models import (
    AgendaItem,
    Meeting,
    Rating,
    ReportVersion,
    Review,
    ReviewRound,
)
from reports.models.review import Recommendation
from reports.papers.document import report_paper, title_of
from reports.papers.facts import DASH, blocks_of, label
from reports.papers.parts import (
    Block,
    Fields,
    Heading,
    Note,
    Paper,
    Prose,
    Signature,
    Table,
    clean,
    day,
    lowered,
)
from reports.papers.versions import submission_of
from reports.rateable import rateable
from reports.told import TOLD

CLOSED = (
    "This report is not open to you: you take no part in its review, or have a conflict of "
    "interest."
)
# What a reader must see before the report itself.
FIRST = ("changes", "conditions", "forecast")


@dataclass(frozen=True, slots=True)
class Read:
    """All that the pack needs, read in a fixed number of queries."""

    audience: str
    agenda: list[AgendaItem]
    # Rounds that this person may see.
    open: set[int]
    reviews: dict[int, list[Review]]
    # Sections of the version before, by report and number.
    before: dict[tuple[int, int], ReportVersion]

    @classmethod
    def of(cls, user: User, meeting: Meeting) -> Read:
        """Read them: six queries, whatever is on the agenda."""
        agenda = list(
            meeting.agenda.select_related(
                "round__version__submitted_by",
                "round__version__on_behalf_of",
                "round__network",
                "round__report",
                "round__answer",
            ).order_by("position", "pk")
        )
        rounds = [item.round_id for item in agenda]
        seen = ReviewRound.objects.visible_to(user).filter(pk__in=rounds)
        open_ = set(seen.values_list("pk", flat=True))
        return cls(
            audience=_audience(user, meeting),
            agenda=agenda,
            open=open_,
            reviews=_reviews(user, open_),
            before=_versions_before([item for item in agenda if item.round_id in open_]),
        )


def _audience(user: User, meeting: Meeting) -> str:
    """Staff of the programme read all; the committee what is meant for it."""
    held = access.programmes_held(user, access.STAFF)
    is_staff = user.is_superuser or held.filter(programme_id=meeting.programme_id).exists()
    return "staff" if is_staff else "committee"


def _reviews(user: User, rounds: Iterable[int]) -> dict[int, list[Review]]:
    rows = Review.objects.visible_to(user).filter(round_id__in=rounds, state="submitted")
    ratings = Prefetch("ratings", Rating.objects.order_by("pk"))
    found: dict[int, list[Review]] = {}
    for row in rows.select_related("reviewer").prefetch_related(ratings).order_by("pk"):
        found.setdefault(row.round_id, []).append(row)
    return found


def _versions_before(agenda: list[AgendaItem]) -> dict[tuple[int, int], ReportVersion]:
    revised = [item.round.report_id for item in agenda if item.round.version.number > 1]
    rows = ReportVersion.objects.filter(report_id__in=revised)
    return {(row.report_id, row.number): row for row in rows}


@translation.override("en")
def meeting_pack(user: User, meeting: Meeting, *, at: datetime) -> Paper:
    """One paper over all reports of a meeting, for one person."""
    read = Read.of(user, meeting)
    blocks: list[Block] = [_agenda(read)]
    for place, item in enumerate(read.agenda, start=1):
        blocks.extend(_item(place, item, read))
    if not read.agenda:
        blocks = [Note("Nothing is on the agenda.")]
    return Paper(
        title=f"{clean(meeting.title)}, {day(meeting.held_on)}",
        subtitle="Meeting pack",
        sender=clean(meeting.programme.name),
        cover=tuple(_cover(user, meeting, at)),
        blocks=tuple(blocks),
        stamp=at,
        foot=f"{clean(meeting.title)}, {day(meeting.held_on)} · for {clean(user)} · confidential",
        contents=bool(read.agenda),
    )


def _cover(user: User, meeting: Meeting, at: datetime) -> Iterator[tuple[str, str]]:
    yield "Date", day(meeting.held_on)
    if meeting.place:
        yield "Place", clean(meeting.place)
    yield "Quorum", str(meeting.quorum)
    yield "Made for", clean(user)
    yield "As of", f"{day(at)}, {at:%H:%M} UTC"


def _agenda(read: Read) -> Table:
    rows = []
    for place, item in enumerate(read.agenda, start=1):
        if item.round_id in read.open:
            title = title_of(item.round.version.content["meta"])
            name, state = clean(item.round.network), str(item.round.get_state_display())
            rows.append((str(place), name, title, state))
        else:
            rows.append((str(place), "Not open to you", DASH, DASH))
    return Table("Agenda", ("No.", "Network", "Report", "State"), tuple(rows), (0.5, 3, 3, 1.6))


def _item(place: int, item: AgendaItem, read: Read) -> Iterator[Block]:
    round_ = item.round
    if round_.pk not in read.open:
        yield Heading("Not open to you", number=f"{place}.", breaks=True)
        yield Note(CLOSED)
        return
    version = round_.version
    content = for_audience(version.content, read.audience)
    revised = f" (revised, version {version.number})" if version.number > 1 else ""
    name = f"{clean(round_.network.acronym)}, {round_.report.code}{revised}"
    yield Heading(name, number=f"{place}.", breaks=True)
    yield Fields(tuple(_facts(round_, read)))
    yield from _changes(version, content, read)
    yield from _review(round_, read)
    submission = submission_of(version, round_.network)
    paper = report_paper(version.content, submission, audience=read.audience)
    yield Heading("The report", level=2)
    blocks = tuple(block for block in paper.blocks if not isinstance(block, Signature))
    yield from lowered(blocks, 2)


def _facts(round_: ReviewRound, read: Read) -> Iterator[tuple[str, str]]:
    yield "Network", clean(round_.network.title)
    yield "Report", title_of(round_.version.content["meta"])
    zone = round_.network.time_zone
    yield "Submitted", day(Today.at(round_.version.submitted_at).in_zone(zone))
    yield "SHA-256", round_.version.sha256
    found = read.reviews.get(round_.pk, [])
    counts = [
        f"{name}: {sum(row.recommendation == code for row in found)}"
        for code, name in Recommendation.choices
        if any(row.recommendation == code for row in found)
    ]
    yield "Recommended", ", ".join(counts) or "no review is open to you yet"


def _changes(version: ReportVersion, content: dict[str, Any], read: Read) -> Iterator[Block]:
    yield Heading("What has changed", level=2)
    earlier = read.before.get((version.report_id, version.number - 1))
    if earlier is not None:
        yield _reworded(content, for_audience(earlier.content, read.audience))
    # Facts are as open as the sections beside which they stand.
    shown = {section["facts"] for section in content["sections"]}
    for name in FIRST:
        if name in shown:
            yield from blocks_of(name, content["facts"])


def _reworded(now: dict[str, Any], before: dict[str, Any]) -> Note:
    """Which answers are other ones than in the version before."""
    old = {section["key"]: (section["text"], section["nothing"]) for section in before["sections"]}
    names = [
        f"{clean(section['number'])} {clean(section['title'])}".strip()
        for section in now["sections"]
        if old.get(section["key"]) != (section["text"], section["nothing"])
    ]
    said = "; ".join(names) or "no answer; look at the figures"
    return Note(f"Changed since the version before: {said}.")


def _review(round_: ReviewRound, read: Read) -> Iterator[Block]:
    # As on the round's page: a summary is nobody's but its author's before it is shared.
    is_told = round_.state in TOLD
    texts = (
        ("Rapporteur's summary", round_.summary if is_told else ""),
        ("For the committee only", round_.summary_for_committee if is_told else ""),
        ("Answer of the network", round_.answer.text if hasattr(round_, "answer") else ""),
    )
    for title, words in texts:
        if words:
            yield Heading(title, level=2)
            yield Prose(clean(words))
    labels = {thing.about: thing.label for thing in rateable(round_.version.content)}
    for review in read.reviews.get(round_.pk, []):
        yield from _one_review(review, labels)


def _one_review(review: Review, labels: dict[str, str]) -> Iterator[Block]:
    rapporteur = ", rapporteur" if review.is_rapporteur else ""
    yield Heading(f"Review of {clean(review.reviewer)}{rapporteur}", level=2)
    yield Fields((("Recommends", label(review.recommendation, Recommendation)),))
    for title, words in (
        ("For the network", review.remark),
        ("For the committee only", review.remark_for_committee),
    ):
        if words:
            yield Heading(title, level=3)
            yield Prose(clean(words))
    ratings = list(review.ratings.all())
    if ratings:
        yield Table(
            caption="Ratings, from 1 (poor) to 5 (excellent)",
            columns=("About", "Rating", "For the network", "For the committee only"),
            widths=(1.6, 0.7, 2.6, 2.6),
            rows=tuple(_rating(rating, labels) for rating in ratings),
            numbers=(1,),
        )


def _rating(rating: Rating, labels: dict[str, str]) -> tuple[str, ...]:
    about = clean(labels.get(rating.about, rating.about))
    said = (clean(rating.remark), clean(rating.remark_for_committee))
    return (about, str(rating.score or DASH), *(words or DASH for words in said))
