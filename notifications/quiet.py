"""What keeps a duty quiet. The planner, the preview and the pages all ask here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from networks.duties import Duty
from notifications.models import LadderStop


@dataclass
class Quiet:
    """What is stopped around some duties of one kind: one statement."""

    stops: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def around(cls, kind: str, duties: Iterable[Duty]) -> Quiet:
        """Read it for duties of one kind."""
        ids = [duty.id for duty in duties]
        stops = LadderStop.objects.in_force().filter(duty_kind=kind, duty_id__in=ids)
        return cls(set(stops.values_list("duty_id", "deadline_version")))

    def stopped(self, duty: Duty) -> bool:
        """Whether staff have stopped the ladder for this version of the deadline."""
        return (duty.id, duty.deadline_version) in self.stops

    def running(self, duties: Sequence[Duty]) -> list[Duty]:
        """Those whose ladder runs."""
        return [duty for duty in duties if not self.stopped(duty)]
