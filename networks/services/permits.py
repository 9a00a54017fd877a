"""Whether a person may set networks up. The plan has its own table in milestones.access."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from networks.access import LEADS, STAFF, is_known, programmes_held, roles_in
from networks.models import Member, Network, Programme, User


def require_operator(user: User | None) -> None:
    """Only an operator (superuser) opens a programme; the system itself may as well."""
    _allow(user is None or (is_known(user) and user.is_superuser))


def require_programme_staff(user: User | None, programme: Programme) -> None:
    """Managers and officers of a programme set up its networks."""
    _allow(user is None or runs(user, programme))


def require_manager(user: User | None, programme: Programme) -> None:
    """Only a manager hands out roles in a programme."""
    _allow(user is None or runs(user, programme, ("manager",)))


def require_staff(user: User | None, network: Network) -> None:
    """Managers and officers of the network's programme."""
    _allow(user is None or bool(roles_in(user, network).intersection(STAFF)))


def require_team_keeper(user: User | None, network: Network) -> None:
    """Lead and deputy look after their own team; staff may as well."""
    _allow(user is None or bool(roles_in(user, network).intersection((*LEADS, *STAFF))))


def require_inviter(
    user: User | None, programme: Programme, network: Network | None, role: str
) -> None:
    """Managers ask into their programme; lead and deputy into their team, but for its lead.

    Who leads a network is the programme's to say.
    """
    if network is None:
        require_manager(user, programme)
    elif role == Member.Role.LEAD:
        require_staff(user, network)
    else:
        require_team_keeper(user, network)


def runs(user: User, programme: Programme, roles: tuple[str, ...] = STAFF) -> bool:
    """Whether a person holds one of some roles in a programme today."""
    held = programmes_held(user, roles).filter(programme=programme)
    return is_known(user) and (user.is_superuser or held.exists())


def _allow(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied(_("You can see this, but your role does not let you change it."))
