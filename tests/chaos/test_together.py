"""Too many who wake, and too many who work: the same mails as from a single sender."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.conftest import Enter
from tests.chaos.sizes import SIZE, SQLITE, everywhere_or_on
from tests.servers.processes import Processes

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.processes,
    pytest.mark.sqlite_only,
    pytest.mark.timeout(SIZE.patience + 600),
]


@pytest.mark.parametrize("base", everywhere_or_on(SQLITE), indirect=True)
def test_two_beats_two_workers_and_every_tick_three_times_send_what_one_pass_sends(
    enter: Enter, processes: Processes, redis_url: str, said: Any
) -> None:
    single = enter(name="single")
    single.open_relay()
    crowd = enter(
        name="crowd",
        REDIS_URL=redis_url,
        SWEEP_SECONDS="1",
        CHAOS_TICKS="3",
    )
    crowd.open_relay()
    crowd.call("people.come", mails=SIZE.together)
    names = ("one", "two")
    processes.crowd(crowd.env, names, *(crowd.folder / name for name in names))
    words = {"mails": SIZE.together, "patience": SIZE.patience}
    alone = single.judge(SIZE.together, single.call("storm.alone", **words), kills=0)
    together = crowd.judge(SIZE.together, crowd.call("ledger.wait", **words), kills=0)
    said(together)
    assert (alone.defects, together.defects) == ({}, {})
    assert (alone.copies, together.copies) == (SIZE.together, SIZE.together)
    assert sorted(crowd.call("ledger.lines")) == sorted(single.call("ledger.lines"))
