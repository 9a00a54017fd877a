"""One row of a recognised table, and what can be asked of it.

A question that the cell does not answer notes a refusal (file, row, column, value, what is
wrong, how to mend it) and returns nothing; reading goes on with the next cell, so that
everything wrong with a plan is told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from milestones.importing.codes import read_code, read_yes
from milestones.importing.dates import MAX_MONTH, DateOrder, read_date, read_month
from milestones.importing.headings import Layout
from milestones.importing.references import plain_dashes
from milestones.importing.report import FileReport, ImportReport, Problem
from milestones.services.plan_values import Record, clean_value, plain
from networks.months import month_of
from networks.refusals import Refusal

_SHOWN = 120


@dataclass
class Row:
    """A row below the headings: its number as a spreadsheet shows it, and its cells."""

    sheet: Sheet
    number: int
    cells: list[str]
    records: list[tuple[str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    @property
    def is_refused(self) -> bool:
        """Whether anything in this row is wrong."""
        return bool(self.refused)

    def text(self, name: str, *, lines: bool = False) -> str:
        """A cell's text with plain spaces; line breaks only where a text may have them."""
        column = self.sheet.layout.columns.get(name)
        if column is None or column >= len(self.cells):
            return ""
        return tidy(self.cells[column], lines=lines)

    def refuse(self, name: str, wrong: str, mend: str, value: str | None = None) -> None:
        """This row is refused, for what stands in one column."""
        self.refused.add(name)
        shown = self.text(name) if value is None else value
        self.sheet.report.refuse(
            Problem(
                self.sheet.name, wrong, mend, self.number, self.sheet.heading(name), shown[:_SHOWN]
            )
        )

    def warn(self, name: str, text: str, value: str | None = None) -> None:
        """This cell was read, but is worth a look."""
        shown = self.text(name) if value is None else value
        self.sheet.report.warn(
            self.sheet.name,
            text,
            row=self.number,
            column=self.sheet.heading(name),
            value=shown[:_SHOWN],
        )

    def skip(self, reason: str) -> None:
        """The row is no thing of the plan; say why."""
        self.sheet.file_report.skipped[self.number] = reason

    def required(self, name: str, what: str) -> str:
        """A text that must be there."""
        text = self.text(name)
        if not text:
            self.refuse(name, f"The {what} is missing.", f"Write the {what} into this cell.")
        return text

    def month(self, name: str) -> int | None:
        """A project month; a date becomes the month it falls in."""
        text = self.text(name)
        month = read_month(text)
        if month is None and text:
            day = self.date(name)
            return self.sheet.month_of(day) if day else None
        return self._checked_month(name, month) if month is not None else None

    def _checked_month(self, name: str, month: int) -> int | None:
        if not 1 <= month <= MAX_MONTH:
            self.refuse(
                name,
                f"Month {month} does not exist in a project.",
                f"Project months count from 1, the starting month, to {MAX_MONTH} at most.",
            )
            return None
        return month

    def date(self, name: str) -> date | None:
        """A date, in the order that the whole table has."""
        text = self.text(name)
        if not text:
            return None
        day = read_date(text, self.sheet.date_order)
        if day is None:
            self.refuse(name, "This is no date.", "Write it as year-month-day, like 2017-02-28.")
        return day

    def due(self, name: str) -> dict[str, int | str]:
        """``due_month`` or ``due_date``, whichever the cell gives; empty when refused."""
        if not self.required(name, "due month or date"):
            return {}
        month = read_month(self.text(name))
        if month is None:
            day = read_date(self.text(name), self.sheet.date_order)
            if day is not None:
                return {"due_date": day.isoformat()}
            self.refuse(
                name,
                "This is neither a project month nor a date.",
                "Write a month like 18 or M18, or a date like 2017-02-28.",
            )
            return {}
        checked = self._checked_month(name, month)
        return {} if checked is None else {"due_month": checked}

    def amount(self, name: str, column: int | None = None) -> Decimal | None:
        """A number that is not below zero; an empty cell or a dash is none."""
        text = plain_dashes(self.text(name) if column is None else tidy(self._cell(column)))
        if text in ("", "-"):
            return None
        try:
            amount = Decimal(text.replace(" ", "").replace(",", "."))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0 or amount >= 10**7:
            self._refuse_amount(name, column, text)
            return None
        return amount

    def _cell(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""

    def _refuse_amount(self, name: str, column: int | None, text: str) -> None:
        heading = self.sheet.heading(name) if column is None else self.sheet.headings[column]
        self.refused.add(heading)
        self.sheet.report.refuse(
            Problem(
                self.sheet.name,
                "This is no number of person-months.",
                "Write a number such as 26.5, or leave the cell empty.",
                self.number,
                heading,
                text[:_SHOWN],
            )
        )

    def code(self, name: str, table: dict[str, str], default: str, what: str) -> str:
        """A code of the field from a phrase; an empty cell takes the default, with a warning."""
        text = self.text(name)
        if not text:
            if name in self.sheet.layout.columns:
                self.warn(name, f"has no {what}: taken as {default}")
            return default
        found = read_code(text, table)
        if found is None:
            known = ", ".join(dict.fromkeys(table.values()))
            self.refuse(name, f"This {what} is not known.", f"Write one of: {known}.")
            return default
        code, guessed = found
        if guessed:
            self.warn(name, f"was read as {code}")
        return code

    def yes(self, name: str) -> bool:
        """Yes or no; empty is no."""
        answer = read_yes(self.text(name))
        if answer is None:
            self.refuse(name, "This is neither yes nor no.", "Write yes or no.")
        return bool(answer)

    def record(self, kind: str, key: str, values: dict[str, object], names: dict[str, str]) -> None:
        """Take a thing of the plan from this row, checked against its model's own rules.

        ``names`` says which column of the table each field came from.
        """
        for name, value in values.items():
            column = names.get(name, name)
            if column in self.refused:
                continue
            try:
                cleaned = clean_value(kind, name, value)
            except Refusal as refusal:
                self.refuse(column, str(refusal), "Correct this cell.")
            else:
                if isinstance(cleaned, Decimal):
                    values[name] = plain(cleaned)
        if not self.is_refused:
            self.sheet.take(self, Record(kind, key, values))


@dataclass
class Sheet:
    """A recognised table while it is read."""

    name: str
    layout: Layout
    headings: list[str]
    rows: list[Row]
    report: ImportReport
    file_report: FileReport
    starts: date
    date_order: DateOrder | None = None
    taken: list[tuple[Row, Record]] = field(default_factory=list)

    def is_too_long(self, most: int) -> bool:
        """Refuse the table when it has more rows than any network has of such things."""
        too_long = len(self.rows) > most
        if too_long:
            wrong = f"It has {len(self.rows):,} rows; {most} are read at most."
            self.report.refuse(Problem(self.name, wrong, "Send the table of one plan only."))
        return too_long

    def heading(self, name: str) -> str:
        """A column by the heading the person knows."""
        column = self.layout.columns.get(name)
        return self.headings[column][:60] if column is not None else name.replace("_", " ")

    def has(self, name: str) -> bool:
        """Whether the table has such a column at all."""
        return name in self.layout.columns

    def month_of(self, day: date) -> int | None:
        """The project month of a date."""
        return month_of(self.starts, day)

    def take(self, row: Row, record: Record) -> None:
        """Keep a record, and which row it came from."""
        row.records.append((record.kind, record.key))
        self.taken.append((row, record))


def tidy(text: str, *, lines: bool = False) -> str:
    """A text with plain spaces, and without line breaks unless it may have them."""
    text = text.replace("\u00a0", " ").replace("\ufeff", "")
    if not lines:
        return " ".join(text.split())
    kept = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", kept).strip()
