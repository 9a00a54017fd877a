"""Who may do what to a progress report: one table, one question, as for plans.

A person who cannot even see the report never gets here: ``visible_to`` has made it a 404.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from networks.access import LEADS, STAFF, TEAM, roles_in
from networks.models import Network, User
from networks.policy import Table, register
from reports.models import ProgressReport

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# action -> roles that hold it for every report of the network
ROLES: dict[str, tuple[str, ...]] = {
    # Texts, effort, comments on items: the whole team writes.
    "write": TEAM,
    # EU portal and Researchfish: a delegate fills in, only the leader submits.
    "submit": LEADS,
    "waive": STAFF,
    "schedule": STAFF,
}


def actions_for(user: User | AnonymousUser, thing: ProgressReport | Network) -> frozenset[str]:
    """Every action of the table that this person may take today."""
    network = thing if isinstance(thing, Network) else thing.network
    roles = roles_in(user, network)
    return frozenset(action for action, holders in ROLES.items() if roles.intersection(holders))


def may(user: User | AnonymousUser, action: str, thing: ProgressReport | Network) -> bool:
    """Whether a person may take an action. KeyError for an unknown action."""
    if action not in ROLES:
        raise KeyError(f"There is no action “{action}”.")
    return action in actions_for(user, thing)


def require(
    user: User | AnonymousUser | None, action: str, thing: ProgressReport | Network
) -> None:
    """Raise PermissionDenied, with a sentence, unless the person may."""
    # The system itself (the daily round, demo data) acts without a person.
    if user is None or may(user, action, thing):
        return
    raise PermissionDenied(_("You can see this, but your role does not let you change it."))


# So that ``networks.policy.can`` knows reports too.
register("reports", Table((ProgressReport,), ROLES))
