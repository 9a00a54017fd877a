"""The status report as a table: CSV for programs, XLSX for people, PDF for the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from milestones.models import Deliverable, Milestone
from networks.spreadsheets import harmless
from reports.papers.typesetting import typeset
from reports.status import GROUPINGS, Figures, StatusReport
from reports.status.sources import BY_NETWORK

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class Column:
    """One figure of every line."""

    title: str | Promise
    value: Callable[[Figures], Cell]


def _states(model: type[Milestone] | type[Deliverable], part: str) -> list[Column]:
    name = str(model._meta.verbose_name_plural).capitalize()
    return [
        Column(f"{name}: {label}", lambda f, s=state: getattr(f, part).states.get(s, 0))  # type: ignore[misc]
        for state, label in model.State.choices
    ]


def columns() -> list[Column]:
    """All figures, in the order of the report."""
    return [
        Column(_("Overdue"), lambda f: f.items.overdue),
        Column(_("Overdue 1 to 30 days"), lambda f: f.items.overdue_1_30),
        Column(_("Overdue 31 to 90 days"), lambda f: f.items.overdue_31_90),
        Column(_("Overdue more than 90 days"), lambda f: f.items.overdue_91),
        Column(_("Due in 30 days"), lambda f: f.items.due_30),
        Column(_("Due in 90 days"), lambda f: f.items.due_90),
        Column(_("On time"), lambda f: f.items.on_time),
        Column(_("Late"), lambda f: f.items.late),
        Column(_("Forecast late"), lambda f: f.items.delayed),
        Column(_("Days late, median"), lambda f: f.items.slip_median),
        Column(_("Days late, 90th percentile"), lambda f: f.items.slip_p90),
        *_states(Milestone, "milestones"),
        *_states(Deliverable, "deliverables"),
        Column(_("Open risks"), lambda f: f.risks.open),
        Column(_("High risks"), lambda f: f.risks.high),
        Column(_("Open amendments"), lambda f: f.open_amendments),
        Column(_("Reports under way"), lambda f: f.committee.reports),
        Column(_("Reviews under way"), lambda f: f.committee.reviews),
        Column(_("Decisions to be taken"), lambda f: f.committee.decisions),
        Column(_("Conditions open"), lambda f: f.committee.conditions),
        Column(_("Last update"), lambda f: f.last_update_at),
    ]


def head(report: StatusReport) -> list[str]:
    """What names a line, before its figures."""
    if report.group_by == BY_NETWORK:
        return [
            _("Network"), _("Reference"), _("Programme"), _("State"), _("Country"), _("Start"), _("End"),
        ]  # fmt: skip
    return [str(GROUPINGS[report.group_by]), _("About"), _("Networks")]


def lines(report: StatusReport) -> Iterable[tuple[list[Cell], Figures]]:
    """Every line of the report: what names it, and its figures."""
    for line in report.networks:
        yield (
            [
                line.acronym, line.reference, line.programme_name, line.state, line.lead_country,
                line.starts, line.ends,
            ],
            line.figures,
        )  # fmt: skip
    for group in report.groups:
        yield [group.label, group.note, group.networks], group.figures


def _total(report: StatusReport) -> list[Cell]:
    width = len(head(report))
    if report.group_by == BY_NETWORK:
        return [_("All, each once"), *[""] * (width - 1)]
    return [_("All, each once"), "", report.network_count]


def rows(report: StatusReport) -> Iterable[list[Cell]]:
    """The table with its heading, and the totals last."""
    told = columns()
    yield [*head(report), *(str(column.title) for column in told)]
    for names, figures in (*lines(report), (_total(report), report.totals)):
        yield [*names, *(column.value(figures) for column in told)]


def as_csv(report: StatusReport) -> bytes:
    """UTF-8 with its mark, dates as in ISO 8601; a formula-like text is told to be text."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_("As of"), report.as_of.isoformat()])
    writer.writerows([_plain(cell) for cell in row] for row in rows(report))
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return harmless(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def as_xlsx(report: StatusReport) -> bytes:
    """One sheet; texts are texts, dates are dates, and the heading stays in sight."""
    out = BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **never, "remove_timezone": True}) as book:
        # The same figures give the same file.
        book.set_properties({"title": _("Status report"), "created": _naive(report)})
        sheet = book.add_worksheet(_("Status report")[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_string(0, 0, _("As of"))
        sheet.write_datetime(0, 1, datetime.combine(report.as_of, datetime.min.time()), days)
        sheet.write_string(0, 2, report.scope)
        table = list(rows(report))
        for place, row in enumerate(table, start=1):
            for number, cell in enumerate(row):
                _write(sheet, place, number, cell, bold if place in (1, len(table)) else None, days)
        sheet.freeze_panes(2, 1)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(table[0]), 13)
    return out.getvalue()


def _naive(report: StatusReport) -> datetime:
    return datetime.combine(report.as_of, datetime.min.time())


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any, days: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        naive = cell.date() if isinstance(cell, datetime) else cell
        sheet.write_datetime(row, column, datetime.combine(naive, datetime.min.time()), days)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, style)
    else:
        sheet.write_number(row, column, cell, style)


def as_pdf(report: StatusReport) -> bytes:
    """A4, landscape, tagged; stamped with the day of the figures, so it can be made again."""
    items = report.totals.items
    data = {
        "title": _("Status report"),
        "subtitle": _("As of %(day)s") % {"day": report.as_of.isoformat()},
        "scope": report.scope,
        "tiles": [
            {"label": _("Networks"), "value": report.network_count},
            {"label": _("Overdue"), "value": items.overdue, "tone": "bad" if items.overdue else ""},
            {"label": _("Due in 30 days"), "value": items.due_30, "tone": "warn"},
            {"label": _("Forecast late"), "value": items.delayed, "tone": "warn"},
        ],
        "head": [*_pdf_head(report)],
        "lines": [[*_pdf_line(names, figures)] for names, figures in lines(report)],
        "total": [*_pdf_line(_total(report), report.totals)],
    }
    stamp = datetime.combine(report.as_of, datetime.min.time(), tzinfo=report.generated_at.tzinfo)
    return typeset("status.typ", data, stamp=stamp)


def _pdf_head(report: StatusReport) -> list[str]:
    return [
        str(GROUPINGS[report.group_by]),
        _("Milestones"), _("Deliverables"), _("Overdue"), _("of these > 90 d"), _("In 30 days"),
        _("On time"), _("Late"), _("Forecast late"), _("Days late, median"), _("High risks"),
        _("Reports"), _("Conditions"),
    ]  # fmt: skip


def _pdf_line(names: list[Cell], f: Figures) -> list[str]:
    middle = f.items.slip_median
    done = (
        f"{f.milestones.states.get('verified', 0)} / {f.milestones.total}",
        f"{f.deliverables.states.get('accepted', 0)} / {f.deliverables.total}",
    )
    numbers = (
        f.items.overdue, f.items.overdue_91, f.items.due_30, f.items.on_time, f.items.late,
        f.items.delayed, "" if middle is None else f"{middle:g}", f.risks.high,
        f.committee.reports, f.committee.conditions,
    )  # fmt: skip
    return [str(names[0]), *done, *map(str, numbers)]


FORMATS: dict[str, tuple[Callable[[StatusReport], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (as_pdf, "application/pdf"),
}


def file_of(report: StatusReport, name: str) -> HttpResponse:
    """The report as a file to keep, by the name of its format."""
    write, media = FORMATS[name]
    answer = HttpResponse(write(report), content_type=media)
    answer["Content-Disposition"] = (
        f'attachment; filename="status-report-{report.as_of.isoformat()}.{name}"'
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
