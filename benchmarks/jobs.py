"""The processes that are measured: ``python -m benchmarks.jobs NAME``, each in its own.

A job says ``ready`` when everything is loaded and begins at a line on its input, so that
start-up is nobody's cost and two workers begin together. Its last line is its result.
"""

from __future__ import annotations

import json
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

import benchmarks.started  # noqa: F401 - before the models
from benchmarks.world import add_far_items, settle_people
from notifications.composing import compose
from notifications.models import Message, Reminder
from notifications.services import deliver, plan

LEDGER = ("attempt", "itemlink", "reminder", "message", "heartbeat")
Figures = dict[str, Any]


def world(people: str, far: str = "0") -> Figures:
    """Make the rows: so many people with ten deadlines each, so many items far away."""
    call_command("migrate", verbosity=0, skip_checks=True)
    today = timezone.now().date()
    settle_people(int(people), today)
    if int(far):
        add_far_items(int(far), today)
    return {}


def planned() -> Figures:
    """Plan everybody's mail, to be sent by others."""
    plan(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"mails": Message.objects.count(), "lines": Reminder.objects.count()}


def planning(passes: str) -> Figures:
    """Plan the same again and again; what was written is removed in between."""
    seconds, wrote = [], None
    for _ in range(int(passes)):
        with connection.cursor() as cursor:
            tables = ", ".join(f"notifications_{name}" for name in LEDGER)
            cursor.execute(f"TRUNCATE {tables} CASCADE")
        started = perf_counter()
        wrote = plan(timezone.now())
        seconds.append(perf_counter() - started)
    return {"seconds": seconds, "lines": wrote.reminders if wrote else 0}


def worker() -> Figures:
    """Send what is due, as the worker's task does, until nothing is left."""
    wait_for_go()
    fates: Counter[str] = Counter()
    cpu = process_time()
    while Message.objects.ready(timezone.now()).exists():
        fates += deliver(timezone.now())
    return {"fates": dict(fates), "cpu": process_time() - cpu}


def counted() -> Figures:
    """As :func:`worker`, counting the statements that reach the database by any connection."""
    statements: Counter[str] = Counter()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        statements[" ".join(str(sql).split()[:3])] += 1
        return execute(sql, *rest)

    def listen(connection: BaseDatabaseWrapper, **_: object) -> None:
        connection.execute_wrappers.append(note)

    wait_for_go()
    # A worker may write by a second connection too.
    connection.close()
    connection_created.connect(listen)
    fates = deliver(timezone.now())
    return {
        "mails": fates["accepted"],
        "statements": statements.total(),
        "by kind": dict(statements.most_common(12)),
    }


def raw() -> Figures:
    """The limit: mails that were sent before, composed beforehand, over one connection."""
    sent = Message.objects.filter(state=Message.State.ACCEPTED).order_by("pk")
    letters = [compose(message) for message in sent]
    # A letter writes its content when it is first asked for it.
    size = sum(len(letter.content) for letter in letters) / max(1, len(letters))
    where = urlsplit(f"//{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    wait_for_go()
    cpu = process_time()
    with smtplib.SMTP(where.hostname or "", where.port or 25) as smtp:
        for letter in letters:
            smtp.sendmail(letter.sender, [letter.recipient], letter.content)
    return {"cpu": process_time() - cpu, "mails": len(letters), "bytes each": round(size)}


def states() -> Figures:
    """How many mails are in which state, and which are listed as in doubt."""
    rows = Message.objects.values_list("state", "message_id", "resent")
    doubt = [name for state, name, resent in rows if state == Message.State.UNKNOWN or resent]
    return {"states": Counter(state for state, _, _ in rows), "in doubt": doubt}


def names() -> Figures:
    """The Message-IDs of all mails."""
    return {"names": list(Message.objects.values_list("message_id", flat=True))}


def wait_for_go() -> None:
    """Say that everything is loaded, and wait for the others."""
    print("ready", flush=True)
    sys.stdin.readline()


JOBS: dict[str, Callable[..., Figures]] = {
    job.__name__: job for job in (world, planned, planning, worker, counted, raw, states, names)
}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])), flush=True)
