"""Make the planner and the sender wrong, bit by bit; tests must notice: ``python -m scripts.mutation``.

What is mutated, and by which tests it is judged, stands in pyproject.toml, [tool.mutmut].
``--sample 150 --seed 1`` judges so many mutants, drawn at random from all of them, and says
how sure that makes of the rate; without it all are judged, which takes hours. Other arguments
go through to mutmut (names of mutants). Fails below 90 %.
"""

import argparse
import json
import math
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "mutants" / "mutmut-cicd-stats.json"
WANTED = 90.0
# Of the normal distribution: 95 of 100 such intervals hold the true rate.
SURE = 1.959964
# A mutant that lets a test run for ever is noticed too.
NOTICED = {"killed", "timeout", "caught by type check"}
# Not judged: mutmut was told to leave these out, or has not come to them.
UNJUDGED = {"skipped", "not checked"}


def main() -> int:
    """Run, list the survivors, and judge."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    known, rest = parser.parse_known_args()
    return judge_sample(known.sample, known.seed) if known.sample else judge_all(rest)


def judge_all(arguments: list[str]) -> int:
    """Every mutant, or those that are named."""
    for command in (["run", *arguments], ["results"], ["export-cicd-stats"]):
        mutmut(*command)
    figures = json.loads(FIGURES.read_text())
    return verdict(figures["killed"] + figures["timeout"], figures["total"] - figures["skipped"])


def judge_sample(number: int, seed: int) -> int:
    """Some mutants, each as likely as any other."""
    # A name that no mutant has: mutmut makes the mutants, asks which test touches which, and
    # then has nothing to do.
    mutmut("run", "no-mutant-has-this-name")
    names = sorted(states())
    chosen = random.Random(seed).sample(names, min(number, len(names)))  # noqa: S311
    say(f"{len(chosen)} of {len(names)} mutants, seed {seed}")
    mutmut("run", *chosen)
    found = states()
    judged = [name for name in chosen if found[name] not in UNJUDGED]
    for name in judged:
        if found[name] not in NOTICED:
            say(f"    {name}: {found[name]}")
    noticed = sum(found[name] in NOTICED for name in judged)
    low, high = wilson(noticed, len(judged))
    say(f"Of all of them between {low:.1%} and {high:.1%} (Wilson, 95 %)")
    return verdict(noticed, len(judged))


def verdict(noticed: int, judged: int) -> int:
    """Say the rate; the exit code."""
    share = 100 * noticed / judged if judged else 0.0
    say(f"{noticed} of {judged} mutants noticed: {share:.1f} %")
    return 0 if share >= WANTED else 1


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's interval for a rate: honest also near 0 and 1, and for few tries."""
    if not tries:
        return 0.0, 1.0
    rate, square = hits / tries, SURE**2 / tries
    middle = rate + square / 2
    spread = SURE * math.sqrt(rate * (1 - rate) / tries + square / (4 * tries))
    return (middle - spread) / (1 + square), (middle + spread) / (1 + square)


def states() -> dict[str, str]:
    """What became of each mutant, by its name."""
    listed = mutmut("results", "--all", "True", kept=True)
    return dict(line.strip().split(": ", 1) for line in listed.splitlines() if ": " in line)


def mutmut(*arguments: str, kept: bool = False) -> str:
    """Run mutmut; returns what it says, if that shall be kept."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE if kept else None
    )
    return done.stdout or ""


def say(line: str) -> None:
    """Print at once: it runs for long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
