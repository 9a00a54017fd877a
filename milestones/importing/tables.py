"""A table as it stands in a file, before anybody knows what it means."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableFile(Exception):
    """A file that cannot be read at all: what is wrong, and how to mend it."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


@dataclass(frozen=True)
class Source:
    """One file as it was handed in."""

    name: str
    content: bytes


@dataclass
class Table:
    """Rows of text. Row 1 is the first row a spreadsheet shows."""

    file: str
    rows: list[list[str]]
    sheet: str = ""
    # How the bytes were read, in words, and what to look at because of it.
    read_as: str = ""
    doubt: str = ""
    # Rows a spreadsheet shows above the first one here.
    offset: int = 0

    @property
    def name(self) -> str:
        """The file, and the sheet where it has several."""
        return f"{self.file} · {self.sheet}" if self.sheet else self.file
