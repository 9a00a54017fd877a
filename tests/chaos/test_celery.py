"""The senders as they are run: Celery workers, woken by beat over Redis."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.conftest import Enter
from tests.chaos.crew import Crew
from tests.chaos.rage import Rage
from tests.chaos.sizes import POSTGRESQL, SIZE, everywhere_or_on
from tests.servers.processes import Processes

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.processes,
    pytest.mark.sqlite_only,
    pytest.mark.timeout(SIZE.patience + 600),
]
# One kill in so many takes a whole worker with all of its processes.
WHOLE = 10


@pytest.mark.parametrize("base", everywhere_or_on(POSTGRESQL), indirect=True)
def test_killed_celery_workers_lose_nothing_and_double_only_what_was_in_doubt(
    enter: Enter, processes: Processes, redis_url: str, said: Any
) -> None:
    arena = enter(REDIS_URL=redis_url, SWEEP_SECONDS="1")
    arena.open_relay()
    crew = Crew(arena, processes)
    crew.start()
    arena.call("people.come", mails=SIZE.celery_mails)
    rage = Rage(1, SIZE.celery_mails, SIZE.celery_kills, arena.journal, patience=30)
    for number in range(SIZE.celery_kills):
        victim = rage.next(number, crew.senders)
        assert victim is not None, crew.workers[0].tail(40)
        if number % WHOLE == WHOLE // 2:
            crew.kill_worker_of(victim)
        else:
            crew.kill(victim)
    assert crew.killed >= SIZE.celery_kills
    ledger = arena.call("ledger.wait", mails=SIZE.celery_mails, patience=SIZE.patience)
    verdict = arena.judge(SIZE.celery_mails, ledger, crew.killed)
    said(verdict)
    assert verdict.defects == {}
    assert verdict.unknown > 0
