"""The frozen facts of a version (``reports.content``) as tables and a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from milestones.models import Deliverable, Milestone, ReasonCode, RiskLevel
from networks.models import Member, Partner
from reports.models.decision import Condition
from reports.models.review import Recommendation
from reports.papers.charts import Point, slippage_svg, slippage_words
from reports.papers.parts import Block, Chart, Note, Table, clean, day

Row: TypeAlias = dict[str, Any]
Getter: TypeAlias = Callable[[Row], str]
Column: TypeAlias = tuple[str, float, Getter]

# An en dash stands for what is not known.
DASH = "\u2013"


def label(value: object, *choices: Any) -> str:
    """What a stored code is called; one that we no longer know stays as it is."""
    for each in choices:
        names = dict(each.choices)
        if value in names:
            return str(names[value])
    return clean(value)


def text(name: str) -> Getter:
    return lambda row: clean(row.get(name))


def when(name: str) -> Getter:
    return lambda row: day(row.get(name))


def named(name: str, *choices: Any) -> Getter:
    return lambda row: label(row.get(name), *choices)


def joined(*getters: Getter, by: str = "\n") -> Getter:
    """Several values in one cell, without the empty ones."""
    return lambda row: by.join(filter(None, (get(row) for get in getters)))


def tabled(
    caption: str, columns: Sequence[Column], rows: Iterable[Row], numbers: tuple[int, ...] = ()
) -> Table:
    """A table of some rows by its columns."""
    return Table(
        caption=caption,
        columns=tuple(title for title, _, _ in columns),
        widths=tuple(width for _, width, _ in columns),
        rows=tuple(tuple(get(row) or DASH for _, _, get in columns) for row in rows),
        numbers=numbers,
    )


def _title(row: Row) -> str:
    gate = " (gate)" if row.get("is_gate") else ""
    return f"{clean(row.get('title'))}{gate}"


def _why(row: Row) -> str:
    """How late, the coded reason with its sentence, and what who leads the work says of it."""
    late = int(row.get("late_days") or 0)
    days = f"{late} day{'s' if late != 1 else ''} late" if late > 0 else ""
    code = label(row.get("reason_code"), ReasonCode)
    reason = ": ".join(filter(None, [code, clean(row.get("reason"))]))
    return "\n".join(filter(None, [days, reason, clean(row.get("comment"))]))


def _change(row: Row) -> str:
    """Each value that is another one now, old and new."""
    if row.get("added"):
        return "New"
    return "\n".join(
        f"{FIELDS.get(each['field'], clean(each['field']))}: "
        f"{_value(each['old'])} \u2192 {_value(each['new'])}"
        for each in row.get("fields", ())
    )


def _value(value: object) -> str:
    return day(label(value, Milestone.State, Deliverable.State)) or "none"


def _play(row: Row) -> str:
    """What became of the risk in the period."""
    play = row.get("play")
    if play is None:
        return ""
    happened = "Happened" if play.get("materialised") else "Did not happen"
    applied = "mitigation applied" if play.get("mitigation_applied") else "mitigation not applied"
    return "\n".join(filter(None, [f"{happened}, {applied}", clean(play.get("comment"))]))


FIELDS = {
    "state": "State",
    "due_date": "Due",
    "forecast_date": "Forecast",
    "actual_date": "Actual",
}
ABOUT = {
    "milestone": "Milestone",
    "deliverable": "Deliverable",
    "amendment": "Amendment",
    "risk": "Risk",
}

ITEMS: tuple[Column, ...] = (
    ("No.", 0.8, text("code")),
    ("Title", 2.5, _title),
    ("State", 1.1, named("state", Milestone.State, Deliverable.State)),
    ("Contract", 1.15, when("contractual")),
    ("Revised", 1.15, when("revised")),
    ("Forecast", 1.15, when("forecast")),
    ("Actual", 1.15, when("actual")),
    ("Reason and comment", 2.5, _why),
)
CHANGES: tuple[Column, ...] = (
    ("No.", 0.9, text("code")),
    ("What", 1.1, lambda row: ABOUT.get(str(row.get("about")), clean(row.get("about")))),
    ("Title", 2.6, text("title")),
    ("Change", 3.4, _change),
    ("On", 1.1, when("on")),
)
POINTS: tuple[Column, ...] = (
    ("On", 1.6, when("on")),
    ("Open items", 1, text("open")),
    ("Late items", 1, text("late")),
    ("Mean delay, days", 1.2, text("mean_days")),
    ("Latest item, days", 1.2, text("max_days")),
)
RISKS: tuple[Column, ...] = (
    ("No.", 0.7, text("code")),
    ("Risk", 2.6, text("description")),
    ("Likely", 0.9, named("likelihood", RiskLevel)),
    ("Severe", 0.9, named("severity", RiskLevel)),
    ("Mitigation", 2.3, text("mitigation")),
    ("State of play", 2.4, _play),
)
TEAM: tuple[Column, ...] = (
    ("Name", 2.4, joined(text("name"), text("orcid"))),
    ("Role", 1.6, named("role", Member.Role)),
    ("Partner", 1.4, text("partner")),
    ("From", 1.1, when("starts")),
    ("Until", 1.1, when("ends")),
)
PARTNERS: tuple[Column, ...] = (
    ("No.", 0.6, text("number")),
    ("Partner", 3.2, joined(text("short_name"), text("name"), by=", ")),
    ("Country", 0.9, text("country")),
    ("Kind", 1.5, named("kind", Partner.Kind)),
    ("From", 1.1, when("starts")),
    ("Until", 1.1, when("ends")),
    ("Change", 0.9, lambda row: clean(row.get("change")).capitalize()),
)
OUTPUTS: tuple[Column, ...] = (
    ("Item", 0.8, text("item")),
    ("Title", 2.8, text("title")),
    ("DOI, address or file", 3, joined(text("doi"), text("url"), text("name"))),
    ("On", 1.1, when("on")),
    ("New", 0.6, lambda row: "New" if row.get("new") else ""),
)
EFFORT: tuple[Column, ...] = (
    ("Work package", 1.6, text("work_package")),
    ("Partner", 1.6, text("partner")),
    ("Planned", 1, text("planned")),
    ("In this period", 1, text("actual")),
    ("Before", 1, text("before")),
)
CONDITIONS: tuple[Column, ...] = (
    ("No.", 0.6, text("code")),
    ("Condition", 2.8, joined(text("text"), text("evidence_asked"))),
    ("Due", 1.1, when("due")),
    ("State", 1.1, named("state", Condition.State)),
    ("How it was met", 2.4, joined(text("answer"), text("evidence_url"))),
    ("Decided", 1.6, joined(when("decided_on"), named("decision", Recommendation))),
)


def _items(rows: list[Row]) -> list[Block]:
    found: list[Block] = []
    for kind, caption in (("milestone", "Milestones"), ("deliverable", "Deliverables")):
        of_kind = [row for row in rows if row.get("kind") == kind]
        if of_kind:
            found.append(tabled(f"{caption} at the cut-off date", ITEMS, of_kind))
    return found or [Note("The network has no milestones and no deliverables.")]


def _forecast(rows: list[Row]) -> list[Block]:
    names = ("open", "late", "mean_days", "max_days")
    points = [
        Point(on=clean(row.get("on")), **{name: int(row.get(name) or 0) for name in names})
        for row in rows
    ]
    if not any(point.max_days for point in points):
        return [Note("No item has been forecast late.")]
    return [
        Chart("Expected delay over time, in days", slippage_words(points), slippage_svg(points)),
        tabled("Expected delay at each month's end", POINTS, rows, numbers=(1, 2, 3, 4)),
    ]


def _people(people: Row) -> list[Block]:
    tables = (
        ("joined", "Joined since the last report", TEAM),
        ("left", "Left since the last report", TEAM),
        ("team", "Team at the cut-off date", TEAM),
        ("partners", "Partners", PARTNERS),
    )
    found: list[Block] = [
        tabled(caption, columns, people[key]) for key, caption, columns in tables if people.get(key)
    ]
    return found or [Note("The network has no team and no partners on file.")]


def _one(
    caption: str, columns: tuple[Column, ...], empty: str, numbers: tuple[int, ...] = ()
) -> Callable[[list[Row]], list[Block]]:
    def build(rows: list[Row]) -> list[Block]:
        return [tabled(caption, columns, rows, numbers)] if rows else [Note(empty)]

    return build


BLOCKS: dict[str, Callable[[Any], list[Block]]] = {
    "items": _items,
    "changes": _one("Changes since the last report", CHANGES, "Nothing has changed."),
    "forecast": _forecast,
    "risks": _one("Risks and their state of play", RISKS, "No risks are on file."),
    "people": _people,
    "outputs": _one("Evidence and outputs", OUTPUTS, "No outputs are on file."),
    "effort": _one("Effort in person-months", EFFORT, "No effort is on file.", (2, 3, 4)),
    "conditions": _one("Conditions of earlier decisions", CONDITIONS, "There are no conditions."),
}


def blocks_of(name: str, facts: dict[str, Any]) -> list[Block]:
    """The facts of one kind as blocks; none where they were left out for this audience."""
    if name not in BLOCKS or name not in facts:
        return []
    return BLOCKS[name](facts[name])
