"""What other rooms know about people, for lists that name them.

An app offers its marks by registering a function in a module named ``marks`` (found by
``NetworksConfig.ready``). Lists of people read the registry only, so that a room below does
not have to know the rooms above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from networks.models import User

# Of some people, by id, those with a mark that the reader may see, in words. One statement.
Marker: TypeAlias = "Callable[[User, Collection[int]], Mapping[int, str]]"
_markers: dict[str, Marker] = {}
# The same about invitations, whose addresses need belong to nobody yet.
_invitation_markers: dict[str, Marker] = {}


def register(name: str, marker: Marker) -> None:
    """Make a kind of mark known."""
    _markers[name] = marker


def register_for_invitations(name: str, marker: Marker) -> None:
    """Make a kind of mark about invitations known."""
    _invitation_markers[name] = marker


def marks_of(reader: User, people: Collection[int]) -> dict[int, list[str]]:
    """The marks of some people that the reader may see, by person's id."""
    return _marks(_markers, reader, people)


def marks_of_invitations(reader: User, invitations: Collection[int]) -> dict[int, list[str]]:
    """The marks of some invitations, by invitation's id."""
    return _marks(_invitation_markers, reader, invitations)


def _marks(
    markers: Mapping[str, Marker], reader: User, ids: Collection[int]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for name in sorted(markers) if ids else ():
        for pk, words in markers[name](reader, ids).items():
            found[pk].append(words)
    return dict(found)
