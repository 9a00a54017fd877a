"""Redis emptied, killed and away while mails fall due: nobody notices but the log."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest

from tests.chaos.conftest import Enter
from tests.chaos.crew import Crew
from tests.chaos.judging import read
from tests.chaos.sizes import POSTGRESQL, SIZE, everywhere_or_on
from tests.chaos.writing import Writer
from tests.servers import broker
from tests.servers.processes import Processes
from tracker.demo.children import wait_until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.processes,
    pytest.mark.sqlite_only,
    pytest.mark.timeout(SIZE.patience + SIZE.redis_seconds + SIZE.away + 600),
]
FLUSH, KILL, AWAY = "flush", "kill", "away"
# Within so many seconds after its return the workers work again, without being touched.
BACK_AT_WORK = 60


@pytest.fixture
def redis() -> Iterator[broker.Redis]:
    """A server of this test's own, which forgets everything when it is killed."""
    server = broker.start("--save", "")
    yield server
    server.stop()


@pytest.mark.parametrize("base", everywhere_or_on(POSTGRESQL), indirect=True)
def test_a_redis_that_fails_loses_nothing_and_keeps_no_write_waiting(
    enter: Enter, redis: broker.Redis, processes: Processes, said: Any
) -> None:
    arena = enter(REDIS_URL=redis.url, SWEEP_SECONDS="1", SWEEP_FROM_WEB="1")
    arena.open_relay()
    crew = Crew(arena, processes)
    crew.start()
    _, address = processes.web(arena.env)
    writer = Writer(address, **arena.call("people.writer"))
    writer.start()
    words = {"mails": SIZE.redis_mails, "waves": SIZE.flushes * 2}
    arena.begin("people.trickle", seconds=SIZE.redis_seconds + SIZE.away, **words)
    back = happen(redis, crew)
    wait_until(lambda: arrived(crew) >= SIZE.redis_mails, SIZE.patience)
    ledger = arena.call("ledger.wait", mails=SIZE.redis_mails, patience=SIZE.patience)
    writer.stop()
    verdict = arena.judge(SIZE.redis_mails, ledger, kills=0)
    seconds = [taken for _, taken in writer.answers]
    said(
        f"{verdict}; at work again {back:.0f} s after it had been away, "
        f"{crew.fallen} workers ended by themselves; {len(seconds)} writes, "
        f"median {median(seconds):.3f} s, longest {max(seconds):.3f} s"
    )
    assert verdict.defects == {}
    assert not verdict.doubled
    assert {status for status, _ in writer.answers} == {201}
    assert arena.call("people.updates") == len(writer.answers)
    assert max(seconds) < SIZE.write_seconds


def happen(redis: broker.Redis, crew: Crew) -> float:
    """All that is to happen to Redis, in an order and at moments that the seed says.

    Returns after how many seconds the next mail arrived when it had been away for long.
    """
    dice, back = random.Random(1), 0.0
    events = [FLUSH] * SIZE.flushes + [KILL] * SIZE.redis_kills
    dice.shuffle(events)
    events.insert(len(events) // 2, AWAY)
    for event in events:
        time.sleep(dice.uniform(0, 2 * SIZE.redis_seconds / len(events)))
        if event == FLUSH:
            redis.flush()
            continue
        assert redis.child is not None
        redis.child.kill()
        time.sleep(SIZE.away if event == AWAY else dice.uniform(0, 0.2))
        redis.start()
        if event == AWAY:
            back = seconds_to_the_next_mail(crew)
    return back


def seconds_to_the_next_mail(crew: Crew) -> float:
    """How long nothing arrives; people become due all the time."""
    began, seen = time.monotonic(), arrived(crew)
    assert wait_until(lambda: arrived(crew) > seen, BACK_AT_WORK)
    return time.monotonic() - began


def arrived(crew: Crew) -> int:
    """How many mails have arrived; workers that have ended by then are begun anew."""
    crew.look_after()
    return len(read(crew.arena.journal))
