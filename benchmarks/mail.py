"""``make bench-mail``: the morning mail against a raw SMTP connection, in one run.

Prints a table with the goals and the peers' figures, and writes benchmarks/results/*.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machines import machines
from benchmarks.measuring import FULL, NEAR, QUICK, Mails, Size, planning
from scripts.check import ROOT

RESULTS = Path(__file__).resolve().parent / "results"
# Measured beside a raw connection of 1,144 mails/s with short plain texts: shared/performance.md.
PEERS = {
    "one worker, share of raw": "send_mail 34 %, healthchecks 2 %, ColdFront 3 %",
    "two workers, share of raw": "Celery task per mail 30 %",
    "SQL statements per mail": "healthchecks 10-17, ColdFront 19",
    "seconds to plan among many / few": "",
    "after kill -9: seconds for the rest": "Celery: 6-9 of 1,000 stuck for an hour",
    "after kill -9: lost": "healthchecks 1 of 300",
    "after kill -9: doubled": "ColdFront 152 of 300",
}
Row = tuple[str, str, str, bool]


def measure(size: Size, steps: set[str]) -> dict[str, Any]:
    """Run the steps that were asked for."""
    found: dict[str, Any] = {}
    with machines() as around:
        mails = Mails(around, size)
        if steps - {"plan"}:
            tell("Making the rows, planning the mails, sending them once")
            found["mails"] = mails.prepare()
        for name, run in (
            ("throughput", mails.throughput),
            ("statements", mails.statements),
            ("kill", mails.kill),
            ("plan", lambda: planning(around, size)),
        ):
            if name in steps:
                tell(f"Measuring: {name}")
                found[name] = run()
                tell(json.dumps(found[name], indent=1))
    return found


def rows(found: dict[str, Any]) -> list[Row]:
    """What was measured, the goal, and whether it is reached."""
    table: list[Row] = []
    if "throughput" in found:
        for name, goal in (("one", 0.5), ("two", 0.8)):
            share, rate = (found["throughput"][key][name] for key in ("share of raw", "mails/s"))
            label = f"{name} worker{'s' if name == 'two' else ''}, share of raw"
            table.append((label, f"{share:.0%} ({rate:.0f}/s)", f">= {goal:.0%}", share >= goal))
    if "statements" in found:
        number = found["statements"]["per mail"]
        table.append(("SQL statements per mail", f"{number:.2f}", "<= 1", number <= 1))
    if "plan" in found:
        times, seconds = found["plan"]["times"], found["plan"]["seconds"]
        shown = f"{times:.2f} x ({', '.join(f'{each:.2f}' for each in seconds.values())} s)"
        table.append(("seconds to plan among many / few", shown, "<= 2 x", times <= 2))
    if "kill" in found:
        kill = found["kill"]
        seconds = kill["seconds until the rest was out"]
        rest = f"{seconds:.0f} s, {kill['in doubt, listed']} listed as in doubt"
        table.append(("after kill -9: seconds for the rest", rest, "< 60 s", seconds < 60))
        for name in ("lost", "doubled"):
            table.append((f"after kill -9: {name}", str(kill[name]), "0", kill[name] == 0))
    return table


def table_of(found: dict[str, Any]) -> str:
    """The table, for people."""
    lines = [f"{'':38}{'measured':26}{'goal':9}{'':7}peers"]
    lines += [
        f"{label:38}{shown:26}{goal:9}{'reached' if good else 'MISSED':9}{PEERS[label]}"
        for label, shown, goal, good in rows(found)
    ]
    if "throughput" in found:
        rates, cpu = (found["throughput"][key] for key in ("mails/s", "sender CPU ms/mail"))
        lines += [
            "",
            f"Raw: {rates['raw']:.0f} mails/s of {found['throughput']['bytes each']} bytes. "
            f"Sender's CPU per mail: raw {cpu['raw']:.2f} ms, one worker {cpu['one']:.2f} ms, "
            f"two {cpu['two']:.2f} ms.",
        ]
    return "\n".join(lines)


def host() -> dict[str, Any]:
    """On what it was measured."""
    git = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),  # noqa: TID251 - a command
        "commit": git.stdout.strip(),
        "cores": os.cpu_count(),
        "load before": os.getloadavg()[0],
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def tell(line: str) -> None:
    """Say it at once."""
    print(line, flush=True)


STEPS = ("throughput", "statements", "kill", "plan")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run, of a few minutes")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=STEPS)
    asked = parser.parse_args()
    size, facts = (QUICK if asked.quick else FULL), host()
    found = measure(size, set(asked.only))
    RESULTS.mkdir(exist_ok=True)
    name = f"mail-{'quick' if asked.quick else 'full'}-{facts['at'][:19].replace(':', '')}.json"
    kept = {"host": facts, "size": vars(size), "few": NEAR, **found}
    (RESULTS / name).write_text(json.dumps(kept, indent=1) + "\n")
    tell(f"\n{table_of(found)}\n\nKept in benchmarks/results/{name}")


if __name__ == "__main__":
    main()
