"""What an import says: every row accounted for, every refusal with its mend."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Why something is refused: where it stands, what is wrong, how to mend it."""

    file: str
    wrong: str
    mend: str
    row: int | None = None
    column: str = ""
    value: str = ""


@dataclass
class Warning_:
    """Something that was read, but is worth a look: where, and how it was read."""

    file: str
    text: str
    rows: list[int] = field(default_factory=list)
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Difference:
    """One line of “old → new”, for people."""

    thing: str
    action: str
    field: str = ""
    old: str = ""
    new: str = ""


@dataclass
class FileReport:
    """One table: how many rows it has, and what becomes of each."""

    file: str
    kind: str = ""
    read_as: str = ""
    outcomes: dict[int, str] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows below the headings."""
        return len(self.outcomes) + len(self.skipped)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are created, changed, unchanged, refused, skipped."""
        found = Counter(self.outcomes.values())
        names = ("created", "changed", "unchanged", "refused")
        return {name: found[name] for name in names} | {"skipped": len(self.skipped)}

    @property
    def reasons(self) -> list[tuple[str, list[int]]]:
        """Why rows were skipped, with their numbers."""
        grouped: dict[str, list[int]] = {}
        for row, reason in sorted(self.skipped.items()):
            grouped.setdefault(reason, []).append(row)
        return list(grouped.items())


@dataclass
class ImportReport:
    """The whole outcome of one import or dry run."""

    files: list[FileReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Warning_] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    # In the plan, but not in the files: told, never removed without a word.
    missing: list[str] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)
    network: Any = None
    # The amendment that was submitted, or that waits already with the same changes.
    amendment: Any = None
    waits_already: bool = False
    dry_run: bool = False
    # What was shown before is no longer what would be saved, so nothing was.
    has_moved_on: bool = False
    _told: dict[tuple[str, ...], Warning_] = field(default_factory=dict, repr=False)

    @property
    def is_refused(self) -> bool:
        """Whether nothing is saved because something is wrong."""
        return bool(self.problems)

    @property
    def changes_nothing(self) -> bool:
        """Whether the plan stands exactly as the files say."""
        return not (self.problems or self.created or self.differences)

    @property
    def fingerprint(self) -> str:
        """The same for two reports that would save the same."""
        said = repr((sorted(self.created.items()), self.differences, self.waits_already))
        return hashlib.sha256(said.encode()).hexdigest()

    def refuse(self, problem: Problem) -> None:
        """Note a refusal; reading goes on, so that all of them are told at once."""
        self.problems.append(problem)

    def warn(
        self, file: str, text: str, *, row: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """Note something to look at; equal notes about several rows become one."""
        key = (file, text, column, value)
        known = self._told.get(key)
        if known is None:
            known = self._told[key] = Warning_(file, text, [], column, value)
            self.warnings.append(known)
        if row is not None and row not in known.rows[-1:]:
            known.rows.append(row)
