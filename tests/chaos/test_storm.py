"""Senders killed with SIGKILL at random moments, against a journal that does not forget."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.arena import Arena
from tests.chaos.bases import Base
from tests.chaos.conftest import Enter
from tests.chaos.judging import Defect, Verdict
from tests.chaos.sizes import POSTGRESQL, SIZE, STORMS
from tests.chaos.storm import SWEEP

pytestmark = [pytest.mark.chaos, pytest.mark.processes, pytest.mark.sqlite_only]
# The sender that stops getting anywhere is a defect too; this is when it is seen.
TIMEOUT = pytest.mark.timeout(SIZE.patience + 600)
# The planted senders give themselves away at once.
PLANTED_MAILS, PLANTED_KILLS = 60, 5


def storm(arena: Arena, sender: str, **changed: Any) -> tuple[Verdict, dict[str, Any]]:
    """Let senders run and die; returns the verdict, and what was seen on the way."""
    arena.open_relay()
    spec = {"mails": SIZE.mails, "kills": SIZE.kills, "workers": SIZE.workers, "seed": 1}
    spec |= {"patience": SIZE.patience, "pause": 30, **changed}
    seen = arena.call("storm.run", sender=sender, journal=str(arena.journal), **spec)
    return arena.judge(spec["mails"], seen["ledger"], seen["kills"]), seen


@TIMEOUT
@pytest.mark.parametrize(("base", "relay", "seed"), STORMS, indirect=["base"])
def test_no_mail_is_lost_and_every_second_copy_was_in_doubt_and_says_so(
    enter: Enter, base: Base, relay: str, seed: int, said: Any
) -> None:
    arena = enter(relay)
    verdict, seen = storm(arena, SWEEP, seed=seed)
    said(f"{verdict} in {seen['seconds']} s, {seen['ahead']} batches taken ahead")
    assert verdict.defects == {}
    assert verdict.copies >= SIZE.mails
    assert (seen["kills"], seen["calm"]) == (SIZE.kills, True)
    assert seen["fallen"] == 0, arena.log("storm.run")
    # Where two connections can write at once, kills have met the second thread at its work.
    assert (seen["ahead"] > 0) == (base.kind == POSTGRESQL)
    # Otherwise nobody was ever killed in the moment that matters.
    assert verdict.unknown > 0


@TIMEOUT
@pytest.mark.parametrize(
    ("sender", "shown", "innocent"),
    [
        ("claim_first", {Defect.LOST, Defect.BOASTED}, {Defect.SILENT, Defect.TRIPLED}),
        ("lease_and_resend", {Defect.SILENT, Defect.UNEXPLAINED}, {Defect.LOST, Defect.BOASTED}),
    ],
)
def test_the_judge_names_the_defect_of_a_planted_sender(
    enter: Enter, sender: str, shown: set[Defect], innocent: set[Defect], said: Any
) -> None:
    words = {"mails": PLANTED_MAILS, "kills": PLANTED_KILLS, "pause": 4}
    verdict, _ = storm(enter(), f"tests.chaos.planted.{sender}", **words)
    said(verdict)
    assert shown <= verdict.defects.keys()
    assert not innocent & verdict.defects.keys()
