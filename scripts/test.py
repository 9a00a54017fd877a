"""Run the one suite twice, on SQLite and on a private PostgreSQL: ``python -m scripts.test``.

Arguments go through to pytest. The exit code is that of the worse run. Without
PostgreSQL's programs the second run is left out, loudly; with REQUIRE_SERVERS=1 that fails.
With --once there is no second run: for tests that choose their databases themselves.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts import coverage
from scripts.variables import declared_variables
from tests.servers import Missing, postgres

ROOT = Path(__file__).resolve().parent.parent
# Settings of the product, exported in a developer's shell, must not reach the tests.
OURS = declared_variables()
# Pages look the same on either database, and some tests choose their database themselves.
NOT_TWICE = "not browser and not sqlite_only"
# Threads that write at once lock each other out of an SQLite in memory by whole tables.
NOT_IN_MEMORY = "not postgres_only"
# Nor does the second database change what asks none: tests/conftest.py leaves that out.
ASK_AGAIN = {"TESTS_OF_THE_DATABASE": "1"}
NO_TESTS = 5


def environment(**variables: str) -> dict[str, str]:
    """Compose the run's environment: the machine's, less the product's, plus the given."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    # Hundreds of processes are started: each would compile all of our modules for itself.
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, **variables}


def run(label: str, arguments: Sequence[str], env: dict[str, str]) -> tuple[int, str]:
    """Run pytest, pass its output on as it comes, and return the code and the closing line."""
    say(f"\n=== Tests on {label} ===")
    # Each worker goes through its half in order, so that what a module builds is built once; who
    # is done first takes from the other's end.
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments]
    closing = "no closing line"
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            say(line.rstrip("\n"))
            if line.startswith("==="):
                closing = line.strip("=\n ")
    return process.returncode, closing


def say(line: str) -> None:
    """Print at once: CI and people watch a long run."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def both(expression: str, rest: Sequence[str], *, once: bool = False) -> list[tuple[str, int, str]]:
    """Run on SQLite, then on PostgreSQL, which also serves the first run's process tests."""
    in_memory = f"({expression}) and {NOT_IN_MEMORY}" if expression else NOT_IN_MEMORY
    try:
        server = postgres.start()
    except Missing as missing:
        return [
            ("SQLite", *run("SQLite", marked(in_memory, rest), environment())),
            absent(missing),
        ]
    try:
        shared = environment(TEST_DATABASE_URL=server.url)
        first = run("SQLite", marked(in_memory, rest), shared)
        if once:
            return [("Once", *first)]
        second = run(
            "PostgreSQL",
            marked(f"({expression}) and {NOT_TWICE}" if expression else NOT_TWICE, rest),
            {**shared, **ASK_AGAIN, "DATABASE_URL": server.database_url("tracker")},
        )
        found = [("SQLite", *first), ("PostgreSQL", *second)]
        if not expression and not rest:
            # Measured apart: it would slow all the other tests down by half.
            found.append(("Branches", *run("SQLite, by branch", coverage.arguments(), shared)))
        return found
    finally:
        server.stop()


def marked(expression: str, rest: Sequence[str]) -> list[str]:
    """Put the marker expression, if any, before the other arguments."""
    return [*(["-m", expression] if expression else []), *rest]


def absent(missing: Missing) -> tuple[str, int, str]:
    """Count the missing half: loud on a person's machine, a failure in CI."""
    strict = os.environ.get("REQUIRE_SERVERS") == "1"
    return ("PostgreSQL", 1 if strict else NO_TESTS, f"NOT RUN. {missing}")


def main() -> int:
    """Run both halves, print both closing lines, and return the exit code."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("-m", dest="expression", default="")
    parser.add_argument("--once", action="store_true")
    known, rest = parser.parse_known_args()
    results = both(known.expression, rest, once=known.once)
    say("")
    for label, _, closing in results:
        say(f"{label}: {closing}")
    codes = [code for _, code, _ in results]
    if all(code == NO_TESTS for code in codes):
        return NO_TESTS
    return max((code for code in codes if code != NO_TESTS), default=0)


if __name__ == "__main__":
    sys.exit(main())
