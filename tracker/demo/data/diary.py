"""One line of an item's history, and how the diaries' tables are read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from milestones.models import ReasonCode


@dataclass(frozen=True)
class Entry:
    """What one person said about one item on one day, counted from today."""

    day: int
    who: str
    door: str
    said: str
    text: str = ""
    reason: str = ""

    @property
    def verb(self) -> str:
        """The confidence of an update, or the step that was taken."""
        return self.said.split()[0]

    @property
    def percent(self) -> int:
        """How far the work was."""
        return next((int(word) for word in self._rest() if word.isdigit()), 0)

    @property
    def forecast(self) -> int | None:
        """The forecast as a day from today, where one was given."""
        return next((int(word[2:]) for word in self._rest() if word.startswith(">T")), None)

    @property
    def reason_code(self) -> str:
        """The coded reason for being late, or nothing."""
        return next((word for word in self._rest() if word in ReasonCode.values), "")

    def _rest(self) -> list[str]:
        return self.said.split()[1:]


def read_diary(diary: str) -> dict[str, list[Entry]]:
    """The entries of each item: a line without bars names it, the others follow."""
    found: dict[str, list[Entry]] = defaultdict(list)
    code = ""
    for line in diary.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 1:
            code = cells[0] or code
            continue
        day, who, door, said, text, *reason = cells
        found[code].append(Entry(int(day), who, door, said, text, "".join(reason)))
    return dict(found)
