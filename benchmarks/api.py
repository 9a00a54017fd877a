"""``make bench-api``: lists, writes and the status report against bare WSGI, in one run.

Prints a table with the goals and the peers' figures, and writes benchmarks/results/*.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.machines import Machines, machines
from benchmarks.mail import RESULTS, Row, host, tell
from scripts.check import ROOT

# Measured beside the same bare function: shared/performance.md.
PEERS = {
    "list of 50": "idiomatic DRF 4.5, healthchecks 3.7, NetBox 66, Plane 221 x",
    "list of 50, by state and date": "idiomatic DRF 3.5, NetBox 38-45 x",
    "statements per list": "idiomatic DRF 4, healthchecks 3, NetBox 29, Plane 110",
    "first page, growth": "DRF 1.1-1.4, NetBox 1.7, Plane 7.2 x at 10 x the rows",
    "page at 95 %, of the first": "DRF about 4, NetBox about 5 x",
    "update, history and log": "DRF 10, healthchecks 8.7, Plane 73, NetBox 266 x",
    "statements per update": "DRF 5, healthchecks 5, Plane 15, NetBox 77",
    "status report by network": "DRF 1.6-1.9, a loop per network 29-82 x",
    "statements per report": "DRF 2, a loop per network 802",
}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rows: tuple[int, ...]
    passes: int


FULL = Size(rows=(1_000, 10_000, 100_000), passes=40)
QUICK = Size(rows=(1_000, 10_000), passes=7)


# On a machine that others use too, the clock on the wall measures them. The table takes the
# CPU of both processes, ours and PostgreSQL's; the kept results have both.
def measure(size: Size) -> dict[str, Any]:
    """The same jobs over each number of milestones on file."""
    found: dict[str, Any] = {}
    with machines() as around:
        around.server.create("empty")
        _job(around, "empty", "tables")
        for number in size.rows:
            tell(f"Measuring over {number:,} milestones")
            database = f"rows{number}"
            around.copy("empty", database)
            _job(around, database, "world", str(number))
            found[str(number)] = _job(around, database, "measured", str(size.passes))
            tell(json.dumps(found[str(number)], indent=1))
    return found


def _job(around: Machines, database: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.lists", *arguments],
        cwd=ROOT,
        env=around.environment(database),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def rows(found: dict[str, Any]) -> list[tuple[str, Row]]:
    """What was measured, by the name under which the peers have it."""
    table: list[tuple[str, Row]] = []
    numbers = [number for number in found if int(number) >= 10_000]
    for number in numbers:
        jobs, of = found[number], f"{int(number):,} rows"
        for job, peer, goal in (
            ("list", "list of 50", 1.5),
            ("filter", "list of 50, by state and date", 1.5),
            ("update", "update, history and log", 6.0),
            ("summary", "status report by network", 1.3),
        ):
            times, by = jobs[job]["x bare, CPU"], jobs[job]["CPU ms"]
            shown = f"{times:.1f} x ({by['ours']:.0f} : {by['bare']:.1f} ms)"
            table.append((peer, (f"{peer}, {of}", shown, f"<= {goal} x", times <= goal)))
        deep = jobs["deep page"]["CPU ms"]["ours"] / jobs["list"]["CPU ms"]["ours"]
        peer = "page at 95 %, of the first"
        table.append((peer, (f"{peer}, {of}", f"{deep:.1f} x", "<= 1.2 x", deep <= 1.2)))
    return table + _statements(found) + _growth(found)


def _statements(found: dict[str, Any]) -> list[tuple[str, Row]]:
    most = found[max(found, key=int)]
    counted = {
        count for jobs in found.values() for count in jobs["list"]["statements by size"].values()
    }
    shown = ", ".join(map(str, sorted(counted)))
    good = max(counted) <= 3
    table = [("statements per list", ("statements per list of 10 / 50 / 200", shown, "<= 3", good))]
    for job, peer, goal in (
        ("update", "statements per update", 6),
        ("summary", "statements per report", 2),
    ):
        count = most[job]["statements"]
        table.append((peer, (peer, str(count), f"<= {goal}", count <= goal)))
    return table


def _growth(found: dict[str, Any]) -> list[tuple[str, Row]]:
    few, many = (choose(found, key=int) for choose in (min, max))
    times = found[many]["list"]["CPU ms"]["ours"] / found[few]["list"]["CPU ms"]["ours"]
    label = f"first page at {int(many) // int(few)} x the rows"
    return [("first page, growth", (label, f"{times:.1f} x", "<= 1.2 x", times <= 1.2))]


def table_of(found: dict[str, Any]) -> str:
    """The table, for people."""
    lines = [f"{'':46}{'measured':24}{'goal':9}{'':9}peers"]
    lines += [
        f"{label:46}{shown:24}{goal:9}{'reached' if good else 'MISSED':9}{PEERS[peer]}"
        for peer, (label, shown, goal, good) in rows(found)
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run, of a minute or two")
    asked = parser.parse_args()
    size, facts = (QUICK if asked.quick else FULL), host()
    found = measure(size)
    RESULTS.mkdir(exist_ok=True)
    name = f"api-{'quick' if asked.quick else 'full'}-{facts['at'][:19].replace(':', '')}.json"
    kept = {"host": facts, "size": vars(size), **found}
    (RESULTS / name).write_text(json.dumps(kept, indent=1) + "\n")
    tell(f"\n{table_of(found)}\n\nKept in benchmarks/results/{name}")


if __name__ == "__main__":
    main()
