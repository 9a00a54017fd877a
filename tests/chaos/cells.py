"""The matrix of failpoints and faults. Each cell has a database and three mails of its own.

A victim sweeps and meets its fault; then a fourth mail becomes due, and others sweep. A victim
that stands still is woken when its lease is long over, and all must come to an end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, connections

from notifications.models import Message
from tests.chaos import ledger, people, storm
from tracker.demo.children import die_with_parent, wait_until

MAILS = 3
# Few enough for the PostgreSQL of a whole test run, many enough to wait together.
AT_ONCE = 12


def run(*, cells: Sequence[dict[str, Any]], patience: float) -> list[dict[str, Any]]:
    """Run all cells, some at a time, each in a process; what each came to."""
    storm.warm_up("hall")
    waiting, running = list(cells), set[int]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            running.add(fork(partial(usher, waiting.pop(), patience)))
        running.discard(os.wait()[0])
    return [json.loads(result(cell).read_text()) for cell in cells]


def fork(job: Callable[[], object]) -> int:
    """Do something in a process that dies with this one."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            die_with_parent(parent, signal.SIGKILL)
            job()
            code = 0
        except BaseException as fault:
            sys.excepthook(type(fault), fault, fault.__traceback__)
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def usher(cell: dict[str, Any], patience: float) -> None:
    """Lead one cell through its fault, and write down what was left."""
    connection.settings_dict["NAME"] = cell["database"]
    settings.DATA_DIR, settings.JOURNAL_DIR = cell["folder"], Path(cell["folder"]) / "journal"
    people.come(mails=MAILS, house=cell["house"])
    victim = fork(partial(fall, cell))
    status = os.waitpid(victim, os.WUNTRACED)[1]
    others = True
    if os.WIFSTOPPED(status):
        others = go_on_without(cell)
        os.kill(victim, signal.SIGCONT)
        os.waitpid(victim, 0)
    if not people.known(MAILS, cell["house"]):
        people.come(first=MAILS, mails=MAILS + 1, house=cell["house"])
    calm = wait_until(lambda: swept(MAILS + 1), patience, 1.5)
    outcome = {"calm": calm, "others": others, "ledger": ledger.rows(), "met": met(status)}
    result(cell).write_text(json.dumps(outcome))


def go_on_without(cell: dict[str, Any]) -> bool:
    """While the victim stands still, past its lease: whether the fourth mail goes out."""
    time.sleep(settings.MAIL_LEASE.total_seconds() + 1)
    late = people.address(MAILS, cell["house"])
    try:
        people.come(first=MAILS, mails=MAILS + 1, house=cell["house"])
        # What the victim held is taken over, or in doubt and settled.
        wait_until(lambda: swept(MAILS + 1), 8, 1.5)
        return Message.objects.filter(recipient__email=late, state="accepted").exists()
    except OperationalError:
        return False
    finally:
        connections.close_all()


def swept(mails: int) -> bool:
    """Sweep once; whether nothing is left to be done."""
    storm.sweep()
    return ledger.calm(mails)


def fall(cell: dict[str, Any]) -> None:
    """Sweep, and meet the fault."""
    settings.FAILPOINTS = "tests.chaos.failing.at"
    settings.CHAOS_POINT, settings.CHAOS_FAULT = cell["point"], cell["fault"]
    storm.sweep()


def met(status: int) -> str:
    """How the victim was seen last."""
    if os.WIFSTOPPED(status):
        return "stopped"
    if os.WIFSIGNALED(status):
        return "killed"
    return "raised" if os.waitstatus_to_exitcode(status) else "unharmed"


def result(cell: dict[str, Any]) -> Path:
    """Where a cell's outcome is written."""
    return Path(cell["folder"]) / "outcome.json"
