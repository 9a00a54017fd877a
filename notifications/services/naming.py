"""Names and addresses for the duties in the ledger, whatever their state is by now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from networks.duties import Name, source
from notifications.models import LadderStop, Reminder, Silence


def name_duties(reminders: Iterable[Reminder | LadderStop | Silence]) -> dict[str, Name]:
    """``{"milestone-12": Name(code, title, url)}``: one statement per kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for reminder in reminders:
        if reminder.duty_kind:
            wanted[reminder.duty_kind].add(reminder.duty_id)
    return {
        f"{kind}-{pk}": name
        for kind, ids in wanted.items()
        for pk, name in source(kind).names(ids).items()
    }
