"""What a network is told of a review: the one place where the open is taken from the hidden.

No row of a review is handed to a page of the network; what is built here holds the words
meant for it, and neither a reviewer's name nor a mark nor a recommendation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from reports.models import (
    Condition,
    Decision,
    FactualAnswer,
    ProgressReport,
    ReviewRound,
    SectionNote,
)
from reports.spread import spread_of

# From when on the network reads the summary.
TOLD = (ReviewRound.State.ANSWER, ReviewRound.State.PANEL, ReviewRound.State.DECIDED)


@dataclass
class Remark:
    """What reviewers said of one section or item, without who said it."""

    label: str
    texts: list[str]


@dataclass
class ToldRound:
    """One round, as the network reads it."""

    pk: int
    version: int
    state: str
    state_label: str
    opened_at: datetime
    summary: str = ""
    answer_until: date | None = None
    answer: FactualAnswer | None = None
    decision: Decision | None = None
    remarks: list[Remark] = field(default_factory=list)
    general: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)


def told_of(report: ProgressReport) -> list[ToldRound]:
    """Every round of a report that has something to say, newest first."""
    rounds = ReviewRound.objects.filter(report=report).select_related("version", "answer")
    return [_told(round_) for round_ in rounds.order_by("-opened_at", "-pk")]


def _told(round_: ReviewRound) -> ToldRound:
    told = ToldRound(
        round_.pk,
        round_.version.number,
        round_.state,
        str(round_.get_state_display()),
        round_.opened_at,
    )
    if round_.state not in TOLD:
        return told
    told.summary, told.answer_until = round_.summary, round_.answer_until
    told.answer = FactualAnswer.objects.filter(round=round_).select_related("author").first()
    if round_.state == ReviewRound.State.DECIDED:
        _add_decision(told, round_)
    return told


def _add_decision(told: ToldRound, round_: ReviewRound) -> None:
    told.decision = Decision.objects.filter(round=round_).select_related("gate").first()
    told.conditions = list(Condition.objects.filter(decision__round=round_).order_by("number"))
    spread = spread_of(round_)
    told.remarks = [Remark(line.thing.label, line.remarks) for line in spread.lines if line.remarks]
    told.general = spread.remarks


def notes_on(report: ProgressReport) -> list[SectionNote]:
    """What staff asked for when they returned it, newest first."""
    return list(
        SectionNote.objects.filter(report=report)
        .select_related("section", "author")
        .order_by("-at", "section__position", "pk")
    )
