"""One reviewer's own work: the declaration, the assessment, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from reports.access import require
from reports.models import Rating, Review, ReviewRound
from reports.rateable import rateable
from reports.services.advancing import advance
from reports.services.steps import locked, require_state, stands, tell_staff, write


@dataclass(frozen=True, kw_only=True)
class NewRating:
    """A mark and remarks on one section or item; all of it may be empty."""

    score: int | None = None
    remark: str = ""
    remark_for_committee: str = ""

    def __bool__(self) -> bool:
        return self.score is not None or bool(self.remark or self.remark_for_committee)


@transaction.atomic
def declare(act: Act, review: Review, *, conflict: bool, reason: str = "") -> Review:
    """Say whether there is a conflict of interest, before seeing anything of the report.

    A conflict found later is declared the same way: from then on nothing is shown any more,
    and what was written until then does not count.
    """
    require(act.by, "declare", review)
    row = locked(review.round)
    require_state(row, ReviewRound.State.REVIEWING)
    require_state(review, *(Review.OPEN_STATES if conflict else (Review.State.ASSIGNED,)))
    if conflict and not reason.strip():
        raise Refusal(_("Say in a sentence what the conflict is."), "reason")
    state = Review.State.RECUSED if conflict else Review.State.IN_PROGRESS
    fields: dict[str, Any] = {"state": state.value, "declared_at": act.at}
    if conflict:
        fields |= {"conflict_reason": reason.strip(), "is_rapporteur": False}
    old = review.state
    write(review, fields)
    verb = "recuse" if conflict else "declare_no_conflict"
    tell_staff(act, verb, review, row, state=[old, review.state])
    advance(act, row)
    return review


@transaction.atomic
def save_review(
    act: Act,
    review: Review,
    *,
    version: int | None = None,
    recommendation: str = "",
    remark: str = "",
    remark_for_committee: str = "",
    ratings: Mapping[str, NewRating] | None = None,
) -> Review:
    """Keep the assessment as far as it is written; nobody else sees it yet.

    The log has no line for it: it is saved every few seconds while somebody writes, and
    nothing happens for anybody before it is submitted. What stands there already is no
    conflict and no new version.
    """
    require(act.by, "review", review)
    require_state(review, Review.State.IN_PROGRESS)
    fields = {
        "recommendation": recommendation,
        "remark": remark.strip(),
        "remark_for_committee": remark_for_committee.strip(),
    }
    if _same(review, ratings or {}) and stands(review, fields):
        return review
    _write(review, version, fields)
    if ratings is not None:
        _rate(review, ratings)
    return review


@transaction.atomic
def submit_review(act: Act, review: Review, *, version: int | None = None) -> Review:
    """Hand the assessment in: from now on the others' can be read, and it stays as it is."""
    require(act.by, "review", review)
    row = locked(review.round)
    require_state(row, ReviewRound.State.REVIEWING)
    require_state(review, Review.State.IN_PROGRESS)
    if not review.recommendation:
        raise Refusal(_("Give your recommendation."), "recommendation")
    old = review.state
    fields = {"state": Review.State.SUBMITTED.value, "submitted_at": act.at}
    write(review, fields, version=version)
    tell_staff(act, "submit_review", review, row, state=[old, review.state])
    advance(act, row)
    return review


def _write(review: Review, version: int | None, fields: dict[str, Any]) -> None:
    checked = Review(**{name: getattr(review, name) for name in ("due_date",)}, **fields)
    checked.clean_fields(exclude={f.name for f in Review._meta.fields} - set(fields))
    write(review, fields, version=version)


def _same(review: Review, ratings: Mapping[str, NewRating]) -> bool:
    """Whether the review has these ratings already."""
    rows = Rating.objects.filter(review=review, about__in=list(ratings))
    had = {
        row.about: (row.score, row.remark, row.remark_for_committee)
        for row in (rows if ratings else ())
    }
    nothing = (None, "", "")
    return all(
        had.get(about, nothing) == (new.score, new.remark.strip(), new.remark_for_committee.strip())
        for about, new in ratings.items()
    )


def _rate(review: Review, ratings: Mapping[str, NewRating]) -> None:
    known = {thing.about for thing in rateable(review.round.version.content)}
    if unknown := sorted(set(ratings) - known):
        raise Refusal(_("The report has no “%(about)s”.") % {"about": unknown[0]}, "ratings")
    said = {about: rating for about, rating in ratings.items() if rating}
    if any(new.score is not None and not 1 <= new.score <= 5 for new in said.values()):
        raise Refusal(_("Ratings run from 1 to 5."), "ratings")
    review.ratings.filter(about__in=set(ratings) - set(said)).delete()
    Rating.objects.bulk_create(
        [
            Rating(
                review=review,
                about=about,
                score=new.score,
                remark=new.remark.strip(),
                remark_for_committee=new.remark_for_committee.strip(),
            )
            for about, new in said.items()
        ],
        update_conflicts=True,
        unique_fields=["review", "about"],
        update_fields=["score", "remark", "remark_for_committee"],
        batch_size=200,
    )
