"""The rapporteur's summary, and the network's answer to factual errors in it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Conflict, Refusal
from reports.access import require
from reports.models import FactualAnswer, ReviewRound
from reports.services.steps import locked, require_state, stands, tell_network, tell_staff, write

# How long a network may answer, unless the round says otherwise (Horizon Europe: 30 days to
# contest; two weeks are usual for facts alone).
ANSWER_DAYS = 14


@transaction.atomic
def save_summary(
    act: Act,
    round_: ReviewRound,
    *,
    summary: str,
    summary_for_committee: str = "",
    version: int | None = None,
) -> ReviewRound:
    """Keep the summary as far as it is written. As with a review, the log has no line for it."""
    require(act.by, "summarise", round_)
    require_state(round_, ReviewRound.State.SUMMARY)
    texts = {
        "summary": summary.strip(),
        "summary_for_committee": summary_for_committee.strip(),
    }
    if not stands(round_, texts):
        write(round_, texts, version=version)
    return round_


@transaction.atomic
def share_summary(
    act: Act,
    round_: ReviewRound,
    *,
    answer_until: date | None = None,
    ask_network: bool = True,
    version: int | None = None,
) -> ReviewRound:
    """Show the network the summary, and let it answer until a day; or go on to the panel."""
    require(act.by, "summarise", round_)
    require_state(round_, ReviewRound.State.SUMMARY)
    if not round_.summary.strip():
        raise Refusal(_("Write the summary first: the network reads it."), "summary")
    fields: dict[str, object] = {"summarised_by": act.by, "summarised_at": act.at}
    if ask_network:
        today = act.today.in_zone(round_.network.time_zone)
        until = answer_until or today + timedelta(days=ANSWER_DAYS)
        if until <= today:
            raise Refusal(_("Give the network at least until tomorrow."), "answer_until")
        fields |= {"state": ReviewRound.State.ANSWER.value, "answer_until": until}
    else:
        fields["state"] = ReviewRound.State.PANEL.value
    old = round_.state
    write(round_, fields, version=version)
    tell_staff(act, "share_summary", round_, round_, state=[old, round_.state])
    return round_


@transaction.atomic
def answer_facts(act: Act, round_: ReviewRound, *, text: str) -> FactualAnswer:
    """The network corrects facts; once, and within its days. The panel is next."""
    require(act.by, "answer", round_)
    row = locked(round_)
    if FactualAnswer.objects.filter(round=row).exists():
        raise Conflict(_("Somebody of your network has answered already."))
    require_state(row, ReviewRound.State.ANSWER)
    if answer_is_over(act, row):
        raise Refusal(_("The days for an answer are over; the panel has the report."), "text")
    if not text.strip():
        raise Refusal(_("Write what is not right, and what is."), "text")
    answer = FactualAnswer(round=row, text=text.strip(), author=act.by, at=act.at)
    answer.save(force_insert=True)
    write(row, {"state": ReviewRound.State.PANEL.value})
    tell_network(act, "answer_facts", row.report)
    return answer


def answer_is_over(act: Act, round_: ReviewRound) -> bool:
    """Whether the last day for an answer is over where the network is."""
    return not round_.is_answerable(act.today.in_zone(round_.network.time_zone))
