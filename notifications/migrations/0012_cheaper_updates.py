"""PostgreSQL: room on each page for the update that every line gets, and a quick compression.

Each line of the ledger is written once and updated once, when its mail is sent. No index holds
its state, so with room on its page the new version joins no index (a HOT update), which costs
a third. The texts of a mail are compressed by lz4 where the server has it.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

_HAS_LZ4 = (
    "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)


def make_room(apps: Any, schema_editor: Any) -> None:
    """Only what is written from now on is concerned; nothing is rewritten."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE notifications_reminder SET (fillfactor = 50)")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_HAS_LZ4)
        if cursor.fetchone() is None:
            return
    for column in ("text", "html"):
        schema_editor.execute(
            f"ALTER TABLE notifications_message ALTER COLUMN {column} SET COMPRESSION lz4"
        )


def take_back(apps: Any, schema_editor: Any) -> None:
    """As PostgreSQL does by itself."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE notifications_reminder RESET (fillfactor)")
        for column in ("text", "html"):
            schema_editor.execute(
                f"ALTER TABLE notifications_message ALTER COLUMN {column} SET COMPRESSION default"
            )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_bounces")]

    operations = [migrations.RunPython(make_room, take_back)]
