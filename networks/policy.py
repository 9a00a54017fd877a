"""The one door for acting: ``can(user, action, thing)``, over the tables of all apps.

An app says in a module named ``access`` (found by ``NetworksConfig.ready``) which roles hold
which action on its things, and registers that table here. What a person may *see* is said by
``visible_to`` of each model; whoever asks ``can`` has found the thing through that door.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _

from networks.access import LEADS, STAFF, is_known, roles_in, roles_in_programme
from networks.models import Network, Programme

if TYPE_CHECKING:
    from networks.models import User

    Person: TypeAlias = User | AnonymousUser
    # Further actions that somebody with some roles may take on one thing.
    More: TypeAlias = Callable[[Person, frozenset[str], Any], Collection[str]]
    # The roles that count for one thing, of those a person holds in its network.
    Narrow: TypeAlias = Callable[[Person, frozenset[str], Any], frozenset[str]]


@dataclass(frozen=True)
class Table:
    """Which roles hold which action on things of some models."""

    models: tuple[type[Model], ...]
    roles: Mapping[str, Collection[str]]
    more: More | None = None
    narrow: Narrow | None = None


_tables: dict[str, Table] = {}


def register(name: str, table: Table) -> None:
    """Make an app's table known, under its own name."""
    _tables[name] = table


def tables_of(thing: Model) -> list[Table]:
    """The tables that speak of a thing."""
    return [table for table in _tables.values() if isinstance(thing, table.models)]


def roles_for(user: Person, thing: Any) -> frozenset[str]:
    """What a person is for a thing today: in its programme, or in its network."""
    if isinstance(thing, Programme):
        return roles_in_programme(user, thing)
    return roles_in(user, thing if isinstance(thing, Network) else thing.network)


def actions_for(user: Person, thing: Any) -> frozenset[str]:
    """Every action that this person may take on this thing today."""
    if not is_known(user):
        return frozenset()
    held, allowed = roles_for(user, thing), set[str]()
    for table in tables_of(thing):
        roles = held if table.narrow is None else table.narrow(user, held, thing)
        allowed |= {name for name, holders in table.roles.items() if roles.intersection(holders)}
        if table.more is not None:
            allowed |= set(table.more(user, roles, thing))
    return frozenset(allowed)


def can(user: Person, action: str, thing: Any) -> bool:
    """Whether a person may take an action on a thing. KeyError for an unknown action."""
    if not any(action in table.roles for table in tables_of(thing)):
        raise KeyError(f"There is no action “{action}” on {type(thing).__name__}.")
    return action in actions_for(user, thing)


def require(user: Person | None, action: str, thing: Any) -> None:
    """Raise PermissionDenied, with a sentence, unless the person may."""
    # The system itself (import commands, demo data) acts without a person.
    if user is not None and not can(user, action, thing):
        refuse()


def refuse() -> NoReturn:
    """Raise the PermissionDenied of every 403, with its sentence."""
    raise PermissionDenied(_("You can see this, but your role does not let you change it."))


# What people do to networks and programmes themselves.
register(
    "networks",
    Table(
        (Network,),
        {
            "keep_team": (*LEADS, *STAFF),
            "keep_partners": STAFF,
            "steer_reminders": STAFF,
            "withdraw_conflict": STAFF,
        },
    ),
)
register(
    "programmes",
    Table(
        (Programme,),
        {
            "create_network": STAFF,
            "grant_role": ("manager",),
            "publish": ("manager",),
            "set_reminders": ("manager",),
        },
    ),
)
