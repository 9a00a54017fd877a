"""What may happen at a failpoint, once per run: ``{"point": "after-answer", "fault": "kill"}``.

The points are named by notifications.failpoints; the settings of a victim lead here.
"""

import os
import signal
import sqlite3
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import connection

from notifications.failpoints import AFTER_ANSWER

# Where the second mail of the batch is the one in hand: one is settled, one has not begun.
SECOND = {AFTER_ANSWER: 2}
REACHED: list[str] = []


def at(point: str) -> None:
    """Let the wanted fault happen when the wanted point is reached."""
    if point != settings.CHAOS_POINT:
        return
    REACHED.append(point)
    if len(REACHED) == SECOND.get(point, 1):
        FAULTS[settings.CHAOS_FAULT]()


def kill() -> None:
    """End without a last word."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    """Stand still until somebody wakes us, and go on as if nothing had been."""
    os.kill(os.getpid(), signal.SIGSTOP)


def fail() -> None:
    """Raise what nobody expects."""
    raise RuntimeError("a failpoint")


def drop() -> None:
    """Lose the database below Django's feet."""
    raw = connection.connection
    if isinstance(raw, psycopg.Connection):
        facts = raw.info
        with psycopg.connect(
            host=facts.host, port=facts.port, user=facts.user, dbname=facts.dbname, autocommit=True
        ) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [facts.backend_pid])
    if isinstance(raw, sqlite3.Connection):
        raw.close()


FAULTS: dict[str, Callable[[], None]] = {"kill": kill, "stop": stop, "raise": fail, "drop": drop}
