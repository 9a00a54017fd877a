"""Make .venv and fill it from one hashed requirements file: `python install.py demo`.

Only the standard library is used, since this runs before anything is installed. Plain pip
does the work: it is the one client that follows the machine's own pip configuration
(mirror, certificate), and it compiles the byte code, so that the first start is quick.
"""

import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NO_PIP = (
    "This Python can make no virtual environment with pip in it: it has neither ensurepip "
    "nor pip. Install one of them (on Debian and Ubuntu: apt install python3-venv) and "
    "start again."
)


def has(module: str) -> bool:
    """Say whether the running interpreter has this module."""
    return importlib.util.find_spec(module) is not None


def pip_command() -> list[str]:
    """Return the pip that fills .venv: its own, else the machine's, pointed at it."""
    python = str(VENV / "bin" / "python")
    own = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
    if own.returncode == 0:
        return [python, "-m", "pip"]
    # Debian keeps ensurepip in a package of its own. A pip of the machine can serve
    # another environment, and PEP 668 does not stand in its way there.
    return [sys.executable, "-m", "pip", "--python", python]


def make_venv() -> None:
    """Make .venv when there is none, with pip inside wherever that can be had."""
    if (VENV / "bin" / "python").exists():
        return
    if not has("ensurepip") and not has("pip"):
        sys.exit(NO_PIP)
    venv.create(VENV, with_pip=has("ensurepip"), symlinks=True)


def main(group: str) -> int:
    """Install requirements/<group>.txt into .venv and return pip's exit code."""
    make_venv()
    requirements = str(ROOT / "requirements" / f"{group}.txt")
    # Only errors: a note about one of several mirrors is none. The file names all that is
    # needed, and pips before 23.3 would look up a dependency with an extra ("coverage[toml]")
    # past the file, and refuse the day on which a newer one comes out.
    options = ["install", "-qq", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    return subprocess.run(
        [*pip_command(), *options, "--requirement", requirements], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
