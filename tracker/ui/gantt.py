"""A plan over time, laid out on the server: rows of marks over a scale of quarters.

A row is a plain mapping, for pages of every app can make one:

    {"label": "MS3", "name": "Cohort recruited", "url": "/…", "kind": "milestone",
     "state": "in_progress", "start": None, "end": None, "original": date, "due": date,
     "forecast": date, "actual": date}

Every key but `label` may be missing. `start` and `end` draw a bar (a work package).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tracker.ui.charts import percent
from tracker.ui.dates import relative_words, write_day
from tracker.ui.marks import badge

DATES = ("start", "end", "original", "due", "forecast", "actual")


class Mark(NamedTuple):
    kind: str
    x: str
    title: str


class Span(NamedTuple):
    kind: str
    x: str
    width: str
    x2: str


class Lane(NamedTuple):
    row: Mapping[str, Any]
    badge: SafeString
    marks: list[Mark]
    spans: list[Span]
    late: bool
    words: str


class Tick(NamedTuple):
    x: str
    middle: str
    label: str
    major: bool


class Plan(NamedTuple):
    lanes: list[Lane]
    quarters: list[Tick]
    years: list[Tick]
    today: str | None
    today_title: str


class Scale:
    """Maps a day to its place between the first and the last quarter shown."""

    def __init__(self, first: date, last: date) -> None:
        self.first = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
        self.last = next_quarter(last)
        self.days = (self.last - self.first).days

    def place(self, day: date) -> float:
        inside = min(max(day, self.first), self.last)
        return 100 * (inside - self.first).days / self.days

    def quarters(self) -> list[Tick]:
        starts = [self.first]
        while (following := next_quarter(starts[-1])) < self.last:
            starts.append(following)
        return [
            self._tick(day, next_quarter(day), f"Q{(day.month + 2) // 3}", day.month == 1)
            for day in starts
        ]

    def years(self) -> list[Tick]:
        ticks = []
        for year in range(self.first.year, self.last.year + 1):
            opens, closes = max(date(year, 1, 1), self.first), min(date(year + 1, 1, 1), self.last)
            if opens < closes:
                ticks.append(self._tick(opens, closes, str(year), True))
        return ticks

    def _tick(self, opens: date, closes: date, label: str, major: bool) -> Tick:
        x, end = self.place(opens), self.place(closes)
        return Tick(percent(x), percent((x + end) / 2), label, major)


def next_quarter(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)


def lay_out(
    rows: Iterable[Mapping[str, Any]],
    *,
    today: date,
    start: date | None = None,
    end: date | None = None,
) -> Plan | None:
    """The plan of the rows, or None where no row has a date."""
    rows = list(rows)
    known = [row[key] for row in rows for key in DATES if row.get(key)]
    known += [day for day in (start, end) if day]
    if not known:
        return None
    scale = Scale(start or min(known), end or max(known))
    shown = scale.first <= today < scale.last
    return Plan(
        lanes=[_lane(row, scale, today) for row in rows],
        quarters=scale.quarters(),
        years=scale.years(),
        today=percent(scale.place(today)) if shown else None,
        today_title=_("Today, %(day)s") % {"day": write_day(today)},
    )


def _lane(row: Mapping[str, Any], scale: Scale, today: date) -> Lane:
    due, actual = row.get("due"), row.get("actual")
    original = row.get("original") if row.get("original") != due else None
    forecast = row.get("forecast") if row.get("forecast") != due else None
    late = bool(due and not actual and not row.get("done") and due < today)
    named = [
        ("original", original, _("Originally due %(day)s")),
        ("due", due, _("Due %(day)s")),
        ("forecast", None if actual else forecast, _("Forecast %(day)s")),
        ("actual", actual, _("Reached %(day)s")),
    ]
    marks = [
        Mark(kind, percent(scale.place(day)), text % {"day": write_day(day)})
        for kind, day, text in named
        if day
    ]
    spans = _spans(scale, row, ("moved", original, due), ("slip", due, actual or forecast))
    return Lane(
        row=row,
        badge=badge(row.get("kind", "milestone"), row["state"]) if row.get("state") else badge_none,
        marks=marks,
        spans=spans,
        late=late,
        words=_words(row, marks, today if late else None),
    )


badge_none = SafeString("")


def _spans(
    scale: Scale, row: Mapping[str, Any], *links: tuple[str, date | None, date | None]
) -> list[Span]:
    spans = []
    for kind, begins, ends in (("bar", row.get("start"), row.get("end")), *links):
        if begins and ends and begins != ends:
            left, right = sorted((scale.place(begins), scale.place(ends)))
            spans.append(Span(kind, percent(left), percent(right - left), percent(right)))
    return spans


def _words(row: Mapping[str, Any], marks: Sequence[Mark], late_on: date | None) -> str:
    """The lane in a sentence, for those who cannot see it."""
    parts = [str(row["label"])]
    if row.get("start") and row.get("end"):
        parts.append(f"{write_day(row['start'])} – {write_day(row['end'])}")  # noqa: RUF001
    parts += [mark.title for mark in marks]
    if late_on is not None:
        parts.append(relative_words(row["due"], late_on))
    return ", ".join(parts)
