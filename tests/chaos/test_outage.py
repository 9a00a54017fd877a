"""Three days' silence: everything goes out afterwards, as one mail each, and nothing is hidden."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.chaos.conftest import Enter
from tests.chaos.sizes import POSTGRESQL, SIZE, SQLITE, everywhere_or_on

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.processes,
    pytest.mark.sqlite_only,
    pytest.mark.timeout(SIZE.patience + 600),
]
# What the steps that fell into the outage are called, by the cause of the silence.
CAUSES = {"relay": "superseded", "everything": "missed"}
OUTAGES = [
    *((base, "relay") for base in everywhere_or_on(POSTGRESQL)),
    *((base, "everything") for base in everywhere_or_on(SQLITE)),
]


@pytest.mark.parametrize(("base", "cause"), OUTAGES, indirect=["base"])
def test_after_three_days_each_person_gets_one_mail_with_the_latest_steps(
    enter: Enter, cause: str, said: Any
) -> None:
    people, limit = SIZE.outage_people, max(SIZE.outage_people // 4, 10)
    arena = enter(MAILS_PER_MINUTE=str(limit))
    before = arena.call(
        "outage.endure", mails=people, sweeps=cause == "relay", minutes=SIZE.outage_minutes
    )
    assert "sent" not in {state for *_, state, _ in before}
    arena.open_relay((0, 0.001))
    after = arena.call("outage.recover", mails=people, journal=str(arena.journal))
    verdict = arena.judge(people, after["ledger"], kills=0)
    said(f"{verdict}; drained in {after['passes']} passes, at most {after['most']} in one")
    assert verdict.defects == {}
    assert verdict.copies == people
    assert after["most"] <= limit
    # Of the late item the day after, of the other one the week before; the rest is on file.
    offsets = Counter((step, state) for _, _, step, state, _ in after["lines"])
    assert offsets[1, "sent"] == offsets[-7, "sent"] == people
    assert sum(number for (_, state), number in offsets.items() if state == "sent") == 2 * people
    assert offsets[-1, CAUSES[cause]] == offsets[0, CAUSES[cause]] == people
    assert all(note for *_, state, note in after["lines"] if state != "sent")
