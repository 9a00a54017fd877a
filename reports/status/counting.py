"""One statement that counts everything: a UNION of one GROUP BY per kind of row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from milestones import conditions
from milestones.models import Deliverable, Milestone
from networks.clock import Today
from reports.status.figures import Figures, ItemFigures, RiskFigures
from reports.status.sources import Past, Present

MILESTONE_STATES = tuple(Milestone.State.values)
DELIVERABLE_STATES = tuple(Deliverable.State.values)
STATE_COLUMNS = tuple(f"n{index}" for index in range(max(len(DELIVERABLE_STATES), 3)))
NUMBERS = (*STATE_COLUMNS, "overdue", "due_30", "due_90", "delayed", "slip_sum", "slip_max")
COLUMNS = ("part", "of", *NUMBERS, "updated")
# The line of the totals has no network.
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


def count_figures(
    source: Present | Past, today: Today, networks: Any, everywhere: Any = None
) -> dict[int, Figures]:
    """Count all kinds of rows in one statement, by network id.

    ``networks`` goes into ``network_id__in``. With ``everywhere``, a wider choice of
    networks, the entry ``ALL`` holds the totals over these.
    """
    parts = [*_parts(source, today, networks, F("network_id"))]
    if everywhere is not None:
        parts += _parts(source, today, everywhere, Value(ALL))
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for row in parts[0].union(*parts[1:], all=True):
        line = dict(zip(COLUMNS, row, strict=True))
        found.setdefault(line["of"], {})[line["part"]] = line
    return {of: _figures(lines) for of, lines in found.items()}


def _parts(
    source: Present | Past, today: Today, networks: Any, of: Combinable
) -> Iterable[QuerySet[Any, Any]]:
    """One query per kind of row, all with the same columns; ``of`` is what to group by."""
    for name, rows, numbers in (
        ("milestone", source.milestones(), _item_numbers(Milestone, today)),
        ("deliverable", source.deliverables(), _item_numbers(Deliverable, today)),
        ("risk", source.risks(), _risk_numbers(source)),
        ("amendment", source.amendments(), {"n0": Count("pk")}),
    ):
        dated = name in ("milestone", "deliverable")
        updated = Max(source.updated) if dated else Cast(Value(None), DateTimeField())
        columns = {column: numbers.get(column, Value(0)) for column in NUMBERS}
        grouped = rows.filter(network_id__in=networks).order_by().annotate(part=Value(name), of=of)
        yield (
            grouped.values("part", "of").annotate(**columns, updated=updated).values_list(*COLUMNS)
        )


def _item_numbers(model: type[Milestone | Deliverable], today: Today) -> dict[str, Combinable]:
    states = zip(STATE_COLUMNS, model.State.values, strict=False)
    counts = {column: Q(state=state) for column, state in states}
    open_states = model.OPEN_STATES
    counts["overdue"] = conditions.overdue(open_states, today)
    counts["due_30"] = conditions.due_between(open_states, today, 0, 30)
    counts["due_90"] = conditions.due_between(open_states, today, 0, 90)
    counts["delayed"] = late = conditions.delayed(open_states)
    slip = DaysBetween("forecast_date", "due_date")
    return {
        **{name: Count("pk", filter=condition) for name, condition in counts.items()},
        "slip_sum": Coalesce(Sum(slip, filter=late), 0),
        "slip_max": Coalesce(Max(slip, filter=late), 0),
    }


def _risk_numbers(source: Present | Past) -> dict[str, Combinable]:
    high = conditions.high_risk(*source.level_columns)
    return {
        "n0": Count("pk"),
        "n1": Count("pk", filter=high),
        "n2": Count("pk", filter=Q(came_true=True)),
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
    )


def _item_figures(line: dict[str, Any], states: tuple[str, ...]) -> ItemFigures:
    counts = {
        state: line.get(column, 0) for column, state in zip(STATE_COLUMNS, states, strict=False)
    }
    return ItemFigures(
        counts,
        *(line.get(name, 0) for name in NUMBERS if name not in STATE_COLUMNS),
    )
