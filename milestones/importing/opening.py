"""From files to recognised tables: what cannot be read or recognised is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import PurePath

from milestones.importing.csv_reader import read_csv
from milestones.importing.dates import Ambiguous, Contradictory, DateOrder, find_order
from milestones.importing.headings import KNOWN, fit, layout_of
from milestones.importing.limits import MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES
from milestones.importing.report import FileReport, ImportReport, Problem
from milestones.importing.rows import Row, Sheet, tidy
from milestones.importing.tables import Source, Table, UnreadableFile
from milestones.importing.xlsx_reader import read_xlsx

_ZIP = b"PK\x03\x04"
# What people send by mistake, told by its first bytes.
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook, or one locked with a password"),
    (b"{\\rtf", "a text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
)
_DATED = ("due", "starts", "ends", "start_month", "end_month")
_SEND = "Save the table as .xlsx or as “CSV UTF-8” and send that."


def open_sources(
    sources: Sequence[Source], report: ImportReport, starts: date, order: DateOrder | None
) -> list[Sheet]:
    """Every recognised table. Problems are noted in the report."""
    total = sum(len(source.content) for source in sources)
    if len(sources) > MAX_FILES or total > MAX_TOTAL_BYTES:
        wrong = f"{len(sources)} files with {total / 1024**2:.0f} MB together are too much."
        limit = f"Send at most {MAX_FILES} files, {MAX_TOTAL_BYTES // 1024**2} MB together."
        report.refuse(Problem("", wrong, limit))
        return []
    sheets: list[Sheet] = []
    for source in sources:
        try:
            for table in read_tables(source):
                sheets += _open_table(table, report, starts, order)
        except UnreadableFile as error:
            report.refuse(Problem(source.name, error.wrong, error.mend))
    return sheets


def read_tables(source: Source) -> list[Table]:
    """The tables of one file, whatever its name says it is. Raises UnreadableFile."""
    name, content = source.name, source.content
    suffix = PurePath(name).suffix.lower()
    if not content.strip():
        raise UnreadableFile("It is empty.", "Send the file with the table in it.")
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFile(
            f"It has {len(content) / 1024**2:.0f} MB; {MAX_FILE_BYTES // 1024**2} MB are read at most.",
            "Delete what is no part of the plan, pictures above all.",
        )
    for mark, kind in _OTHER_KINDS:
        if content.startswith(mark):
            raise UnreadableFile(f"It is {kind}, no table.", _SEND)
    if content.startswith(_ZIP):
        if suffix != ".xlsx":
            raise UnreadableFile(f"It is named {suffix or name}, but it is an archive.", _SEND)
        return read_xlsx(name, content)
    if suffix == ".xlsx":
        raise UnreadableFile("It is named .xlsx, but it is no Excel workbook.", _SEND)
    return [read_csv(name, content, lambda rows: fit(name, rows))]


def _open_table(
    table: Table, report: ImportReport, starts: date, order: DateOrder | None
) -> Iterator[Sheet]:
    layout = layout_of(table)
    if layout is None:
        _refuse_unknown(table, report)
        return
    if table.doubt:
        report.warn(table.name, table.doubt)
    file_report = FileReport(table.name, layout.kind, table.read_as)
    report.files.append(file_report)
    headings = [tidy(cell) or "(no heading)" for cell in table.rows[layout.heading_row]]
    sheet = Sheet(table.name, layout, headings, [], report, file_report, starts)
    _fill(sheet, table)
    _check_doubles(sheet)
    sheet.date_order = _date_order(sheet, order)
    if not sheet.rows:
        wrong = "There is no row below the headings."
        report.refuse(Problem(table.name, wrong, "Send the whole table, or leave the file out."))
    yield sheet


def _refuse_unknown(table: Table, report: ImportReport) -> None:
    first = next((row for row in table.rows if any(cell.strip() for cell in row)), [])
    report.refuse(
        Problem(
            table.name,
            "Its headings are those of no table of a plan.",
            f"It should be one of: {', '.join([*KNOWN, 'effort'])}. See docs/import.md for their "
            "headings, or leave the file out.",
            row=1,
            value=" | ".join(tidy(cell) for cell in first)[:120],
        )
    )


def _fill(sheet: Sheet, table: Table) -> None:
    width = len(sheet.headings)
    for index, cells in enumerate(table.rows):
        if index <= sheet.layout.heading_row:
            continue
        row = Row(sheet, index + 1 + table.offset, cells)
        if not any(cell.strip() for cell in cells):
            row.skip("blank row")
            continue
        sheet.rows.append(row)
        extra = [cell for cell in cells[width:] if cell.strip()]
        if extra:
            row.refuse(
                "",
                f"It has {len(cells)} cells, but there are {width} headings.",
                "Put texts that hold the separator in quotes.",
                value=tidy(extra[0]),
            )
    _drop_trailing_blanks(sheet)


def _drop_trailing_blanks(sheet: Sheet) -> None:
    """Blank rows below the table are no rows of it: a spreadsheet does not show them."""
    last = max((row.number for row in sheet.rows), default=0)
    for number in [number for number in sheet.file_report.skipped if number > last]:
        del sheet.file_report.skipped[number]


def _check_doubles(sheet: Sheet) -> None:
    """Two columns for one thing: fine while they agree."""
    for name, column in sheet.layout.doubles:
        heading = sheet.headings[column]
        for row in sheet.rows:
            other = tidy(row.cells[column]) if column < len(row.cells) else ""
            if other and other.casefold() != row.text(name).casefold():
                row.refuse(
                    name,
                    f"Two columns say this, and differ: “{heading}” has “{other[:60]}”.",
                    "Delete one of the two columns, or give it another heading.",
                )
        sheet.report.warn(sheet.name, f"is the same as “{sheet.heading(name)}”", column=heading)


def _date_order(sheet: Sheet, given: DateOrder | None) -> DateOrder | None:
    cells = [(row, name) for row in sheet.rows for name in _DATED if row.text(name)]
    try:
        return find_order([row.text(name) for row, name in cells], given)
    except Ambiguous:
        wrong = "Which number is the day and which the month? Nothing in this table tells."
        mend = "Say --dates dmy (day first) or --dates mdy (month first), or write 2017-02-28."
    except Contradictory:
        wrong = "Some dates of this table have the day first, others the month."
        mend = "Write all dates as year-month-day, like 2017-02-28."
    for row, name in cells:
        if re.match(r"^\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}$", row.text(name)):
            row.refuse(name, wrong, mend)
    return DateOrder.DAY_FIRST
