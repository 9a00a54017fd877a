"""What a run did, by the relay's journal and the ledger; and which defect that shows.

It knows who is owed a mail without asking the sender's database.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.chaos.sizes import PLAIN


class Defect(StrEnum):
    """What a sender may not do."""

    LOST = "lost: owed, and the relay never had it"
    DOUBLED = "doubled, although this relay rules that out"
    SILENT = "doubled silently: the second copy says nothing, or the ledger does not"
    TRIPLED = "more than two copies"
    UNEXPLAINED = "more are doubled than were in doubt"
    DOUBTFUL = "more are in doubt than senders were killed"
    BOASTED = "the ledger says sent, and the relay never had it"
    HIDDEN = "the relay has it, and the ledger does not say so"
    UNSETTLED = "the ledger has not come to an end with it"
    STRANGER = "somebody else was written to"


@dataclass(frozen=True)
class Facts:
    """All that is known about one run."""

    owed: Collection[str]
    # The relay's journal, line by line, and the ledger, row by row.
    journal: Sequence[Mapping[str, Any]]
    ledger: Sequence[Mapping[str, Any]]
    kills: int
    relay: str = PLAIN


@dataclass(frozen=True)
class Verdict:
    """The figures of one run, and each defect with the mails that show it."""

    owed: int
    copies: int
    kills: int
    lost: int
    doubled: tuple[str, ...]
    unknown: int
    flagged: int
    # Certainly not sent at first, and tried again after a pause.
    put_off: int
    defects: Mapping[Defect, Sequence[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        figures = (
            f"{self.owed} owed, {self.copies} copies arrived, {self.kills} kills: {self.lost} lost, "
            f"{len(self.doubled)} doubled, {self.unknown} in doubt, {self.flagged} flagged, {self.put_off} put off"
        )
        some = f" ({', '.join(self.doubled[:5])} …)" if self.doubled else ""
        return figures + some + "".join(f"\n  {d}: {n[:5]}" for d, n in self.defects.items())


def read(journal: Path) -> list[dict[str, Any]]:
    """The journal's lines; a line that is being written is not one yet."""
    text = journal.read_text()
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def judge(facts: Facts) -> Verdict:
    """Compare what was owed, what arrived, and what the ledger says."""
    arrived = _by_person(line for line in facts.journal if line["kept"])
    names = {line["id"] for line in facts.journal if line["kept"]}
    doubled = {who for who, lines in arrived.items() if len(lines) > 1}
    unknown = [row["message_id"] for row in facts.ledger if row["unknown"]]
    lost = sorted(set(facts.owed) - arrived.keys())
    found = {
        Defect.LOST: lost,
        Defect.DOUBLED: sorted(doubled) if facts.relay != PLAIN else [],
        Defect.SILENT: sorted(who for who in doubled if not _flagged(arrived[who], facts.ledger)),
        Defect.TRIPLED: sorted(who for who in doubled if len(arrived[who]) > 2),
        Defect.UNEXPLAINED: sorted(doubled) if len(doubled) > len(unknown) else [],
        Defect.DOUBTFUL: unknown if len(unknown) > facts.kills else [],
        Defect.BOASTED: [
            row["message_id"]
            for row in facts.ledger
            if row["state"] == "accepted" and row["message_id"] not in names
        ],
        Defect.HIDDEN: sorted(names - {row["message_id"] for row in facts.ledger if _sent(row)}),
        Defect.UNSETTLED: [
            f"{row['message_id']} {row['state']} {row['note']}"
            for row in facts.ledger
            if not _ended(row)
        ],
        Defect.STRANGER: sorted(arrived.keys() - set(facts.owed)),
    }
    return Verdict(
        owed=len(facts.owed),
        copies=sum(map(len, arrived.values())),
        kills=facts.kills,
        lost=len(lost),
        doubled=tuple(sorted(doubled)),
        unknown=len(unknown),
        flagged=sum(bool(row["resent"]) for row in facts.ledger),
        put_off=sum(row["put_off"] for row in facts.ledger),
        defects={defect: names for defect, names in found.items() if names},
    )


def _by_person(lines: Any) -> dict[str, list[Mapping[str, Any]]]:
    arrived: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        for person in line["to"]:
            arrived[person].append(line)
    return arrived


def _flagged(copies: Sequence[Mapping[str, Any]], ledger: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every copy but the first is marked, of one and the same mail, and on file."""
    (name, *others) = Counter(copy["id"] for copy in copies)
    told = any(row["resent"] and row["message_id"] == name for row in ledger)
    return not others and told and all(copy["copy"] for copy in copies[1:])


def _sent(row: Mapping[str, Any]) -> bool:
    return row["state"] == "accepted" or (row["state"] == "unknown" and row["resent"])


def _ended(row: Mapping[str, Any]) -> bool:
    """Sent, its reminder too; or its second copy is in doubt as well, for staff to see."""
    if row["state"] == "accepted":
        return bool(row["lines"])
    return _sent(row) or row["state"] in ("superseded", "cancelled")
