"""As which audience a person reads a report, beyond seeing it at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from networks import access

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from networks.models import Network, User


def audience_of(user: User | AnonymousUser, network: Network) -> str:
    """A key of ``reports.content.AUDIENCES``, in at most four queries.

    The network reads all that it wrote, staff read all that was written for them, the
    committee what is meant for it. Anybody else who sees the report, a co-funding society
    for one, reads what is meant for the public. Whether a person sees the report at all is
    ``visible_to``'s to say, not ours.
    """
    return audience_for(access.roles_in(user, network))


def audience_for(roles: frozenset[str]) -> str:
    """The same, for a person whose roles are known already."""
    if roles.intersection(access.STAFF + access.TEAM):
        return "staff"
    if roles.intersection(access.COMMITTEE):
        return "committee"
    return "public"
