"""A version altered behind the tracker's back: past the triggers that guard it."""

from __future__ import annotations

from typing import Any

from django.db import connection

from reports.models import ReportVersion


def alter(version: ReportVersion) -> None:
    """Somebody with the database in their hands."""
    with connection.cursor() as cursor:
        switch_off_triggers(cursor)
    ReportVersion.objects.filter(pk=version.pk).update(content=version.content | {"form": 2})


def switch_off_triggers(cursor: Any) -> None:
    """As somebody with the keys of the database could."""
    if connection.vendor == "postgresql":
        # A table with checks still to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in _triggers(cursor):
        cursor.execute(f"DROP TRIGGER {name}")


def _triggers(cursor: Any) -> list[str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND tbl_name = 'reports_reportversion'"
        )
        return [name for (name,) in cursor.fetchall()]
    cursor.execute(
        "SELECT tgname || ' ON reports_reportversion' FROM pg_trigger "
        "WHERE tgrelid = 'reports_reportversion'::regclass AND NOT tgisinternal"
    )
    return [name for (name,) in cursor.fetchall()]
