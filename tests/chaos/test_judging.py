"""The judge, on journals and ledgers made by hand: each defect is seen, and only that one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.judging import Defect, Facts, judge
from tests.chaos.sizes import ASKABLE, IDEMPOTENT, PLAIN

ANN, BOB = "ann@example.org", "bob@example.org"


def line(to: str = ANN, name: str = "", *, copy: bool = False, kept: bool = True) -> dict[str, Any]:
    """A mail that has arrived."""
    return {"id": name or f"<{to}>", "to": [to], "copy": copy, "kept": kept}


def row(to: str = ANN, state: str = "accepted", **more: Any) -> dict[str, Any]:
    """A mail on file; its reminder is sent."""
    plain = {"resent": False, "unknown": False, "put_off": False, "lines": 1, "note": ""}
    return {"message_id": f"<{to}>", "state": state, **plain, **more}


IN_DOUBT: dict[str, Any] = {"resent": True, "unknown": True}
TWO = [line(), line(copy=True)]


@pytest.mark.parametrize(
    ("journal", "ledger"),
    [
        ([line(), line(BOB)], [row(), row(BOB)]),
        ([*TWO, line(BOB)], [row(**IN_DOUBT), row(BOB)]),
        # The second copy's answer was lost as well: told to staff, and no third one is sent.
        ([*TWO, line(BOB)], [row(state="unknown", **IN_DOUBT), row(BOB)]),
        # In doubt, and only the second copy has arrived.
        ([line(copy=True), line(BOB)], [row(**IN_DOUBT), row(BOB)]),
    ],
)
def test_what_plain_smtp_cannot_help_is_no_defect(journal: Any, ledger: Any) -> None:
    assert judge(Facts((ANN, BOB), journal, ledger, kills=1)).defects == {}


@pytest.mark.parametrize(
    ("journal", "ledger", "shown"),
    [
        ([], [row(state="due", lines=0)], {Defect.LOST, Defect.UNSETTLED}),
        ([], [row()], {Defect.LOST, Defect.BOASTED}),
        ([line()], [], {Defect.HIDDEN}),
        ([line()], [row(state="refused", lines=0)], {Defect.HIDDEN, Defect.UNSETTLED}),
        ([line()], [row(state="unknown", unknown=True)], {Defect.HIDDEN, Defect.UNSETTLED}),
        ([line()], [row(lines=0)], {Defect.UNSETTLED}),
        ([line(), line()], [row(**IN_DOUBT)], {Defect.SILENT}),
        (TWO, [row(unknown=True)], {Defect.SILENT}),
        (TWO, [row(resent=True)], {Defect.UNEXPLAINED}),
        (
            [line(), line(name="<other>", copy=True)],
            [row(**IN_DOUBT)],
            {Defect.SILENT, Defect.HIDDEN},
        ),
        ([*TWO, line(copy=True)], [row(**IN_DOUBT)], {Defect.TRIPLED}),
        ([line(), line(BOB)], [row(), row(BOB)], {Defect.STRANGER}),
    ],
)
def test_each_defect_is_named(journal: Any, ledger: Any, shown: set[Defect]) -> None:
    assert judge(Facts((ANN,), journal, ledger, kills=1)).defects.keys() == shown


def test_more_in_doubt_than_killed_is_a_defect() -> None:
    facts = Facts((ANN,), [line(copy=True)], [row(**IN_DOUBT)], kills=0)
    assert judge(facts).defects.keys() == {Defect.DOUBTFUL}


@pytest.mark.parametrize("relay", [ASKABLE, IDEMPOTENT])
def test_a_relay_that_rules_copies_out_excuses_none(relay: str) -> None:
    facts = Facts((ANN,), TWO, [row(**IN_DOUBT)], kills=1, relay=relay)
    assert judge(facts).defects.keys() == {Defect.DOUBLED}


@pytest.mark.parametrize("relay", [PLAIN, ASKABLE, IDEMPOTENT])
def test_a_copy_that_the_relay_dropped_is_none(relay: str) -> None:
    journal = [line(), line(copy=True, kept=False)]
    verdict = judge(Facts((ANN,), journal, [row(**IN_DOUBT)], kills=1, relay=relay))
    assert (verdict.defects, verdict.doubled, verdict.copies) == ({}, (), 1)
