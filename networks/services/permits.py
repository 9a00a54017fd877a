"""Whether a person may set networks up: what services ask of :mod:`networks.policy`."""

from __future__ import annotations

from networks.access import is_known
from networks.models import Member, Network, Programme, User
from networks.policy import refuse, require


def require_operator(user: User | None) -> None:
    """Only an operator (superuser) opens a programme; the system itself may as well."""
    if user is None or (is_known(user) and user.is_superuser):
        return
    refuse()


def require_programme_staff(user: User | None, programme: Programme) -> None:
    """Managers and officers of a programme set up its networks."""
    require(user, "create_network", programme)


def require_manager(user: User | None, programme: Programme) -> None:
    """Only a manager hands out roles in a programme, publishes, and sets its reminders."""
    require(user, "grant_role", programme)


def require_staff(user: User | None, network: Network) -> None:
    """Managers and officers of the network's programme."""
    require(user, "keep_partners", network)


def require_team_keeper(user: User | None, network: Network) -> None:
    """Lead and deputy look after their own team; staff may as well."""
    require(user, "keep_team", network)


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
