"""Writing the texts of a batch of mails into their rows: one plain statement for all of them.

Django's own ways cost more than all the rest of the ledger: ``bulk_create`` with an update
quotes each text twice, as a part of an array, and ``bulk_update`` composes a CASE for each
value. To PostgreSQL the texts go beside the statement, not as literals within it, which halves
what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connections

from notifications.models import Message

# Text columns only: what VALUES offers has no other type on PostgreSQL.
_TEXTS = ("address", "subject", "text", "html")


def mark_leaving(messages: Sequence[Message], now: datetime) -> None:
    """Say that these mails are being handed over, and what they say. Their rows are locked."""
    if not messages:
        return
    connection = connections[Message.objects.db]
    quote = connection.ops.quote_name
    written = ", ".join(f"{quote(name)} = fresh.column{at}" for at, name in enumerate(_TEXTS, 2))
    values = ", ".join(["(CAST(%s AS bigint), %s, %s, %s, %s)"] * len(messages))
    params: list[Any] = [
        Message.State.HANDING_OVER,
        connection.ops.adapt_datetimefield_value(now),
    ]
    for message in messages:
        params += [message.pk, message.address, message.subject, message.text, message.html]
    table = quote(Message._meta.db_table)
    with _cursor(connection) as cursor:
        cursor.execute(
            f"UPDATE {table} SET state = %s, handed_over_at = %s, crashes = 0, "  # noqa: S608
            f"tries = tries + 1, {written} "
            f"FROM (VALUES {values}) AS fresh WHERE {table}.id = fresh.column1",
            params,
        )


def _cursor(connection: Any) -> Any:
    """A cursor whose parameters are bound by the server, and counted as any other's."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    # Imported here: it takes a tenth of a second, for which SQLite has no use.
    from psycopg import Cursor  # noqa: PLC0415

    connection.ensure_connection()
    cursor = Cursor(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)
