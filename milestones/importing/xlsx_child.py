"""Opens one workbook, in a process of its own with little memory and little time.

Run as ``python -m milestones.importing.xlsx_child`` with the workbook on standard input;
prints JSON. A file made to harm harms this process only. It imports nothing of Django, so
that it starts fast and small.
"""

import io
import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

from milestones.importing.limits import (
    CHILD_MEMORY_BYTES,
    CHILD_SECONDS,
    MAX_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_TEXT,
    MAX_UNPACKED_BYTES,
    RATIO_FROM_BYTES,
)

_AGAIN = "Open it in the spreadsheet, copy the tables to a new workbook and save that as .xlsx."
_HEAD_BYTES = 4096


class Refused(Exception):
    """What is wrong with the workbook, and how to mend it."""


def confine() -> None:
    """Take away memory and processor time that no plan needs, for good."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_archive(content: bytes) -> None:
    """Look into the archive's directory before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("It is damaged, or no workbook at all.", _AGAIN) from error
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names:
        raise Refused("It is a ZIP archive, but no Excel workbook.", "Send the tables themselves.")
    if len(entries) > MAX_ENTRIES:
        raise Refused(f"It has {len(entries):,} parts, far more than a plan needs.", _AGAIN)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Refused("Unpacked it would be far too large for a plan.", _AGAIN)
    for entry in entries:
        _check_entry(archive, entry)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise Refused("It is locked with a password.", "Save it without a password.")
    if entry.filename.lower().endswith((".zip", ".xlsx", ".7z", ".gz")):
        raise Refused(f"It holds another archive ({entry.filename[:80]}).", _AGAIN)
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > RATIO_FROM_BYTES and ratio > MAX_RATIO:
        raise Refused(f"A part of it is packed {ratio:.0f} times smaller than it is.", _AGAIN)
    if entry.filename.endswith((".xml", ".rels")):
        with archive.open(entry) as part:
            head = part.read(_HEAD_BYTES).upper()
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise Refused("It defines XML entities, which no spreadsheet does.", _AGAIN)


def text_of(value: Any) -> str:
    """A cell as the text a person would type: 18, 26.5, 2017-02-28."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def read_sheet(sheet: Any) -> list[list[str]]:
    """All rows of a sheet, blank ones too, so that their numbers are those people see."""
    if sheet.total_height > MAX_ROWS:
        raise Refused(
            f"The sheet “{sheet.name[:60]}” has more than {MAX_ROWS:,} rows.",
            "Delete the rows below the table, blank ones too, and save it again.",
        )
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise Refused(
            f"The sheet “{sheet.name[:60]}” has more than {MAX_CELLS:,} cells.",
            "Send the table of one plan only, without empty columns.",
        )
    if sheet.total_width > MAX_COLUMNS:
        raise Refused(
            f"The sheet “{sheet.name[:60]}” has more than {MAX_COLUMNS} columns.",
            "Delete the columns to the right of the table and save it again.",
        )
    rows: list[list[str]] = []
    total = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [text_of(value) for value in row]
        total += sum(map(len, cells))
        if total > MAX_TEXT:
            raise Refused(f"The sheet “{sheet.name[:60]}” holds far too much text.", _AGAIN)
        if max(map(len, cells), default=0) > MAX_CELL:
            raise Refused(
                f"A cell of “{sheet.name[:60]}”, row {number}, has more than {MAX_CELL:,} "
                "characters.",
                "Shorten it.",
            )
        rows.append(cells)
    return rows


def read_workbook(content: bytes) -> list[dict[str, Any]]:
    """Every sheet that holds anything, as text."""
    check_archive(content)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(workbook.sheet_names) > MAX_SHEETS:
            raise Refused(f"It has more than {MAX_SHEETS} sheets.", _AGAIN)
        sheets = []
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                sheets.append({"name": name, "rows": read_sheet(sheet)})
    except python_calamine.CalamineError as error:
        raise Refused(
            f"It is damaged, or no Excel workbook ({str(error)[:200]}).", _AGAIN
        ) from error
    return sheets


def main() -> int:
    """Read standard input, write JSON; always an answer, never a traceback."""
    confine()
    answer: dict[str, Any]
    try:
        answer = {"sheets": read_workbook(sys.stdin.buffer.read())}
    except Refused as refused:
        answer = {"wrong": refused.args[0], "mend": refused.args[1]}
    except MemoryError:
        answer = {"wrong": "Reading it takes more memory than any plan needs.", "mend": _AGAIN}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
