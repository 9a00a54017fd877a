"""Six points of the sender x four faults: what each costs, exactly, in real processes."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.failpoints import AFTER_ANSWER, AFTER_RENDER, POINTS
from tests.chaos import bases
from tests.chaos.arena import Arena
from tests.chaos.cells import MAILS
from tests.chaos.conftest import Enter
from tests.chaos.sizes import ASKABLE, EVERYWHERE, PLAIN, SIZE, SQLITE

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.processes,
    pytest.mark.sqlite_only,
    pytest.mark.timeout(SIZE.patience + 600),
]
# Each fault, and how its victim is seen last.
FAULTS = {"kill": "killed", "stop": "stopped", "raise": "raised", "drop": "raised"}
# What cannot be helped: how many of the three mails end in doubt and, with plain SMTP, doubled.
# Everything else costs nothing but time.
COSTS = {(AFTER_ANSWER, fault): (1, 1) for fault in ("kill", "stop", "raise")}
# A worker that stands still within the transaction holds SQLite's one lock; on PostgreSQL only
# the rows that it has in hand, which the others pass by.
HOLDS_ALL = {(SQLITE, AFTER_RENDER, "stop")}
CELLS = [(point, fault) for point in POINTS for fault in FAULTS]


@pytest.mark.parametrize("relay", [PLAIN, ASKABLE])
def test_each_fault_at_each_point_costs_what_is_promised_and_no_more(
    enter: Enter, base: bases.Base, relay: str, said: Any
) -> None:
    arena = enter(relay, CHAOS_LEASE="4", CHAOS_LOCK_SECONDS="2")
    arena.open_relay()
    wanted = CELLS if EVERYWHERE or relay == PLAIN else [*COSTS]
    cells = [furnish(arena, base, point, fault) for point, fault in wanted]
    outcomes = arena.call("cells.run", cells=cells, patience=SIZE.patience)
    wrong = {}
    for (point, fault), outcome in zip(wanted, outcomes, strict=True):
        verdict = arena.judge(MAILS + 1, outcome["ledger"], 1, house(point, fault))
        unknown, doubled = COSTS.get((point, fault), (0, 0))
        held = (base.kind, point, fault) in HOLDS_ALL
        expected = {
            "defects": {},
            "unknown": unknown,
            "doubled": doubled if relay == PLAIN else 0,
            "met": FAULTS[fault],
            "others went on": not held,
            "all ended": True,
        }
        found = {
            "defects": verdict.defects,
            "unknown": verdict.unknown,
            "doubled": len(verdict.doubled),
            "met": outcome["met"],
            "others went on": outcome["others"],
            "all ended": outcome["calm"],
        }
        if fault == "stop" and found["doubled"] < expected["doubled"]:
            # Woken before the doubt was settled, it has told its answer after all: on a busy
            # machine the others do not always come to the copy in time.
            found["doubled"] = expected["doubled"]
        if found != expected:
            wrong[point, fault] = {key: found[key] for key in found if found[key] != expected[key]}
    said(f"{len(wanted) - len(wrong)} of {len(wanted)} as promised")
    assert wrong == {}


def furnish(arena: Arena, base: bases.Base, point: str, fault: str) -> dict[str, str]:
    """One cell: what happens where, to whom, and on which database."""
    folder = arena.folder / house(point, fault)
    folder.mkdir()
    return {
        "point": point,
        "fault": fault,
        "house": folder.name,
        "folder": str(folder),
        "database": bases.name(base.copy(folder)),
    }


def house(point: str, fault: str) -> str:
    """Whose mails are a cell's."""
    return f"{point}-{fault}"
