"""The limit: a WSGI function without a framework, one statement in which PostgreSQL builds JSON.

It asks nobody who they are. Its rows have the columns, and the names, of our own lists.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg

_COLUMNS = """
    m.id, m.code, m.title, m.description, m.state, m.confidence, m.percent, m.due_month,
    m.contractual_date, m.revised_date, m.due_date, m.forecast_date, m.actual_date,
    m.handed_in_on, m.last_update_at, m.version, m.means_of_verification, m.is_gate, m.tranche,
    json_build_object('id', n.id, 'reference', n.reference, 'acronym', n.acronym) AS network,
    NULL AS lead_partner, NULL AS responsible, '[]'::json AS contributors,
    initcap(replace(m.state, '_', ' ')) AS state_label,
    initcap(replace(m.confidence, '_', ' ')) AS confidence_label,
    12 * (extract(year FROM m.due_date) - extract(year FROM n.starts))
        + extract(month FROM m.due_date) - extract(month FROM n.starts) + 1 AS month,
    m.state IN ('planned', 'in_progress') AS is_open,
    m.state IN ('planned', 'in_progress') AND m.due_date < current_date AS is_overdue,
    CASE WHEN m.state IN ('planned', 'in_progress') AND m.due_date < current_date
        THEN current_date - m.due_date ELSE 0 END AS days_late,
    m.state IN ('planned', 'in_progress') AND m.forecast_date > m.due_date AS is_delayed,
    m.forecast_date - m.due_date AS slip_days,
    (SELECT coalesce(json_agg(json_build_object('id', w.id, 'code', w.code, 'title', w.title)),
        '[]'::json)
     FROM milestones_milestone_work_packages mw JOIN milestones_workpackage w
        ON w.id = mw.workpackage_id WHERE mw.milestone_id = m.id) AS work_packages
"""
_PAGE = """
SELECT json_build_object('count', (SELECT count(*) FROM milestones_milestone m WHERE {where}),
    'results', coalesce(json_agg(page), '[]'::json))::text
FROM (SELECT {columns} FROM milestones_milestone m JOIN networks_network n ON n.id = m.network_id
    WHERE {where} ORDER BY m.network_id, m.code_key, m.id LIMIT %(size)s OFFSET %(skip)s) page
"""
LIST = _PAGE.format(columns=_COLUMNS, where="true")
FILTERED = _PAGE.format(
    columns=_COLUMNS, where="m.state = %(state)s AND m.due_date <= %(before)s::date"
)
_OPEN = "m.state IN ('planned', 'in_progress')"
SUMMARY = f"""
SELECT json_agg(line)::text FROM (
    SELECT n.id, n.reference, n.acronym, n.title, n.state, n.starts, n.ends,
        count(m.id) AS total,
        {
    ", ".join(
        f"count(*) FILTER (WHERE m.state = '{state}') AS {state}"
        for state in ("planned", "in_progress", "claimed", "verified", "dropped")
    )
},
        count(*) FILTER (WHERE {_OPEN} AND m.due_date < current_date) AS overdue,
        count(*) FILTER (WHERE {_OPEN} AND m.due_date BETWEEN current_date
            AND current_date + 30) AS due_30,
        count(*) FILTER (WHERE {_OPEN} AND m.due_date BETWEEN current_date
            AND current_date + 90) AS due_90,
        count(*) FILTER (WHERE {_OPEN} AND m.forecast_date > m.due_date) AS delayed,
        count(*) FILTER (WHERE m.actual_date <= m.due_date) AS on_time,
        count(*) FILTER (WHERE m.actual_date > m.due_date) AS late,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY m.forecast_date - m.due_date)
            FILTER (WHERE {_OPEN} AND m.forecast_date > m.due_date) AS slip_median
    FROM networks_network n LEFT JOIN milestones_milestone m ON m.network_id = n.id
    GROUP BY n.id ORDER BY n.acronym, n.id LIMIT %(size)s
) line
"""
# The new row of an item's history, and the item that repeats it: one statement, one commit.
UPDATE = """
WITH said AS (
    UPDATE milestones_milestone SET percent = %(percent)s, version = version + 1,
        last_update_at = now() WHERE id = %(id)s RETURNING *
), kept AS (
    INSERT INTO milestones_statusupdate (network_id, milestone_id, kind, channel, at, state,
        confidence, percent, due_date, text, reason, reason_code)
    SELECT network_id, id, 'update', 'api', now(), state, confidence, percent, due_date, '', '', ''
    FROM said RETURNING *
) SELECT row_to_json(kept)::text FROM kept
"""
STATEMENTS = {"/list": LIST, "/filter": FILTERED, "/summary": SUMMARY, "/update": UPDATE}
Start = Callable[[str, list[tuple[str, str]]], Any]


class Bare:
    """The WSGI function, with its one connection."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        given = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        given = {"size": "50", "skip": "0"} | given
        found = self.connection.execute(STATEMENTS[environ["PATH_INFO"]].encode(), given)
        row = found.fetchone()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [row[0].encode() if row else b""]


def from_environment() -> Bare:
    """Over the database that DATABASE_URL names."""
    return Bare(os.environ["DATABASE_URL"])
