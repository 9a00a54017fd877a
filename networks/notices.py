"""What has happened that somebody waits for now: the contract between the apps in which it
happens and whoever tells of it.

An app offers such news by registering a :class:`NoticeSource` in a module named ``notices``
(found by ``NetworksConfig.ready``). It reads its own rows of the activity log: nobody who
writes one calls anybody. So a new kind of news (an invitation, a review that is due back)
joins without notifications being changed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from networks.models import Event, User

# For each event's id: who waits for it (ids of people with an open account).
Waiting = dict[int, frozenset[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """What has happened, in words of the reader's language, as it stands now."""

    # One line, which is the mail's subject too.
    headline: str
    # What it is about, and the facts worth a line each.
    about: str
    facts: Sequence[str] = ()
    # Who did it, and what they wrote.
    by: str = ""
    note: str = ""
    # Its page, as a path, and what to do there.
    url: str
    action: str
    # Why this person is told.
    why: str


class NoticeSource(ABC):
    """News of one kind. Only what somebody waits for now, and nobody of what they did."""

    # Names it among all kinds, for the log of mails.
    kind: ClassVar[str]
    # The verbs of the activity log that it tells of.
    verbs: ClassVar[frozenset[str]]

    @abstractmethod
    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        """Who waits for each of these events now, in a fixed number of statements.

        Asked when mails are planned, and when it is decided whether they leave. Left out are:
        who did it, who has no role any more by which they see it, and everybody once it is
        settled.
        """

    @abstractmethod
    def tell(self, event: Event, person: User) -> Tale | None:
        """What to say to a person who waits, in the active language; None for nothing."""

    def items(self, events: Sequence[Event]) -> dict[int, tuple[str, int]]:
        """(kind of duty, id) of the items that events are about, by event's id.

        Whoever has muted or snoozed the item, or its network, is not told.
        """
        return {}


_sources: dict[str, NoticeSource] = {}


def register(new: NoticeSource) -> NoticeSource:
    """Make news of a kind known. Raises ValueError where a verb has its source already."""
    for verb in new.verbs:
        known = _sources.get(verb)
        if known is not None and type(known) is not type(new):
            raise ValueError(f"Somebody tells of “{verb}” already: {known!r}.")
    _sources.update(dict.fromkeys(new.verbs, new))
    return new


def source_of(verb: str) -> NoticeSource:
    """Who tells of a verb. KeyError where nobody does."""
    return _sources[verb]


def verbs() -> frozenset[str]:
    """All verbs that somebody tells of."""
    return frozenset(_sources)
