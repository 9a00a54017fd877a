"""One row of everything a review has, for the role table of :mod:`tests.worlds`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model

from networks.models import Network, User
from reports.models import (
    AgendaItem,
    Condition,
    Decision,
    FactualAnswer,
    Meeting,
    Rating,
    Review,
    ReviewRound,
)
from tests import factories as make
from tests.factories import NOW
from tests.reports.rounds import SOON, submitted, template

FREE = "free.reviewer@example.org"


def furnish_reviews(network: Network, word: str, lead: User, reviewer: User) -> dict[str, Model]:
    """A report that was decided, with a condition, and one that is under review.

    A second reviewer is still awaited, so that what the first one does ends no round.
    """
    questions = template(version=50 + network.pk)
    old = submitted(network, lead, template=questions, word=word, state="accepted", number=51)
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 6, 1)}
    new = submitted(
        network, lead, template=questions, word=word, state="under_review", number=52, **period
    )
    decided = _round(network, old, word, state="decided")
    under_way = _round(network, new, word)
    _review(decided, reviewer, word, state="submitted", submitted_at=NOW)
    own = _review(under_way, reviewer, word, state="in_progress")
    other = make.programme_role(network.programme, "reviewer", make.user(f"{word} other"))
    _review(under_way, other, word, state="assigned", declared_at=None)
    FactualAnswer.objects.create(round=decided, text=word, author=lead, at=NOW)
    meeting = Meeting.objects.create(
        programme=network.programme, held_on=SOON, title=word, minutes=word
    )
    AgendaItem.objects.create(meeting=meeting, round=under_way, position=1, minutes=word)
    decision = Decision.objects.create(
        network=network,
        round=decided,
        meeting=meeting,
        outcome="continue_with_conditions",
        report_outcome="accepted",
        decided_on=date(2026, 6, 1),
        present=3,
        quorum=3,
        votes_for=3,
        reasons=word,
        # For the public, so no canary: it is on the public page.
        public_sentence="The work goes on.",
        at=NOW,
    )
    condition = Condition.objects.create(
        network=network, decision=decision, number=1, text=word, due_date=SOON, answer=word
    )
    return {
        "review_round": under_way,
        "review": own,
        "decision": decision,
        "condition": condition,
        "meeting": meeting,
    }


def _round(network: Network, report: Any, word: str, **fields: Any) -> ReviewRound:
    return ReviewRound.objects.create(
        network=network,
        report=report,
        version=report.versions.get(),
        opened_at=NOW,
        reviews_due=SOON,
        summary=word,
        summary_for_committee=word,
        **fields,
    )


def _review(round_: ReviewRound, person: User, word: str, **fields: Any) -> Review:
    values = {
        "network": round_.network,
        "due_date": SOON,
        "assigned_at": NOW,
        "declared_at": NOW,
        "recommendation": "continue",
        "remark": word,
        "remark_for_committee": word,
    }
    review = Review.objects.create(round=round_, reviewer=person, **(values | fields))
    Rating.objects.create(
        review=review,
        about="section:accomplishments",
        score=3,
        remark=word,
        remark_for_committee=word,
    )
    return review
