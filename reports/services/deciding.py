"""What a panel decides, and everything that follows from it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from milestones.models import Amendment, Milestone
from milestones.services import draft_amendment, return_milestone, verify_milestone
from networks.acts import Act
from networks.models import Event, Member, Network
from networks.refusals import Refusal
from networks.services import change_network_state
from reports.access import require
from reports.eligible import free_of
from reports.models import (
    Condition,
    Decision,
    Meeting,
    ProgressReport,
    Recommendation,
    Review,
    ReviewRound,
)
from reports.models.review import GOES_ON
from reports.services.checking import send_back
from reports.services.steps import locked, open_reviews, require_state, tell_network, write
from reports.services.summarising import answer_is_over

Outcome = Decision.ReportOutcome
# What becomes of the network's work. On hold it is suspended: nothing of its plan is due or
# reminded of, and every page says so; a later "continue" takes it up again. Stopped is ended.
STATES = {
    Recommendation.CONTINUE: Network.State.ACTIVE,
    Recommendation.CONDITIONS: Network.State.ACTIVE,
    Recommendation.HOLD: Network.State.SUSPENDED,
    Recommendation.STOP: Network.State.TERMINATED,
}


@dataclass(frozen=True, kw_only=True)
class NewCondition:
    """A dated duty that the panel imposes."""

    text: str
    due_date: date
    evidence_asked: str = ""
    responsible: Member | None = None


@dataclass(frozen=True, kw_only=True)
class Votes:
    """Who was there, and how they voted."""

    present: int
    votes_for: int
    votes_against: int = 0
    abstentions: int = 0
    quorum: int | None = None


@dataclass(frozen=True, kw_only=True)
class AskedAmendment:
    """A change of the contract that the panel asks for; it starts as a draft."""

    title: str
    justification: str = ""


@transaction.atomic
def decide(
    act: Act,
    round_: ReviewRound,
    *,
    outcome: str,
    report_outcome: str,
    decided_on: date,
    votes: Votes,
    meeting: Meeting | None = None,
    reasons: str = "",
    public_sentence: str = "",
    conditions: Sequence[NewCondition] = (),
    gate: Milestone | None = None,
    amendment: AskedAmendment | None = None,
    revise_by: date | None = None,
    version: int | None = None,
) -> Decision:
    """Enter a panel's decision; what follows from it happens in the same transaction.

    The report is accepted or goes back; conditions become duties; a gate is verified or
    returned; the network is suspended, resumed or ended; an amendment starts as a draft.
    """
    require(act.by, "decide", round_)
    row = locked(round_)
    _require_ripe(act, row)
    _require_sense(act, row, outcome, report_outcome, decided_on, conditions)
    _require_present(row, meeting, votes)
    if gate is not None:
        _open_or_hold(act, row, gate, outcome, reasons)
    decision = Decision(
        network=row.network,
        round=row,
        meeting=meeting,
        outcome=outcome,
        report_outcome=report_outcome,
        decided_on=decided_on,
        decided_by=act.by,
        present=votes.present,
        quorum=votes.quorum or (meeting.quorum if meeting else 1),
        votes_for=votes.votes_for,
        votes_against=votes.votes_against,
        abstentions=votes.abstentions,
        reasons=reasons.strip(),
        public_sentence=public_sentence.strip(),
        gate=gate,
        amendment=_draft(act, row, amendment),
        at=act.at,
    )
    decision.full_clean(exclude=["decided_by"])
    decision.save(force_insert=True)
    _impose(act, decision, conditions)
    open_reviews(row).update(state=Review.State.WITHDRAWN)
    write(row, {"state": ReviewRound.State.DECIDED.value}, version=version)
    _settle_report(act, row.report, decision, revise_by)
    change_network_state(act, row.network, state=_state_after(row.network, outcome))
    tell_network(act, "decide_report", decision)
    return decision


def _require_ripe(act: Act, round_: ReviewRound) -> None:
    """The panel decides after the summary, and after the network's days for an answer."""
    waits = round_.state == ReviewRound.State.ANSWER and not answer_is_over(act, round_)
    if waits:
        day = {"day": round_.answer_until}
        raise Refusal(_("The network may still answer, until %(day)s.") % day, "state")
    require_state(round_, ReviewRound.State.PANEL, ReviewRound.State.ANSWER)


