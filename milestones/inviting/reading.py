"""From what was pasted or sent as a sheet to plain lines: one person each, nothing judged yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr

from django.utils.translation import gettext as _

from milestones.importing.opening import read_tables
from milestones.importing.rows import tidy
from milestones.importing.tables import Source, Table, UnreadableFile

# The columns, and the headings they go by in small letters.
HEADINGS = {
    "email": ("email", "e-mail", "mail", "e-mail address", "email address", "address"),
    "name": ("name", "full name", "person"),
    "role": ("role", "as"),
    "partner": ("partner", "partner short name", "short name", "institution"),
    "organisation": ("organisation", "organization", "for", "funder"),
    "packages": ("work packages", "work package", "wp", "wps", "leads"),
    "starts": ("from", "start", "starts", "start date"),
    "ends": ("until", "to", "end", "ends", "end date"),
    "language": ("language", "lang"),
}


@dataclass(frozen=True)
class Line:
    """One person as somebody wrote them down; ``row`` as they see it."""

    row: int
    cells: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def read_pasted(text: str) -> list[Line]:
    """One address a line, or several with commas between: ``anna@x.org`` or ``Anna <anna@x.org>``."""
    lines = []
    for number, written in enumerate(text.splitlines(), 1):
        for piece in _pieces(written):
            name, address = parseaddr(piece) if "<" in piece else ("", piece)
            # What cannot be taken apart is shown as it was written, and refused later.
            lines.append(Line(number, {"email": address or piece, "name": tidy(name)}))
    return lines


def _pieces(written: str) -> list[str]:
    """Commas part addresses, but not a family name from a first name: “Rossi, Anna <a@x.org>”."""
    parts = re.split(r"(?<=>)\s*[,;]\s*|;", written)
    found = [
        piece
        for part in parts
        for piece in (part.split(",") if "<" not in part and part.count("@") > 1 else [part])
    ]
    cleaned = [_unquoted(piece.strip(" \t,;")) for piece in found]
    return [piece for piece in cleaned if piece]


def _unquoted(piece: str) -> str:
    """A name with a comma needs quotes to be one; people leave them out."""
    name, mark, address = piece.rpartition("<")
    if mark and "," in name and '"' not in name:
        family, _comma, first = name.partition(",")
        return f"{first.strip()} {family.strip()} <{address}"
    return piece


def read_sheet(source: Source) -> list[Line]:
    """The rows of the first table that has a column of addresses. Raises UnreadableFile."""
    for table in read_tables(source):
        found = _heading(table)
        if found is not None:
            return _lines(table, *found)
    raise UnreadableFile(
        _("No column of it is headed “E-mail”."),
        _(
            "Give the first row these headings: E-mail, Name, Role, Partner, Work packages, From, Until."
        ),
    )


def _heading(table: Table) -> tuple[int, dict[str, int]] | None:
    for index, row in enumerate(table.rows[:20]):
        words = [tidy(cell).casefold().rstrip(":*") for cell in row]
        columns = {
            name: words.index(known)
            for name, others in HEADINGS.items()
            for known in reversed(others)
            if known in words
        }
        if "email" in columns:
            return index, columns
    return None


def _lines(table: Table, heading: int, columns: dict[str, int]) -> list[Line]:
    lines = []
    for index, row in enumerate(table.rows):
        if index > heading and any(cell.strip() for cell in row):
            lines.append(Line(index + 1 + table.offset, _cells(row, columns)))
    return lines


def _cells(row: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    return {name: tidy(row[at]) for name, at in columns.items() if at < len(row)}
