"""Which steps apply: the network's say goes before the programme's, that before the default."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from networks.duties import Duty, Step, source
from notifications.models import ReminderRule

Origin = Literal["default", "programme", "network"]


@dataclass(frozen=True, slots=True, order=True)
class Rung:
    """One step as the rules page shows it: whether it is on, and who says so."""

    step: Step
    on: bool
    origin: Origin


class Ladders:
    """All ladders, read once per sweep in one statement."""

    def __init__(self) -> None:
        self._programmes: dict[tuple[int, str], dict[Step, bool]] = defaultdict(dict)
        self._networks: dict[tuple[int, str], dict[Step, bool]] = defaultdict(dict)
        self._known: dict[tuple[int, int | None, str], tuple[Step, ...]] = {}
        rules = ReminderRule.objects.values_list(
            "programme_id", "network_id", "duty_kind", "offset_days", "audience", "enabled"
        )
        for programme_id, network_id, kind, offset, audience, enabled in rules.order_by("pk"):
            step = Step(offset, audience)
            if network_id:
                self._networks[network_id, kind][step] = enabled
            else:
                self._programmes[programme_id, kind][step] = enabled

    def of(self, duty: Duty) -> tuple[Step, ...]:
        """The steps of a duty, first to last."""
        return self.steps(duty.programme_id, duty.network_id, duty.kind)

    def steps(self, programme_id: int, network_id: int | None, kind: str) -> tuple[Step, ...]:
        """The steps that are on for a programme, or for one network of it."""
        own = network_id if (network_id, kind) in self._networks else None
        key = (programme_id, own, kind)
        if key not in self._known:
            rungs = self.rungs(programme_id, own, kind)
            self._known[key] = tuple(rung.step for rung in rungs if rung.on)
        return self._known[key]

    def networks_with_own(self, kind: str) -> set[int]:
        """The networks that say anything of their own about a kind of duty."""
        return {network for network, said in self._networks if said == kind}

    def rungs(self, programme_id: int, network_id: int | None, kind: str) -> list[Rung]:
        """Every step anybody has named, first to last, those switched off too."""
        said = {step: Rung(step, True, "default") for step in source(kind).ladder}
        for step, on in self._programmes.get((programme_id, kind), {}).items():
            said[step] = Rung(step, on, "programme")
        if network_id is not None:
            for step, on in self._networks.get((network_id, kind), {}).items():
                said[step] = Rung(step, on, "network")
        return sorted(said.values())

    def reached(self, duty: Duty, days_left: int) -> tuple[Step, ...]:
        """The steps whose day has come: the day itself counts, and every day after it."""
        return tuple(step for step in self.of(duty) if step.offset <= -days_left)

    def horizon(self, kind: str) -> int:
        """How many days ahead of a due date the earliest step of any ladder lies."""
        steps = set(source(kind).ladder)
        for book in (self._programmes, self._networks):
            for (_, changed_kind), changes in book.items():
                if changed_kind == kind:
                    steps |= {step for step, enabled in changes.items() if enabled}
        return max((0, *(-step.offset for step in steps)))
