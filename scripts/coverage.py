"""Every branch of the planner and the sender, by the quick tests about them: ``python -m scripts.coverage``.

The files stand in pyproject.toml, [tool.coverage.run], and the tests in [tool.mutmut], which
asks the same of them. Fails below 100 %. Arguments go through to pytest.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def arguments() -> list[str]:
    """What pytest is asked."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutmut"]
    tests: list[str] = asked["pytest_add_cli_args_test_selection"]
    report = ["--cov", "--cov-report=term-missing:skip-covered"]
    return [*tests, "--no-migrations", "-m", "not processes and not browser", *report]


def main() -> int:
    """Run them."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *arguments(), *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
