"""Excel workbooks, opened by a child process with limits of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from milestones.importing.limits import CHILD_SECONDS
from milestones.importing.tables import Table, UnreadableFile

_ROOT = Path(__file__).resolve().parent.parent.parent
_AGAIN = "Open it in the spreadsheet, copy the tables to a new workbook and save that as .xlsx."


def read_xlsx(file: str, content: bytes) -> list[Table]:
    """One table for each sheet that holds anything. Raises UnreadableFile."""
    answer = _ask_child(content)
    if "wrong" in answer:
        raise UnreadableFile(answer["wrong"], answer["mend"])
    sheets = answer["sheets"]
    if not sheets:
        raise UnreadableFile("All of its sheets are empty.", "Send the workbook with the tables.")
    return [
        Table(file, sheet["rows"], sheet=sheet["name"] if len(sheets) > 1 else "", read_as="Excel")
        for sheet in sheets
    ]


def _ask_child(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", "milestones.importing.xlsx_child"]
    # Nothing of our own environment (secrets, database address) reaches the child.
    environment = {"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the file goes to its standard input
            command,
            input=content,
            capture_output=True,
            timeout=CHILD_SECONDS + 5,
            cwd=_ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile("Reading it takes far too long.", _AGAIN) from error
    if done.returncode != 0:
        # The child was stopped by its limits, or the file broke the reader.
        raise UnreadableFile(
            "It takes more memory or time to read than any plan needs, or it is damaged.", _AGAIN
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
