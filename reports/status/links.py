"""Addresses of the rows behind the figures of a report, with the same choice of networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from reports.status.figures import StatusReport

# Of the report's own address, what chooses rows; its page and order do not.
CHOICE = ("programme", "programme_id", "network", "network_id", "country", "state", "q", "as_of")


def rows_of(report: StatusReport, address: str, query: QueryDict) -> Callable[[str | None], str]:
    """A function from a group's key, or None for the totals, to the address of its rows.

    Add ``kind`` and ``figure`` for those of one figure.
    """
    kept = [(name, value) for name in CHOICE for value in query.getlist(name) if value]

    def rows(key: str | None) -> str:
        group: list[tuple[str, Any]] = []
        if key is not None:
            group = [("group_by", report.group_by), ("group", key)]
        return f"{address}?{urlencode([*kept, *group])}"

    return rows
