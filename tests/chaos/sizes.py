"""How much of it: `make chaos-small` with every test run, `make chaos` by night.

CHAOS=middle is for a person who wants to see more than the small size within minutes. Where
the small size has a run on one database only, the others have it on both.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PLAIN, ASKABLE, IDEMPOTENT = "plain", "askable", "idempotent"


@dataclass(frozen=True)
class Size:
    """The figures of one size."""

    # Of one storm: mails that are due, processes that send them, and how many are killed.
    mails: int
    workers: int
    kills: int
    batch: int
    # How long the relay keeps its answer to itself, at least and at most.
    reply: tuple[float, float]
    # The same with real Celery workers.
    celery_mails: int
    celery_kills: int
    # While Redis is emptied, killed and away.
    redis_mails: int
    flushes: int
    redis_kills: int
    away: float
    # How long the rest of it takes, and how long a write by the API may take.
    redis_seconds: float
    write_seconds: float
    # Whom three days without a mail server concern.
    outage_people: int
    # How often is looked for work in it.
    outage_minutes: int
    # Who wait for a crowd of senders.
    together: int
    # After the last fault everything must have been settled within so many seconds.
    patience: float


SIZES = {
    "small": Size(
        mails=100,
        workers=4,
        kills=8,
        batch=10,
        reply=(0.005, 0.03),
        celery_mails=80,
        celery_kills=7,
        redis_mails=200,
        flushes=20,
        redis_kills=5,
        away=4,
        redis_seconds=10,
        write_seconds=5,
        outage_people=40,
        outage_minutes=180,
        together=60,
        patience=150,
    ),
    "middle": Size(
        mails=1500,
        workers=4,
        kills=60,
        batch=40,
        reply=(0.005, 0.03),
        celery_mails=500,
        celery_kills=40,
        redis_mails=1000,
        flushes=20,
        redis_kills=5,
        away=60,
        redis_seconds=60,
        write_seconds=1,
        outage_people=500,
        outage_minutes=60,
        together=500,
        patience=300,
    ),
    "nightly": Size(
        mails=10_000,
        workers=4,
        kills=200,
        batch=40,
        reply=(0.005, 0.03),
        celery_mails=2000,
        celery_kills=100,
        redis_mails=5000,
        flushes=20,
        redis_kills=5,
        away=600,
        redis_seconds=120,
        write_seconds=1,
        outage_people=5000,
        outage_minutes=30,
        together=5000,
        patience=1800,
    ),
}
CHOSEN = os.environ.get("CHAOS", "small")
SIZE = SIZES[CHOSEN]
EVERYWHERE = CHOSEN != "small"
# On which database, with which relay and which seed the storms are.
STORMS: Sequence[tuple[str, str, int]] = (
    [*product((SQLITE, POSTGRESQL), (PLAIN, ASKABLE, IDEMPOTENT), (1, 2, 3))]
    if EVERYWHERE
    else [
        (SQLITE, PLAIN, 1),
        (POSTGRESQL, PLAIN, 2),
        (POSTGRESQL, ASKABLE, 3),
        (SQLITE, IDEMPOTENT, 1),
    ]
)


def everywhere_or_on(database: str) -> Sequence[Any]:
    """Both databases, or this one where time is short."""
    return (SQLITE, POSTGRESQL) if EVERYWHERE else (database,)
