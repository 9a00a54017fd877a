"""Who may do what to a report, its review and what was decided: tables of the one door.

As in :mod:`milestones.access`, a person who cannot even see the thing never gets here:
``visible_to`` has made it a 404 before. What only one person may do (their own review, the
rapporteur's summary, a condition they are responsible for) is said below the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from networks.access import COMMITTEE, LEADS, STAFF, TEAM, concerned, is_known
from networks.models import Network, Programme, User
from networks.policy import Table, actions_for, can, refuse, register, require, roles_for
from networks.withheld import withhold
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.querysets import recused

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

__all__ = ["CLERKS", "actions_for", "can", "refuse", "require", "runs_review"]

Thing = ProgressReport | ReviewRound | Review | Condition

# Who runs the committee's work: assigns, watches deadlines, enters what was decided.
CLERKS = (*STAFF, "chair")

# action -> roles that hold it for every report of the network
WRITING: dict[str, tuple[str, ...]] = {
    # Texts, effort, comments on items: the whole team writes.
    "write": TEAM,
    # EU portal and Researchfish: a delegate fills in, only the leader submits.
    "submit": LEADS,
    "waive": STAFF,
    "schedule": STAFF,
}
REVIEWING: dict[str, tuple[str, ...]] = {
    "check_report": STAFF,
    "assign": CLERKS,
    "summarise": CLERKS,
    "answer": LEADS,
    "decide": CLERKS,
    "submit_condition": (*LEADS, *STAFF),
    "settle_condition": STAFF,
    # Nobody holds these by role: only the reviewer themselves.
    "declare": (),
    "review": (),
}
MEETING: dict[str, tuple[str, ...]] = {"run_meetings": CLERKS}


def runs_review(user: User, round_: ReviewRound) -> bool:
    """Whether a person runs the committee's work on a round, and is not recused from it."""
    roles = _without_recusal(user, roles_for(user, round_), round_)
    return bool(roles.intersection(CLERKS))


def _without_recusal(
    user: User | AnonymousUser, roles: frozenset[str], thing: Thing
) -> frozenset[str]:
    """Nobody is judge in their own cause.

    A part in the network takes the roles of its programme away, a recusal those of the
    committee for that report, but for one's own review.
    """
    if not is_known(user) or user.is_superuser:
        return roles
    roles = _without_part(user, roles, thing)
    if not roles.intersection(COMMITTEE) or isinstance(thing, Review):
        return roles
    if recused(user).filter(round__report_id=_report_id(thing)).exists():
        return roles - {*COMMITTEE}
    return roles


def _without_part(
    user: User | AnonymousUser, roles: frozenset[str], thing: Thing | Network
) -> frozenset[str]:
    """A part in the network takes the roles of its programme away; those of its team stay."""
    if not is_known(user) or user.is_superuser or not roles.intersection(STAFF):
        return roles
    network = thing.pk if isinstance(thing, Network) else thing.network_id
    if concerned(user).filter(pk=network).exists():
        return roles - {*STAFF, *COMMITTEE}
    return roles


def _more(user: User | AnonymousUser, roles: frozenset[str], thing: Thing) -> set[str]:
    """What follows from whose review, summary or condition it is."""
    allowed: set[str] = set()
    if isinstance(thing, Review) and thing.reviewer_id == user.pk and roles & {*COMMITTEE}:
        allowed |= {"declare", "review"}
    if isinstance(thing, ReviewRound) and _is_rapporteur(user, thing, roles):
        allowed.add("summarise")
    if isinstance(thing, Condition) and _is_responsible(user, thing, roles):
        allowed.add("submit_condition")
    return allowed


def _is_rapporteur(user: User | AnonymousUser, round_: ReviewRound, roles: frozenset[str]) -> bool:
    if not roles.intersection(COMMITTEE):
        return False
    own = round_.reviews.filter(reviewer=user.pk, is_rapporteur=True)
    return own.filter(state=Review.State.SUBMITTED).exists()


def _is_responsible(
    user: User | AnonymousUser, condition: Condition, roles: frozenset[str]
) -> bool:
    named = condition.responsible
    return named is not None and named.user_id == user.pk and bool(roles.intersection(TEAM))


def _report_id(thing: Thing) -> int | None:
    if isinstance(thing, ProgressReport):
        return thing.pk
    if isinstance(thing, Condition):
        return thing.decision.round.report_id
    report: int = thing.report_id if isinstance(thing, ReviewRound) else thing.round.report_id
    return report


_REVIEWED = (ProgressReport, ReviewRound, Review, Condition)
register("reports", Table((ProgressReport,), WRITING, narrow=_without_part))
# What may be done to any report of a network is asked where there is no report, too.
register("network_reports", Table((Network,), WRITING, narrow=_without_part))
register("reviews", Table(_REVIEWED, REVIEWING, _more, _without_recusal))
register("meetings", Table((Programme,), MEETING))
# ``services.steps.tell_staff`` writes their events without a network.
withhold(Review, ReviewRound)
