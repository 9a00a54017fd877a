"""Database triggers that refuse UPDATE and DELETE on history tables, on both engines.

Django's own guards can be walked round by ``QuerySet.update()``, bulk calls and raw SQL;
a trigger cannot. Used by the migrations that create such tables.

One way in is left, for the law's sake: while a row of ``networks_erasure`` stands open, the
columns that an application names as ``erasable`` (texts that may name a person) may be
altered, and nothing else of the row. Such a row is open inside of one transaction only.
"""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN
        IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV
           AND EXISTS (SELECT 1 FROM networks_erasure WHERE finished_at IS NULL) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'Rows of %% are history: they are added, never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql;
"""


def append_only(table: str, erasable: Sequence[str] = ()) -> migrations.RunPython:
    """A migration operation that makes a table append-only, but for an erasure's columns.

    Safe to run again, and it must be: on SQLite a new constraint makes Django build the
    table anew, and the triggers go with the old one. Whoever alters a history table puts
    this last in the same migration (``tests/milestones/test_history.py`` holds them to it).
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRES_FUNCTION.replace("%%", "%"), params=None)
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION refuse_change({', '.join(map(_quoted, erasable))})"
            )
            return
        for action in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action.lower()}")
            when = _unless_erasing(schema_editor, table, erasable) if action == "UPDATE" else ""
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} {when}BEGIN "
                f"SELECT RAISE(ABORT, 'Rows of {table} are history: they are added, never changed or deleted.'); END"
            )

    def unguard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            return
        for action in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action}")

    return migrations.RunPython(guard, unguard)


def _quoted(name: str) -> str:
    return f"'{name}'"


def _unless_erasing(schema_editor: Any, table: str, erasable: Sequence[str]) -> str:
    """SQLite's condition: refused, unless an erasure is open and the other columns stay."""
    if not erasable:
        return ""
    with schema_editor.connection.cursor() as cursor:
        columns = schema_editor.connection.introspection.get_table_description(cursor, table)
    kept = [column.name for column in columns if column.name not in erasable]
    same = " AND ".join(f'OLD."{name}" IS NEW."{name}"' for name in kept)
    is_open = "EXISTS (SELECT 1 FROM networks_erasure WHERE finished_at IS NULL)"
    return f"WHEN NOT ({is_open} AND {same}) "
