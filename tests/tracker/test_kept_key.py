"""Commands by hand on the demo's data, as the README shows them."""

import subprocess
import sys
from pathlib import Path

from tests.servers.processes import ROOT, clean_environment

ASK = "import tracker.settings as s; print(s.SECRET_KEY)"


def key_of(data: Path, **variables: str) -> str:
    env = {**clean_environment(DATA_DIR=str(data)), "SECRET_KEY": "", **variables}
    ended = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_a_command_by_hand_uses_the_key_the_demo_made(tmp_path):
    (tmp_path / "secret_key").write_text("made by the demo\n")
    assert key_of(tmp_path) == "made by the demo"


def test_the_environment_goes_before_the_kept_key(tmp_path):
    (tmp_path / "secret_key").write_text("made by the demo\n")
    assert key_of(tmp_path, SECRET_KEY="given") == "given"


def test_without_either_the_key_is_the_one_that_production_refuses(tmp_path):
    assert key_of(tmp_path) == "insecure-key-for-development-only"
