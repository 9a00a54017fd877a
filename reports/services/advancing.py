"""A round goes on by itself once nothing is awaited any more."""

from __future__ import annotations

from datetime import timedelta

from networks.acts import Act
from reports.models import Review, ReviewRound
from reports.services.steps import open_reviews, tell_staff, write

# How long a rapporteur has for the summary.
SUMMARY_DAYS = 7


def advance(act: Act, round_: ReviewRound) -> None:
    """Ask for the summary when every review is in. Call it with the round locked.

    With none submitted (all recused or withdrawn) the round waits for other reviewers.
    """
    if round_.state != ReviewRound.State.REVIEWING or open_reviews(round_).exists():
        return
    if not round_.reviews.filter(state=Review.State.SUBMITTED).exists():
        return
    today = act.today.in_zone(round_.network.time_zone)
    due = round_.summary_due or today + timedelta(days=SUMMARY_DAYS)
    old = round_.state
    write(round_, {"state": ReviewRound.State.SUMMARY.value, "summary_due": due})
    steps = {"state": [old, round_.state], "summary_due": [None, due]}
    tell_staff(act, "ask_summary", round_, round_, **steps)
