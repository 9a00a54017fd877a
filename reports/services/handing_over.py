"""Who goes on with a review, or its summary, when somebody leaves the committee."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import User
from networks.refusals import Refusal
from reports.models import Review, ReviewRound
from reports.services.assigning import (
    NewReviewer,
    appoint_rapporteur,
    assign_reviewers,
    withdraw_review,
)


@transaction.atomic
def hand_review(act: Act, review: Review, taker: User) -> Review:
    """Ask somebody else for a review that is still awaited; the first one is withdrawn.

    The date stays, unless it is over: then it is due today. Raises Refusal for somebody who
    is in conflict, or reviews this version already.
    """
    today = act.today.in_zone(review.network.time_zone)
    new = NewReviewer(
        person=taker,
        due_date=max(review.due_date, today),
        is_rapporteur=review.is_rapporteur,
    )
    # In this order: with none awaited the round would go on to its summary.
    [made] = assign_reviewers(act, review.round, [new])
    withdraw_review(act, review)
    return made


@transaction.atomic
def hand_summary(act: Act, round_: ReviewRound, taker: User) -> Review:
    """Make another reviewer of the same version its rapporteur. Raises Refusal."""
    theirs = Review.objects.filter(round=round_, reviewer=taker)
    review = theirs.exclude(state__in=(Review.State.RECUSED, Review.State.WITHDRAWN)).first()
    if review is None:
        words = {"name": taker.get_full_name()}
        raise Refusal(_("%(name)s does not review this version, and cannot sum it up.") % words)
    return appoint_rapporteur(act, review)
