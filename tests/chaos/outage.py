"""Three days without a mail server, or without anything: lived through by a clock that is given.

On the days of the outage one item of each person reaches its last day before, its due date
and the day after, and another one its week before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.core.management import call_command

from tests.chaos import ledger, people

BEGINS = datetime(2026, 6, 2, 20, tzinfo=UTC)
LASTS = timedelta(hours=72)
LATE_ITEM, NEXT_ITEM = date(2026, 6, 4), date(2026, 6, 12)
HOUR = 8
# Pauses after so many failures are below five hours.
PAUSES = timedelta(hours=5)


def endure(*, mails: int, sweeps: bool, minutes: int) -> list[Any]:
    """Live through it; the ledger's lines at its end."""
    # The last pass before, so that the planner knows until when it was alive.
    sweep(BEGINS - timedelta(hours=1))
    people.invite(range(mails), [LATE_ITEM, NEXT_ITEM], HOUR)
    now = BEGINS
    while sweeps and now < BEGINS + LASTS:
        sweep(now)
        now += timedelta(minutes=minutes)
    return ledger.lines()


def recover(*, mails: int, journal: str) -> dict[str, Any]:
    """The mail server is back, or we are: pass after pass until all is calm.

    They are two minutes apart, so that each pass has a minute's allowance of its own.
    """
    now, end = BEGINS + LASTS, BEGINS + LASTS + PAUSES
    arrived = [0]
    while now < end and not (arrived[-1] and ledger.calm(mails)):
        sweep(now)
        now += timedelta(minutes=2)
        arrived.append(Path(journal).read_text().count("\n"))
    in_one = [after - before for before, after in pairwise(arrived)]
    return {
        "most": max(in_one),
        "passes": len(in_one),
        "ledger": ledger.rows(),
        "lines": ledger.lines(),
    }


def sweep(now: datetime) -> None:
    """As by hand, as if it were then."""
    call_command("sweep", now=now.isoformat(), stdout=StringIO())
