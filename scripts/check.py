"""What must hold before a commit lands: ``python -m scripts.check`` runs all and sums up."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["tracker", "notifications", "reports", "milestones", "networks"]
PYTHON = [sys.executable, "-m"]
# Settings as a production start has them; nothing here is a real secret or a real host.
PRODUCTION = {
    "SECRET_KEY": "only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKL",
    "SITE_URL": "https://tracker.example.org",
    "ALLOWED_HOSTS": "tracker.example.org",
    "DATABASE_URL": "postgres://tracker@localhost:5432/tracker",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp+tls://tracker@relay.example.org:587",
    "DEFAULT_FROM_EMAIL": "Network Tracker <tracker@example.org>",
    "BEHIND_PROXY": "1",
    "WEB_CONCURRENCY": "3",
    "DEBUG": "0",
}
# makemigrations compares with the records of a database; the check needs no server for it.
WITHOUT_SERVER = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "WEB_CONCURRENCY": "1"}
MANAGE = [sys.executable, "manage.py"]
STEPS: dict[str, list[str]] = {
    "style": [*PYTHON, "ruff", "check", "."],
    "format": [*PYTHON, "ruff", "format", "--check", "."],
    "types": [*PYTHON, "mypy", *APPS, "scripts", "benchmarks"],
    "layers": [str(Path(sys.executable).parent / "lint-imports")],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "production": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def run(name: str, command: list[str]) -> bool:
    """Run one step; its own output says what is wrong."""
    sys.stdout.write(f"--- {name}\n")
    sys.stdout.flush()
    settings = WITHOUT_SERVER if name == "migrations" else PRODUCTION
    return (
        subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=False).returncode
        == 0
    )


def main() -> int:
    """Run every step, also after a failure, and name those that failed."""
    failed = [name for name, command in STEPS.items() if not run(name, command)]
    sys.stdout.write(f"Failed: {', '.join(failed)}\n" if failed else "All checks passed.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
