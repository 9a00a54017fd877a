"""Make the planner and the sender wrong, bit by bit; tests must notice: ``python -m scripts.mutation``.

What is mutated, and by which tests it is judged, stands in pyproject.toml, [tool.mutmut].
Arguments go through to mutmut (names of mutants; none: all of them). Fails below 90 %.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "mutants" / "mutmut-cicd-stats.json"
WANTED = 90.0


def main() -> int:
    """Run, list the survivors, and judge."""
    for command in (["run", *sys.argv[1:]], ["results"], ["export-cicd-stats"]):
        subprocess.run([sys.executable, "-m", "mutmut", *command], cwd=ROOT, check=False)
    figures = json.loads(FIGURES.read_text())
    judged = figures["total"] - figures["skipped"]
    noticed = figures["killed"] + figures["timeout"]
    share = 100 * noticed / judged if judged else 0.0
    sys.stdout.write(f"{noticed} of {judged} mutants noticed: {share:.1f} %\n")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
