"""CSV as people really save it: encodings, separators, quotes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator

from milestones.importing.limits import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_LINE, MAX_ROWS
from milestones.importing.tables import Table, UnreadableFile

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SAVE_AS = "Save it from the spreadsheet as “CSV UTF-8” and send that."
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# How many rows are looked at to find the separator.
_SAMPLE_ROWS = 10


def read_csv(file: str, content: bytes, fit: Callable[[list[list[str]]], int]) -> Table:
    """A table from the bytes of a CSV file.

    ``fit`` says how well sample rows look like a table that is known; it decides between
    separators. Raises UnreadableFile.
    """
    text, encoding, doubt = decode(content)
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableFile(
            f"It holds an invisible control character (code {ord(found.group())}) in line {line}.",
            "Delete that character, or save the table again from the spreadsheet.",
        )
    _check_lines(text)
    separator, text, offset = _separator(text, fit)
    rows = list(_rows(text, separator))
    read_as = f"{encoding}, {SEPARATORS[separator]}"
    return Table(file, rows, read_as=read_as, doubt=doubt, offset=offset)


def _check_lines(text: str) -> None:
    """A line of a million separators would become a million cells before it is refused."""
    for number, line in enumerate(io.StringIO(text), 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(
                f"Line {number} has {len(line):,} characters; {MAX_COLUMNS} columns of text are "
                "read at most.",
                "Delete the columns to the right of the table and save it again.",
            )


def decode(content: bytes) -> tuple[str, str, str]:
    """The text, the name of its encoding, and a doubt worth telling (or nothing)."""
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            return _decoded(content, codec, name), name, ""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if b"\0" in content:
        return _wide(content)
    if text or not content:
        return text, "UTF-8", ""
    text = _decoded(content, "cp1252", "UTF-8 or Windows-1252")
    doubt = (
        "is not UTF-8 and was read as Windows-1252 (Western European): look whether accented "
        "letters are right. If not, save it as “CSV UTF-8”"
    )
    return text, "Windows-1252", doubt


def _wide(content: bytes) -> tuple[str, str, str]:
    """UTF-16 without its mark: in Latin text every second byte is zero."""
    half = max(1, len(content) // 2)
    for codec, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[0::2])):
        if zeros.count(0) > 0.4 * half and len(content) % 2 == 0:
            doubt = "has no byte order mark and was read as UTF-16: look whether it reads well"
            return _decoded(content, codec, "UTF-16"), "UTF-16", doubt
    raise UnreadableFile("It is not a text file, whatever its name says.", _SAVE_AS)


def _decoded(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"It cannot be read as {name}: byte {content[error.start]:#04x} in line {line} has "
            "no meaning there.",
            _SAVE_AS,
        ) from error


def _separator(text: str, fit: Callable[[list[list[str]]], int]) -> tuple[str, str, int]:
    """The separator, the text to read, and how many lines were taken off its top."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=([,;\t])\s*", first)
    if told:
        # Excel writes this line for itself.
        return told.group(1), rest, 1
    samples = {mark: _sample(text, mark) for mark in SEPARATORS}
    best = max(samples, key=lambda mark: (fit(samples[mark]), _width(samples[mark])))
    return best, text, 0


def _sample(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        # With the right separator the same fault is told in full, later.
        return rows
    return rows


def _width(rows: list[list[str]]) -> int:
    """The number of headings: the first row tells more than texts with commas below it."""
    return next((len(row) for row in rows if row), 0)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = cells = 0
    try:
        for row in reader:
            number += 1
            cells += len(row)
            if cells > MAX_CELLS:
                raise UnreadableFile(
                    f"It has more than {MAX_CELLS:,} cells.",
                    "Send the table of one plan only, without empty columns.",
                )
            check_size(number, len(row), max(map(len, row), default=0))
            yield row
    except csv.Error as error:
        raise UnreadableFile(
            f"The quotes do not match, somewhere in row {number + 1} ({error}).",
            "Put a quote at both ends of such a text, and double those inside of it.",
        ) from error


def check_size(row: int, columns: int, longest: int) -> None:
    """Raise UnreadableFile for more rows, columns or text than a plan can have."""
    if row > MAX_ROWS:
        raise UnreadableFile(
            f"It has more than {MAX_ROWS:,} rows; blank ones count.",
            "Delete the rows below the table, blank ones too, and save it again.",
        )
    if columns > MAX_COLUMNS:
        raise UnreadableFile(
            f"Row {row} has {columns:,} columns; {MAX_COLUMNS} are read at most.",
            "Delete the columns to the right of the table and save it again.",
        )
    if longest > MAX_CELL:
        raise UnreadableFile(
            f"A cell in row {row} has more than {MAX_CELL:,} characters.",
            "Shorten it, or look for a quote that is opened and never closed.",
        )
