"""Which steps apply: each kind's default ladder, with what the programme changed."""

from __future__ import annotations

from collections import defaultdict

from networks.duties import Duty, Step, source, sources
from notifications.models import ReminderRule


class Ladders:
    """The ladders of all programmes, read once per sweep in one statement."""

    def __init__(self) -> None:
        self._changes: dict[tuple[int, str], dict[Step, bool]] = defaultdict(dict)
        self._known: dict[tuple[int, str], tuple[Step, ...]] = {}
        rules = ReminderRule.objects.values_list(
            "programme_id", "duty_kind", "offset_days", "audience", "enabled"
        )
        for programme_id, kind, offset, audience, enabled in rules:
            self._changes[programme_id, kind][Step(offset, audience)] = enabled

    def of(self, duty: Duty) -> tuple[Step, ...]:
        """The steps of a duty, first to last."""
        key = (duty.programme_id, duty.kind)
        if key not in self._known:
            changes = self._changes.get(key, {})
            steps = set(source(duty.kind).ladder) | set(changes)
            self._known[key] = tuple(sorted(s for s in steps if changes.get(s, True)))
        return self._known[key]

    def reached(self, duty: Duty, days_left: int) -> tuple[Step, ...]:
        """The steps whose day has come: the day itself counts, and every day after it."""
        return tuple(step for step in self.of(duty) if step.offset <= -days_left)

    def horizon(self, kind: str) -> int:
        """How many days ahead of a due date the earliest step of any programme lies."""
        steps = set(source(kind).ladder)
        for (_, changed_kind), changes in self._changes.items():
            if changed_kind == kind:
                steps |= {step for step, enabled in changes.items() if enabled}
        return max(0, *(-step.offset for step in steps)) if steps else 0


def kinds() -> list[str]:
    """All kinds of duty, in a fixed order."""
    return [each.kind for each in sources()]
