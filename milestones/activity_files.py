"""The activity log as a file: one line for each field that changed, codes as stored."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from networks.models import Event
from networks.spreadsheets import harmless

COLUMNS = (
    "at",
    "who",
    "on_behalf_of",
    "verb",
    "kind",
    "id",
    "thing",
    "field",
    "old",
    "new",
    "through",
)


def in_json(events: Iterable[Event]) -> str:
    """A list of objects, one per event, with ``changes`` as ``{field: [old, new]}``."""
    rows = [{**_about(event), "changes": event.changes} for event in events]
    return json.dumps(rows, ensure_ascii=False)


def in_csv(events: Iterable[Event]) -> str:
    """A table with a heading; instants are ISO 8601 in UTC."""
    text = StringIO()
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    for event in events:
        for line in _lines(event):
            table.writerow({name: as_text(value) for name, value in line.items()})
    return text.getvalue()


def as_text(value: Any) -> str:
    """A value as a cell that no spreadsheet runs."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return harmless(text)


def _lines(event: Event) -> Iterator[dict[str, Any]]:
    about = _about(event)
    if not event.changes:
        yield {**about, "field": "", "old": "", "new": ""}
    for name, values in event.changes.items():
        both = isinstance(values, list) and len(values) == 2
        old, new = values if both else ("", values)
        yield {**about, "field": name, "old": old, "new": new}


def _about(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "who": str(event.actor or ""),
        "on_behalf_of": str(event.on_behalf_of or ""),
        "verb": event.verb,
        "kind": event.target_type,
        "id": event.target_id,
        "thing": event.target_label,
        "through": event.channel,
    }