def _require_sense(
    act: Act,
    round_: ReviewRound,
    outcome: str,
    report_outcome: str,
    decided_on: date,
    conditions: Sequence[NewCondition],
) -> None:
    today = act.today.in_zone(round_.network.time_zone)
    if decided_on > today:
        raise Refusal(_("That day has not come yet."), "decided_on")
    conditional = outcome == Recommendation.CONDITIONS or (
        report_outcome == Outcome.ACCEPTED_WITH_CONDITIONS
    )
    if conditional and not conditions:
        raise Refusal(_("Name at least one condition."), "conditions")
    if conditions and outcome == Recommendation.CONTINUE and not conditional:
        raise Refusal(_("With conditions it is “continue with conditions”."), "outcome")
    for condition in conditions:
        if condition.due_date < today:
            raise Refusal(_("A condition is due on a day that lies ahead."), "conditions")
        other = condition.responsible
        if other is not None and other.network_id != round_.network_id:
            raise Refusal(_("Only somebody of the network can be responsible."), "conditions")


def _require_present(round_: ReviewRound, meeting: Meeting | None, votes: Votes) -> None:
    """Nobody with a conflict counts as present when this report is decided."""
    if meeting is None:
        return
    if meeting.programme_id != round_.network.programme_id:
        raise Refusal(_("That meeting is another programme's."), "meeting")
    # Asked of the database: its minutes are kept as they were when it was closed.
    if not Meeting.objects.filter(pk=meeting.pk, closed_at__isnull=True).exists():
        raise Refusal(_("This meeting is closed."), "meeting")
    free = free_of(meeting.attendees.all(), round_.report)
    if meeting.attendees.exists() and votes.present > len(free):
        said = _("Only %(n)d of those present have no conflict of interest with this network.")
        raise Refusal(said % {"n": len(free)}, "present")


def _open_or_hold(
    act: Act, round_: ReviewRound, gate: Milestone, outcome: str, reasons: str
) -> None:
    """The committee's verdict on a gate, through the plan's own services.

    To go on, the gate must have been claimed, and is verified now. Held or stopped, a claim
    goes back with the reasons; one that was not claimed stays as it is.
    """
    if gate.network_id != round_.network_id or not gate.is_gate:
        raise Refusal(_("Choose a gate of this network."), "gate")
    done = gate.state == Milestone.State.VERIFIED
    if outcome in GOES_ON and not done:
        verify_milestone(act, gate, text=reasons.strip())
    elif outcome not in GOES_ON and gate.state == Milestone.State.CLAIMED:
        note = reasons.strip() or _("The panel holds this gate: see its decision.")
        return_milestone(act, gate, note=note)


def _draft(act: Act, round_: ReviewRound, asked: AskedAmendment | None) -> Amendment | None:
    """The draft is nobody's yet: the lead completes and submits it, or withdraws it."""
    if asked is None:
        return None
    system = Act(by=None, at=act.at, channel=Event.Channel.SYSTEM)
    return draft_amendment(
        system,
        round_.network,
        kind=Amendment.Kind.OTHER,
        title=asked.title,
        justification=asked.justification,
    )


def _impose(act: Act, decision: Decision, conditions: Sequence[NewCondition]) -> list[Condition]:
    network = Network.objects.select_for_update().get(pk=decision.network_id)
    last = network.conditions.aggregate(last=Max("number"))["last"] or 0
    rows = []
    for number, new in enumerate(conditions, start=last + 1):
        row = Condition(
            network=network,
            decision=decision,
            number=number,
            text=new.text.strip(),
            evidence_asked=new.evidence_asked.strip(),
            due_date=new.due_date,
            responsible=new.responsible,
        )
        row.full_clean()
        row.save(force_insert=True)
        tell_network(act, "impose_condition", row)
        rows.append(row)
    return rows


def _settle_report(
    act: Act, report: ProgressReport, decision: Decision, revise_by: date | None
) -> None:
    require_state(report, ProgressReport.State.UNDER_REVIEW)
    if decision.report_outcome == Outcome.REVISION_REQUESTED:
        note = decision.reasons or _("The panel asks for a revision.")
        send_back(act, report, "ask_revision", notes={"": note}, due_date=revise_by)
        return
    write(report, {"state": decision.report_outcome, "is_returned": False})


def _state_after(network: Network, outcome: str) -> str:
    """A network that is planned or over is not begun by a report about it."""
    wanted = STATES[Recommendation(outcome)]
    moves: dict[str, Any] = {
        Network.State.ACTIVE: (Network.State.SUSPENDED, Network.State.TERMINATED),
        Network.State.SUSPENDED: tuple(STATES.values()),
    }
    possible = moves.get(network.state, ())
    return wanted if wanted in possible else network.state
