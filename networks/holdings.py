"""What a person holds by a role: the contract between the apps that own such things and
whoever gives, ends or promises the role.

An app offers its kind by registering a :class:`HoldingSource` in a module named ``holdings``
(found by ``NetworksConfig.ready``). Leaving asks who takes each thing over, an invitation can
promise some; so a new kind (a report to write, a review) joins without either being changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from networks.acts import Act
    from networks.models import Invitation, Member, Network, ProgrammeRole, User

    Held = Member | ProgrammeRole


@dataclass(frozen=True, slots=True)
class Holding:
    """One open thing that somebody holds: its kind and id name it."""

    kind: str
    id: int
    label: str
    url: str = ""
    # What it means that nobody takes it over; empty where it then falls to whoever leads.
    nobody: str = ""

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.kind}-{self.id}"


class HoldingSource(ABC):
    """Things of one kind that a role can hold. Each method asks a fixed number of statements."""

    kind: ClassVar[str]

    @abstractmethod
    def held_by(self, holder: Held) -> list[Holding]:
        """The open ones that hang on this very role; nothing for roles that hold none."""

    @abstractmethod
    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        """Give the things with these ids to others, logged. Raises Refusal who cannot take one."""

    def release(self, act: Act, holder: Held, ids: Collection[int]) -> None:  # noqa: B027
        """Nobody takes these over: do what their ``nobody`` says; by default they just stay."""

    def offered(self, network: Network) -> list[Holding]:
        """Those of a network that an invitation can promise; by default none."""
        return []

    def promise(self, promises: Sequence[tuple[Invitation, int]]) -> None:  # noqa: B027
        """Note what invitations promise; called in the transaction that writes them."""

    def promised(self, invitations: Collection[int]) -> dict[int, list[str]]:
        """What invitations promise, in words, by the invitation's id."""
        return {}

    def fulfil(self, act: Act, invitation: Invitation, member: Member) -> None:  # noqa: B027
        """Give a new member what their invitation promised, logged."""


_sources: dict[str, HoldingSource] = {}


def register(new: HoldingSource) -> HoldingSource:
    """Make a kind known. Raises ValueError when another class took the name."""
    known = _sources.get(new.kind)
    if known is not None and type(known) is not type(new):
        raise ValueError(f"There is a kind of holding “{new.kind}” already: {known!r}.")
    _sources[new.kind] = new
    return new


def sources() -> list[HoldingSource]:
    """All kinds, in a fixed order."""
    return [_sources[kind] for kind in sorted(_sources)]


def held_by(holder: Held) -> list[Holding]:
    """Everything open that hangs on a role."""
    return [holding for each in sources() for holding in each.held_by(holder)]


def offered(network: Network) -> list[Holding]:
    """Everything of a network that an invitation can promise."""
    return [holding for each in sources() for holding in each.offered(network)]


def promised(invitations: Collection[int]) -> dict[int, list[str]]:
    """What invitations promise, in words."""
    found: dict[int, list[str]] = {}
    for each in sources() if invitations else ():
        for invitation, labels in each.promised(invitations).items():
            found.setdefault(invitation, []).extend(labels)
    return found
