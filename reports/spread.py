"""How far the ratings of a round lie apart, and the summary a rapporteur starts from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.models import Rating, Recommendation, Review, ReviewRound
from reports.rateable import Rateable, rateable


@dataclass
class Line:
    """One section or item: every mark it got, and what was said."""

    thing: Rateable
    scores: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    remarks_for_committee: list[str] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """The average mark."""
        return sum(self.scores) / len(self.scores)

    @property
    def lowest(self) -> int:
        """The worst mark."""
        return min(self.scores)

    @property
    def highest(self) -> int:
        """The best mark."""
        return max(self.scores)

    @property
    def is_wide(self) -> bool:
        """Whether the reviewers see it so differently that they should talk."""
        return bool(self.scores) and self.highest - self.lowest >= 2


@dataclass
class Spread:
    """All lines of a round that were rated, and the recommendations."""

    lines: list[Line]
    recommendations: dict[str, int]
    remarks: list[str]
    remarks_for_committee: list[str]


def spread_of(round_: ReviewRound) -> Spread:
    """What the submitted reviews of a round say: two statements. Names are left out."""
    reviews = list(round_.reviews.filter(state=Review.State.SUBMITTED).order_by("pk"))
    lines = {thing.about: Line(thing) for thing in rateable(round_.version.content)}
    for rating in Rating.objects.filter(review__in=reviews).order_by("pk"):
        line = lines.get(rating.about)
        if line is None:
            continue
        if rating.score is not None:
            line.scores.append(rating.score)
        line.remarks += [rating.remark] if rating.remark else []
        line.remarks_for_committee += (
            [rating.remark_for_committee] if rating.remark_for_committee else []
        )
    return Spread(
        [line for line in lines.values() if _said(line)],
        dict(Counter(review.recommendation for review in reviews)),
        [review.remark for review in reviews if review.remark],
        [review.remark_for_committee for review in reviews if review.remark_for_committee],
    )


def _said(line: Line) -> bool:
    return bool(line.scores or line.remarks or line.remarks_for_committee)


def first_summary(spread: Spread) -> str:
    """The text for the network from which the rapporteur starts."""
    parts = [_words(line, line.remarks) for line in spread.lines if line.scores or line.remarks]
    return "\n\n".join([*parts, *(f"- {remark}" for remark in spread.remarks)])


def first_summary_for_committee(spread: Spread) -> str:
    """The same for the committee only: recommendations and the remarks that stay inside."""
    names = dict(Recommendation.choices)
    votes = [f"{names.get(code, code)}: {n}" for code, n in sorted(spread.recommendations.items())]
    parts = [
        _words(line, line.remarks_for_committee)
        for line in spread.lines
        if line.remarks_for_committee
    ]
    head = _("Recommendations: %(votes)s") % {"votes": ", ".join(votes)}
    return "\n\n".join([head, *parts, *(f"- {said}" for said in spread.remarks_for_committee)])


def _words(line: Line, remarks: list[str]) -> str:
    head = line.thing.label
    if line.scores:
        figures = {"low": line.lowest, "high": line.highest, "mean": f"{line.mean:.1f}"}
        if line.lowest == line.highest:
            head += ": " + _("%(low)d of 5") % figures
        else:
            head += ": " + _("%(low)d to %(high)d of 5, on average %(mean)s") % figures
    return "\n".join([head, *(f"- {remark}" for remark in remarks)])
