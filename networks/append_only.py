"""Database triggers that refuse UPDATE and DELETE on history tables, on both engines.

Django's own guards can be walked round by ``QuerySet.update()``, bulk calls and raw SQL;
a trigger cannot. Used by the migrations that create such tables.
"""

from typing import Any

from django.db import migrations

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'Rows of %% are history: they are added, never changed or deleted.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql;
"""


def append_only(table: str) -> migrations.RunPython:
    """A migration operation that makes a table append-only.

    Safe to run again, and it must be: on SQLite a new constraint makes Django build the
    table anew, and the triggers go with the old one. Whoever alters a history table puts
    this last in the same migration (``tests/milestones/test_history.py`` holds them to it).
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRES_FUNCTION.replace("%%", "%"), params=None)
            schema_editor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            return
        for action in ("UPDATE", "DELETE"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action.lower()}")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'Rows of {table} are history: they are added, never changed or deleted.'); END"
            )

    def unguard(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            return
        for action in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{action}")

    return migrations.RunPython(guard, unguard)
