"""Who may do what to a plan: a table of :mod:`networks.policy`, the one door.

``may`` (``can`` there) answers for pages, API and mail links alike. A person who cannot even
see the thing never gets here: ``visible_to`` has made it a 404 before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from milestones.models import Amendment, Deliverable, Milestone, Risk
from networks.access import COMMITTEE, LEADS, STAFF, TEAM, access_day, current
from networks.models import Network, User
from networks.policy import Table, actions_for, register, require
from networks.policy import can as may

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

__all__ = ["ROLES", "actions_for", "deciders_in", "edits_draft", "is_own", "may", "require"]

Thing = Milestone | Deliverable | Risk | Amendment | Network

# action -> roles that hold it for every thing of the network
ROLES: dict[str, tuple[str, ...]] = {
    "update": (*LEADS, *STAFF),
    "add_evidence": (*LEADS, *STAFF),
    "claim": (*LEADS, *STAFF),
    "draft": (*TEAM, *STAFF),
    "submit": (*LEADS, *STAFF),
    "verify": STAFF,
    "return": STAFF,
    "accept": STAFF,
    "request_revision": STAFF,
    "add_risk": (*LEADS, "wp_lead", *STAFF),
    "assess_risk": (*LEADS, "wp_lead", *STAFF),
    "draft_amendment": (*LEADS, *STAFF),
    "submit_amendment": (*LEADS, *STAFF),
    # Change or withdraw one that is still a draft; its author may as well.
    "edit_draft": LEADS,
    "decide_amendment": ("manager",),
    "import_plan": STAFF,
}
# What the person responsible for an item, or the lead of its work package, may do to it.
OWN_ITEM = {"update", "add_evidence", "claim"}
# What the committee may do, where the milestone is a gate.
GATE = {"verify", "return"}


def _more(user: User | AnonymousUser, roles: frozenset[str], thing: Thing) -> set[str]:
    """What follows from the item itself: whose it is, a gate, one's own draft."""
    allowed: set[str] = set()
    on_team = bool(roles.intersection(TEAM))
    if on_team and isinstance(thing, Milestone | Deliverable) and is_own(user, thing):
        allowed |= OWN_ITEM
    if isinstance(thing, Milestone) and thing.is_gate and roles.intersection(COMMITTEE):
        allowed |= GATE
    if isinstance(thing, Amendment) and edits_draft(user, roles, thing):
        allowed.add("edit_draft")
    return allowed


register("milestones", Table((Milestone, Deliverable, Risk, Amendment, Network), ROLES, _more))


def edits_draft(user: User | AnonymousUser, roles: Collection[str], amendment: Amendment) -> bool:
    """Whether a person with some roles may change a draft: the leads, and whoever wrote it."""
    own = amendment.drafted_by_id is not None and amendment.drafted_by_id == user.pk
    holders = (*ROLES["edit_draft"], *(ROLES["draft_amendment"] if own else ()))
    return bool(set(roles).intersection(holders))


def deciders_in(network: Network) -> QuerySet[User]:
    """Who decides on what is asked of the programme today, by name."""
    holders = network.programme.roles.filter(current(access_day()))
    held = holders.filter(role__in=ROLES["decide_amendment"]).values("user_id")
    return User.objects.filter(pk__in=held, is_active=True).order_by("name", "pk")


def is_own(user: User | AnonymousUser, item: Milestone | Deliverable) -> bool:
    """Whether the person is responsible for the item or leads a work package of it."""
    if item.responsible_id is not None and item.responsible.user_id == user.pk:  # type: ignore[union-attr]
        return True
    if isinstance(item, Milestone):
        return item.work_packages.filter(lead__user=user.pk).exists()
    package = item.work_package
    return package is not None and package.lead is not None and package.lead.user_id == user.pk
