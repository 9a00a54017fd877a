"""Senders that are killed at random moments and begun anew; all of one run in one process.

It plans who is owed a mail, forks senders from one warm process, kills, lets the survivors
come to an end, and tells the ledger.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils.module_loading import import_string

from notifications.failpoints import AFTER_MARK
from notifications.services import beside, delivering
from tests.chaos import ledger, people
from tests.chaos.rage import Rage
from tracker.demo.children import die_with_parent, wait_until

SWEEP = "manage.py sweep"
# Between two passes; a pass itself goes on until the queue is empty.
PAUSE = 0.5
AHEAD = Path(settings.DATA_DIR) / "ahead.txt"


class Senders:
    """Processes that pass over the queue again and again, as beat would ask for.

    They are as if on two machines: half of them cannot read what the others have written
    down on theirs.
    """

    def __init__(self, number: int, sender: str) -> None:
        self.sender = sender
        self.pids: list[int] = []
        for place in range(number):
            self.pids.append(self.fork(place))
        # Those that ended by themselves, which none should.
        self.fallen = 0

    def fork(self, place: int) -> int:
        """Begin one; it dies with this process."""
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            try:
                die_with_parent(parent, signal.SIGKILL)
                settings.JOURNAL_DIR /= f"machine-{place % 2}"
                work(self.sender)
            finally:
                sys.stderr.flush()
                os._exit(1)
        return child

    def replace(self, pid: int) -> None:
        """Begin another one in the place of one that has ended."""
        place = self.pids.index(pid)
        self.pids[place] = self.fork(place)

    def look_after(self) -> None:
        """Begin anew those that have ended by themselves, as a supervisor would."""
        for pid in list(self.pids):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.fallen += 1
                self.replace(pid)

    def stop(self) -> None:
        """End all."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def note_ahead(point: str) -> None:
    """Write down that a second thread has decided the next batch."""
    if point == AFTER_MARK and threading.current_thread() is not threading.main_thread():
        with AHEAD.open("a") as file:
            file.write(f"{os.getpid()}\n")


def work(sender: str) -> None:
    """One sender, for ever. What it raises goes to the log, and ends it."""
    # A storm has few mails at a time: for these, too, a second thread takes the next batch.
    beside.MANY, delivering.DEEP = settings.MAIL_BATCH // 2, 1
    settings.FAILPOINTS = f"{__name__}.note_ahead"
    passes: Callable[[], object] = import_string(sender) if sender != SWEEP else sweep
    try:
        while True:
            passes()
            time.sleep(PAUSE)
    except BaseException as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)
        raise


def sweep() -> None:
    """As by hand."""
    call_command("sweep", stdout=open(os.devnull, "w"))  # noqa: SIM115


def warm_up(house: str = people.HOUSE) -> None:
    """Send the first mail in peace, so that whoever is forked has loaded what it needs."""
    people.come(mails=1, house=house)
    sweep()
    connections.close_all()
    # Else each child's first collection of garbage would copy all of it.
    gc.collect()
    gc.freeze()


def alone(*, mails: int, patience: float) -> list[dict[str, Any]]:
    """One sender in peace: what every other run must come to as well."""
    people.come(mails=mails)

    def ended() -> bool:
        sweep()
        return ledger.calm(mails)

    wait_until(ended, patience)
    return ledger.rows()


def run(
    *,
    mails: int,
    kills: int,
    workers: int,
    seed: int,
    sender: str,
    journal: str,
    pause: float,
    patience: float,
) -> dict[str, Any]:
    """Plan, kill, drain, and tell."""
    warm_up()
    began, invited = time.monotonic(), 1
    rage = Rage(seed, mails, kills, Path(journal), pause)
    senders = Senders(workers, sender)
    killed = 0
    for number in range(kills):
        if rage.owed(number) > invited:
            people.come(first=invited, mails=rage.owed(number))
            invited = rage.owed(number)
        senders.look_after()
        victim = rage.next(number, lambda: senders.pids)
        if victim is None:
            break
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        senders.replace(victim)
        killed += 1
    people.come(first=invited, mails=mails)

    def ended() -> bool:
        senders.look_after()
        return ledger.calm(mails)

    calm = wait_until(ended, patience, 0.2)
    seconds = time.monotonic() - began
    senders.stop()
    return {
        "calm": calm,
        "kills": killed,
        "fallen": senders.fallen,
        "seconds": round(seconds, 1),
        "ahead": len(AHEAD.read_text().split()) if AHEAD.exists() else 0,
        "ledger": ledger.rows(),
    }
