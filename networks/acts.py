"""Who acts, through which door, and when: the first argument of every service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from networks.clock import Today
from networks.models import Event, User


@dataclass(frozen=True)
class Act:
    """One act of one person.

    ``at`` is the clock as an argument: tasks, views and commands fill it with
    ``timezone.now()``, tests and demo data with any instant. ``on_behalf_of`` is set when
    staff record something for somebody else, and is shown as such.
    """

    by: User | None
    at: datetime
    channel: Event.Channel
    on_behalf_of: User | None = None

    @property
    def today(self) -> Today:
        """The calendar dates at the instant of the act."""
        return Today.at(self.at)
