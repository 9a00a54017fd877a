"""The rows behind a figure: what was counted, one by one, by the very same questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from networks.clock import Today
from networks.models import User
from networks.querysets import NetworkQuerySet
from networks.refusals import Refusal
from reports.status.asking import ALL_OF_THEM, ITEM_MODELS, KINDS, question
from reports.status.grouping import GROUPINGS, networks_of_group
from reports.status.logged import logged_later, text_before
from reports.status.service import chosen_networks, day_of
from reports.status.sources import BY_PACKAGE, Past, Present, source_of

ITEM = "item"
COLUMNS = (
    "kind",
    "id",
    "reference",
    "acronym",
    "code",
    "title",
    "state",
    "due",
    "forecast",
    "done",
)
_NO_DATE = Cast(Value(None), DateField())


@dataclass(frozen=True)
class Asked:
    """One figure: of which kind, of which group, as of which day."""

    kind: str
    figure: str
    group_by: str = ""
    group: str = ""
    as_of: date | None = None


def rows_behind(
    user: User, now: datetime, networks: NetworkQuerySet | None, asked: Asked
) -> QuerySet[Any]:
    """The rows that a figure of the status report counts, as dictionaries for :func:`as_row`.

    ``kind`` is one of ``KINDS``, or ``item`` for milestones and deliverables together;
    without ``group_by`` the figure is a total. Raises Refusal for a figure there is not.
    """
    today = Today.at(now)
    day, source = day_of(today, asked.as_of), source_of(user, today, asked.as_of)
    chosen = source.networks(chosen_networks(user, networks))
    if asked.group_by and asked.group_by not in GROUPINGS:
        raise Refusal(_("There is no such grouping."), "group_by")
    if asked.group_by and asked.group_by != BY_PACKAGE:
        chosen = networks_of_group(asked.group_by, asked.group, source, chosen)
    kinds = tuple(ITEM_MODELS) if asked.kind == ITEM else (asked.kind,)
    if not set(kinds) <= set(KINDS):
        raise Refusal(_("There is nothing of that kind."), "kind")
    everything = chosen.order_by().values("pk")
    parts = [_part(source, day, asked, kind).filter(network_id__in=everything) for kind in kinds]
    found = [_lines(source, kind, rows) for kind, rows in zip(kinds, parts, strict=True)]
    rows = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    order = ("due", "acronym", "kind", "code", "id")
    ordered: QuerySet[Any] = rows.order_by(*(f"row_{name}" for name in order))
    return ordered


def _part(source: Present | Past, today: Today, asked: Asked, kind: str) -> QuerySet[Any]:
    wanted = question(kind, asked.figure, today, source.level_columns)
    if wanted is None:
        raise Refusal(_("There is no such figure."), "figure")
    rows = _rows_of(source, kind)
    if wanted != ALL_OF_THEM:
        rows = rows.filter(wanted)
    if asked.group_by == BY_PACKAGE:
        path = source.path(kind, BY_PACKAGE)
        number = asked.group if asked.group.isascii() and asked.group.isdigit() else "0"
        rows = rows.filter(**{path: int(number[:18])}) if path else rows.none()
    return rows


def _rows_of(source: Present | Past, kind: str) -> QuerySet[Any]:
    if kind == "milestone":
        return source.milestones()
    if kind == "deliverable":
        return source.deliverables()
    if kind == "risk":
        return source.risks()
    return source.amendments() if kind == "amendment" else source.committee()[kind]


def _lines(source: Present | Past, kind: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    dated, gone_by = kind in ITEM_MODELS, isinstance(source, Past)
    past = kind if dated and gone_by else ""
    of = f"{past}__" if past else ""
    code, title, state = _SAID.get(kind, ("code", "title", "state"))
    if gone_by and not dated:
        state = f"past_{state}"
    said: dict[str, Any] = {
        "kind": Value(kind, output_field=CharField()),
        "id": F(f"{past}_id" if past else "pk"),
        "reference": F("network__reference"),
        "acronym": F("network__acronym"),
        "code": Cast(F(f"{of}{code}"), CharField()),
        "title": Cast(F(f"{of}{title}"), CharField()),
        "state": Cast(F(state), CharField()),
        "due": _due(rows, kind, gone_by),
        "forecast": F("forecast_date") if dated else _NO_DATE,
        "done": F("actual_date") if dated else _NO_DATE,
    }
    # Not by their own names, some of which are columns of the tables.
    named = {f"row_{name}": said[name] for name in COLUMNS}
    lines: QuerySet[Any] = rows.order_by().annotate(**named).values(*named)
    return lines


def _due(rows: QuerySet[Any], kind: str, gone_by: bool) -> Combinable:
    """The due date; as of a past day the one of that day, should it have moved since."""
    if kind in ITEM_MODELS:
        # History rows have their own.
        return F("due_date")
    if kind not in _DUE:
        return _NO_DATE
    if not gone_by:
        return F("due_date")
    told = logged_later(rows.model._meta.label_lower)
    return Coalesce(Cast(text_before(told, "due_date", null=True), DateField()), F("due_date"))


def as_row(found: dict[str, Any]) -> dict[str, Any]:
    """One row by the names of ``COLUMNS``."""
    return {name: found[f"row_{name}"] for name in COLUMNS}


_DUE = ("report", "review", "condition")
# What stands for code, title and state of what has none of its own.
_SAID = {
    "risk": ("code", "description", "likelihood"),
    "amendment": ("number", "title", "state"),
    "report": ("number", "kind", "state"),
    "review": ("round__report__number", "reviewer__name", "state"),
    "decision": ("report__number", "report__kind", "state"),
    "condition": ("number", "text", "state"),
}
