"""What keeps a duty quiet. The planner, the preview and the pages all ask here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from networks.duties import Audience, Duty, Step
from notifications.models import LadderStop, Silence


@dataclass
class Quiet:
    """What is stopped, muted or snoozed around some duties of one kind: two statements."""

    stops: set[tuple[int, int]] = field(default_factory=set)
    # People who have muted a network, or an item.
    networks: set[tuple[int, int]] = field(default_factory=set)
    items: set[tuple[int, int]] = field(default_factory=set)
    # Until when, by (duty's id, deadline's version) and person.
    snoozes: dict[tuple[int, int], dict[int, date]] = field(default_factory=dict)

    @classmethod
    def around(cls, kind: str, duties: Sequence[Duty]) -> Quiet:
        """Read it for duties of one kind."""
        ids = {duty.id for duty in duties}
        found = cls(snoozes=defaultdict(dict))
        stops = LadderStop.objects.in_force().filter(duty_kind=kind, duty_id__among=ids)
        found.stops = set(stops.order_by().values_list("duty_id", "deadline_version"))
        wide = Q(duty_kind="", network_id__among={duty.network_id for duty in duties})
        silences = Silence.objects.in_force().filter(wide | Q(duty_kind=kind, duty_id__among=ids))
        for silence in silences.order_by():
            found.add(silence)
        return found

    def add(self, silence: Silence) -> None:
        """Enter one person's wish."""
        if not silence.duty_kind:
            self.networks.add((silence.user_id, silence.network_id))
        elif silence.until is None:
            self.items.add((silence.user_id, silence.duty_id))
        else:
            key = (silence.duty_id, silence.deadline_version)
            self.snoozes[key][silence.user_id] = silence.until

    def stopped(self, duty: Duty) -> bool:
        """Whether staff have stopped the ladder for this version of the deadline."""
        return (duty.id, duty.deadline_version) in self.stops

    def snoozed(self, duty: Duty) -> Mapping[int, date]:
        """Who has snoozed this version of the deadline, until when; also if that is over."""
        return self.snoozes.get((duty.id, duty.deadline_version), {})

    def snoozers(self) -> set[int]:
        """Everybody with a snooze."""
        return {person for people in self.snoozes.values() for person in people}

    def keeps(self, duty: Duty, person: int, day: date) -> bool:
        """Whether a person is not to be told of a duty on their local day."""
        if self.stopped(duty) or (person, duty.network_id) in self.networks:
            return True
        until = self.snoozed(duty).get(person)
        return (person, duty.id) in self.items or (until is not None and day < until)

    def recall(
        self, duty: Duty, person: int, day: date | None, audiences: Mapping[str, frozenset[int]]
    ) -> Step | None:
        """The step that a snooze has put on the person's own ladder, once its day has come."""
        until = self.snoozed(duty).get(person)
        if until is None or day is None or day < until:
            return None
        for audience in Audience.values:
            if person in audiences.get(audience, ()):
                return Step((until - duty.due_date).days, audience)
        return None
