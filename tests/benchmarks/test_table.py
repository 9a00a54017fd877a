"""What the benchmark calls reached is reached: both sides of each goal."""

from typing import Any

import pytest

from benchmarks.mail import PEERS, rows, table_of

KILL = {"seconds until the rest was out": 59.0, "in doubt, listed": 1, "lost": 0, "doubled": 0}


def found(**changes: Any) -> dict[str, Any]:
    rates = {"raw": 1000.0, "one": 500.0, "two": 800.0} | changes.get("rates", {})
    share = {name: rates[name] / rates["raw"] for name in ("one", "two")}
    return {
        "throughput": {
            "mails/s": rates,
            "share of raw": share,
            "sender CPU ms/mail": rates,
            "bytes each": 15000,
        },
        "statements": {"per mail": changes.get("per_mail", 1.0)},
        "plan": {"times": changes.get("times", 2.0), "seconds": {"few": 1.0, "many": 2.0}},
        "kill": KILL | changes.get("kill", {}),
    }


def missed(figures: dict[str, Any]) -> list[str]:
    return [label for label, _, _, good in rows(figures) if not good]


def test_at_the_goals_all_are_reached() -> None:
    assert missed(found()) == []
    assert "MISSED" not in table_of(found())


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"rates": {"one": 499.0}}, "one worker, share of raw"),
        ({"rates": {"two": 799.0}}, "two workers, share of raw"),
        ({"per_mail": 1.01}, "SQL statements per mail"),
        ({"times": 2.01}, "seconds to plan among many / few"),
        ({"kill": {"seconds until the rest was out": 60.0}}, "after kill -9: seconds for the rest"),
        ({"kill": {"lost": 1}}, "after kill -9: lost"),
        ({"kill": {"doubled": 1}}, "after kill -9: doubled"),
    ],
)
def test_below_one_goal_that_one_is_missed(changes: dict[str, Any], label: str) -> None:
    assert missed(found(**changes)) == [label]
    assert table_of(found(**changes)).count("MISSED") == 1


def test_each_row_stands_beside_the_peers() -> None:
    assert {label for label, *_ in rows(found())} == set(PEERS)
