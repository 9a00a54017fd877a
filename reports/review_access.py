"""Who may do what to a report, its review and what was decided: one table, one question.

As in :mod:`milestones.access`, a person who cannot even see the thing never gets here:
``visible_to`` has made it a 404 before. What only one person may do (their own review, the
rapporteur's summary, a condition they are responsible for) stands below the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from networks.access import (
    COMMITTEE,
    LEADS,
    STAFF,
    TEAM,
    is_known,
    programmes_held,
    roles_in,
)
from networks.models import Network, Programme, User
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.querysets import recused

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

Thing = ProgressReport | ReviewRound | Review | Condition

# Who runs the committee's work: assigns, watches deadlines, enters what was decided.
CLERKS = (*STAFF, "chair")

# action -> roles that hold it for every report of the network
ROLES: dict[str, tuple[str, ...]] = {
    "check_report": STAFF,
    "assign": CLERKS,
    "summarise": CLERKS,
    "answer": LEADS,
    "decide": CLERKS,
    "submit_condition": (*LEADS, *STAFF),
    "settle_condition": STAFF,
    # Nobody holds these by role: only the reviewer themselves, and the rapporteur.
    "declare": (),
    "review": (),
}


def actions_for(user: User | AnonymousUser, thing: Thing) -> frozenset[str]:
    """Every action of the table that this person may take on this thing today."""
    roles = roles_about(user, thing)
    allowed = {action for action, holders in ROLES.items() if roles.intersection(holders)}
    if isinstance(thing, Review) and thing.reviewer_id == user.pk and roles & {*COMMITTEE}:
        allowed |= {"declare", "review"}
    if isinstance(thing, ReviewRound) and _is_rapporteur(user, thing, roles):
        allowed.add("summarise")
    if isinstance(thing, Condition) and _is_responsible(user, thing, roles):
        allowed.add("submit_condition")
    return frozenset(allowed)


def roles_about(user: User | AnonymousUser, thing: Thing) -> frozenset[str]:
    """Roles in the thing's network; a recusal takes the committee's away for that report."""
    roles = roles_in(user, network_of(thing))
    if not roles.intersection(COMMITTEE) or isinstance(thing, Review):
        return roles
    report = _report_id(thing)
    if is_known(user) and recused(user).filter(round__report_id=report).exists():
        return roles - {*COMMITTEE}
    return roles


def network_of(thing: Thing) -> Network:
    """The network that a thing is about."""
    network: Network = thing.network
    return network


def may(user: User | AnonymousUser, action: str, thing: Thing) -> bool:
    """Whether a person may take an action on a thing. KeyError for an unknown action."""
    if action not in ROLES:
        raise KeyError(f"There is no action “{action}”.")
    return action in actions_for(user, thing)


def require(user: User | AnonymousUser | None, action: str, thing: Thing) -> None:
    """Raise PermissionDenied, with a sentence, unless the person may."""
    # The system itself (demo data) acts without a person.
    if user is not None and not may(user, action, thing):
        refuse()


def may_run_meetings(user: User | AnonymousUser, programme: Programme) -> bool:
    """Whether a person calls and minutes the meetings of a programme's committee."""
    if not is_known(user):
        return False
    held = programmes_held(user, CLERKS).filter(programme=programme)
    return user.is_superuser or held.exists()


def require_clerk(user: User | AnonymousUser | None, programme: Programme) -> None:
    """Raise PermissionDenied unless the person runs the committee's work."""
    if user is not None and not may_run_meetings(user, programme):
        refuse()


def refuse() -> None:
    """The sentence of every 403."""
    raise PermissionDenied(_("You can see this, but your role does not let you change it."))


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
