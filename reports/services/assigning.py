"""Who reviews a round, by when, and who is its rapporteur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import User
from networks.refusals import Refusal
from reports.access import require
from reports.eligible import free_to_review
from reports.models import Review, ReviewRound
from reports.services.advancing import advance
from reports.services.steps import locked, require_state, tell_staff, write


@dataclass(frozen=True, kw_only=True)
class NewReviewer:
    """Somebody who is asked; without a date of their own the round's counts."""

    person: User
    due_date: date | None = None
    is_rapporteur: bool = False


@transaction.atomic
def assign_reviewers(
    act: Act, round_: ReviewRound, reviewers: Sequence[NewReviewer]
) -> list[Review]:
    """Ask people of the committee for a review. Whoever has a conflict cannot be asked."""
    require(act.by, "assign", round_)
    row = locked(round_)
    require_state(row, ReviewRound.State.REVIEWING)
    if not reviewers:
        raise Refusal(_("Choose at least one reviewer."), "reviewers")
    free = {person.pk for person in free_to_review(row.report)}
    return [_assign(act, row, new, free) for new in reviewers]


def _assign(act: Act, round_: ReviewRound, new: NewReviewer, free: set[int]) -> Review:
    words = {"name": new.person.name}
    if new.person.pk not in free:
        said = _("%(name)s is not on the committee, or has a conflict of interest.")
        raise Refusal(said % words, "reviewers")
    due = new.due_date or round_.reviews_due
    if due < act.today.in_zone(round_.network.time_zone):
        raise Refusal(_("Reviews cannot be due on a day that is over."), "due_date")
    known = round_.reviews.filter(reviewer=new.person).first()
    if known is not None and known.state != Review.State.WITHDRAWN:
        raise Refusal(_("%(name)s reviews this version already.") % words, "reviewers")
    if new.is_rapporteur:
        _only_rapporteur(round_)
    review: Review = known or Review(round=round_, network=round_.network, reviewer=new.person)
    review.state = Review.State.ASSIGNED
    review.is_rapporteur, review.due_date = new.is_rapporteur, due
    review.assigned_at, review.assigned_by, review.declared_at = act.at, act.by, None
    if known is not None:
        # Asked again: another deadline, with reminders of its own.
        review.deadline_version += 1
        review.version += 1
    review.full_clean(exclude=["assigned_by"], validate_constraints=known is None)
    review.save()
    tell_staff(act, "assign_review", review, round_, reviewer=[None, new.person.name])
    return review


@transaction.atomic
def appoint_rapporteur(act: Act, review: Review) -> Review:
    """Make a reviewer the rapporteur, instead of who was."""
    require(act.by, "assign", review.round)
    row = locked(review.round)
    require_state(row, ReviewRound.State.REVIEWING, ReviewRound.State.SUMMARY)
    require_state(review, *Review.OPEN_STATES, Review.State.SUBMITTED)
    _only_rapporteur(row)
    write(review, {"is_rapporteur": True})
    tell_staff(act, "appoint_rapporteur", review, row)
    return review


@transaction.atomic
def withdraw_review(act: Act, review: Review) -> Review:
    """Do without a review that did not come; the others may then be summarised."""
    require(act.by, "assign", review.round)
    row = locked(review.round)
    require_state(review, *Review.OPEN_STATES)
    old = review.state
    write(review, {"state": Review.State.WITHDRAWN.value})
    tell_staff(act, "withdraw_review", review, row, state=[old, review.state])
    advance(act, row)
    return review


@transaction.atomic
def move_review(act: Act, review: Review, *, due_date: date) -> Review:
    """Give a reviewer another due date."""
    require(act.by, "assign", review.round)
    require_state(review, *Review.OPEN_STATES)
    if due_date < act.today.in_zone(review.network.time_zone):
        raise Refusal(_("Reviews cannot be due on a day that is over."), "due_date")
    if due_date == review.due_date:
        return review
    old = review.due_date
    write(review, {"due_date": due_date, "deadline_version": review.deadline_version + 1})
    tell_staff(act, "move_review", review, review.round, due_date=[old, due_date])
    return review


def _only_rapporteur(round_: ReviewRound) -> None:
    round_.reviews.filter(is_rapporteur=True).update(is_rapporteur=False)
