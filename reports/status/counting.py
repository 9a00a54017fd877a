"""One statement that counts everything: a UNION of one GROUP BY per kind of row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from milestones.models import Deliverable, Milestone
from networks.clock import Today
from reports.status.asking import COMMITTEE, Items, item_questions, risk_questions
from reports.status.figures import CommitteeFigures, Figures, ItemFigures, RiskFigures
from reports.status.sources import BY_NETWORK, Past, Present

MILESTONE_STATES = tuple(Milestone.State.values)
DELIVERABLE_STATES = tuple(Deliverable.State.values)
STATE_COLUMNS = tuple(f"n{index}" for index in range(max(len(DELIVERABLE_STATES), 3)))
QUESTIONS = tuple(item_questions(Milestone, Today.everywhere(date(2000, 1, 1))))
NUMBERS = (*STATE_COLUMNS, *QUESTIONS, "slip_sum", "slip_max")
COLUMNS = ("part", "of", *NUMBERS, "slips", "updated")
# The line of the totals has no group.
ALL = 0


class DaysBetween(Func):
    """Whole days from one plain date to another, in either database's own arithmetic."""

    arity = 2
    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Dates are text there; a Julian day number is a float."""
        days = [Func(date, function="JULIANDAY") for date in self.get_source_expressions()]
        clone = self.copy()
        clone.set_source_expressions(days)
        sql, params = clone.as_sql(compiler, connection, **extra)
        return f"CAST({sql} AS INTEGER)", params


class Listed(Aggregate):
    """All numbers of a group as one text, which both databases can make and nothing rounds."""

    function = "STRING_AGG"
    template = "%(function)s((%(expressions)s)::text, ',')"
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """The same under its name there."""
        clone = self.copy()
        clone.template = "GROUP_CONCAT(%(expressions)s)"
        return clone.as_sql(compiler, connection, **extra)


def count_figures(
    source: Present | Past,
    today: Today,
    networks: Any,
    everywhere: Any = None,
    *,
    by: str = BY_NETWORK,
    only: Any = None,
) -> dict[int, Figures]:
    """Count all kinds of rows in one statement, by the id of network, programme or package.

    ``networks`` goes into ``network_id__in``, ``only`` narrows the groups. With
    ``everywhere``, a wider choice of networks, the entry ``ALL`` holds the totals over these.
    """
    parts = [*_parts(source, today, networks, by, only)]
    if everywhere is not None:
        parts += _parts(source, today, everywhere, "")
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for row in parts[0].union(*parts[1:], all=True):
        line = dict(zip(COLUMNS, row, strict=True))
        found.setdefault(line["of"], {})[line["part"]] = line
    return {of: _figures(lines) for of, lines in found.items()}


def _parts(
    source: Present | Past, today: Today, networks: Any, by: str, only: Any = None
) -> Iterable[QuerySet[Any, Any]]:
    """One query per kind of row, all with the same columns; ``by`` is what to group by."""
    kinds: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("milestone", source.milestones(), _item_numbers(Milestone, today)),
        ("deliverable", source.deliverables(), _item_numbers(Deliverable, today)),
        ("risk", source.risks(), _risk_numbers(source)),
        ("amendment", source.amendments(), {"n0": Count("pk")}),
        *((kind, rows, {"n0": Count("pk")}) for kind, rows in source.committee().items()),
    )
    for name, rows, numbers in kinds:
        path = source.path(name, by) if by else None
        if by and path is None:
            # Amendments and reports belong to no work package.
            continue
        of = F(path) if path else Value(ALL)
        dated = name in ("milestone", "deliverable")
        columns: dict[str, Any] = {name: numbers.get(name, Value(0)) for name in NUMBERS}
        columns["slips"] = numbers.get("slips", Value(""))
        columns["updated"] = Max(source.updated) if dated else Cast(Value(None), DateTimeField())
        grouped = rows.filter(network_id__in=networks).order_by().annotate(part=Value(name), of=of)
        if path and only is not None:
            grouped = grouped.filter(of__in=only)
        elif path:
            grouped = grouped.filter(of__isnull=False)
        yield grouped.values("part", "of").annotate(**columns).values_list(*COLUMNS)


def _item_numbers(model: Items, today: Today) -> dict[str, Combinable]:
    states = zip(STATE_COLUMNS, model.State.values, strict=False)
    counts = {column: Q(state=state) for column, state in states}
    questions = item_questions(model, today)
    delayed, missed = questions["delayed"], questions["late"]
    slip = DaysBetween("forecast_date", "due_date")
    by_day = Case(
        When(state__in=model.OPEN_STATES, then=F("forecast_date")),
        default=F("actual_date"),
        output_field=DateField(),
    )
    return {
        **{name: Count("pk", filter=question) for name, question in (counts | questions).items()},
        "slip_sum": Coalesce(Sum(slip, filter=delayed), 0),
        "slip_max": Coalesce(Max(slip, filter=delayed), 0),
        "slips": Listed(DaysBetween(by_day, "due_date"), filter=delayed | missed),
    }


def _risk_numbers(source: Present | Past) -> dict[str, Combinable]:
    asked = risk_questions(source.level_columns)
    return {
        "n0": Count("pk"),
        "n1": Count("pk", filter=asked["high"]),
        "n2": Count("pk", filter=asked["materialised"]),
    }


def no_figures() -> Figures:
    """All counts zero, each state named."""
    return _figures({})


def _figures(lines: dict[str, dict[str, Any]]) -> Figures:
    risk = lines.get("risk", {})
    updates: list[datetime] = [line["updated"] for line in lines.values() if line["updated"]]
    return Figures(
        _item_figures(lines.get("milestone", {}), MILESTONE_STATES),
        _item_figures(lines.get("deliverable", {}), DELIVERABLE_STATES),
        RiskFigures(risk.get("n0", 0), risk.get("n1", 0), risk.get("n2", 0)),
        lines.get("amendment", {}).get("n0", 0),
        max(updates, default=None),
        CommitteeFigures(*(lines.get(kind, {}).get("n0", 0) for kind in COMMITTEE)),
    )


def _item_figures(line: dict[str, Any], states: tuple[str, ...]) -> ItemFigures:
    counts = {
        state: line.get(column, 0) for column, state in zip(STATE_COLUMNS, states, strict=False)
    }
    slips = line.get("slips")
    return ItemFigures(
        states=counts,
        slips=tuple(sorted(map(int, slips.split(",")))) if slips else (),
        **{name: line.get(name, 0) for name in NUMBERS if name not in STATE_COLUMNS},
    )
