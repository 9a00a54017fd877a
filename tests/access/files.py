"""What people take with them: exports and papers, and the words in them once unpacked."""

from __future__ import annotations

import subprocess
from io import BytesIO
from zipfile import ZipFile, is_zipfile

_VERSION = {"pk": "reviewed_report.pk", "number": "=1"}
_DRAFT = {"pk": "report.pk"}
_PK = {"decision": {"pk": "decision.pk"}, "meeting": {"pk": "meeting.pk"}}
_KINDS = (
    "milestone",
    "deliverable",
    "risk",
    "amendment",
    "report",
    "review",
    "decision",
    "condition",
)
_GROUPS = ("programme", "country", "organisation", "funder", "work_package")

# The address, what it names, and the question behind it.
FILES: list[tuple[str, dict[str, str], str]] = [
    *(("status-report", {}, f"?format={ending}") for ending in ("csv", "xlsx", "pdf")),
    *(("status-report", {}, f"?format=csv&group_by={group}") for group in _GROUPS),
    ("status-report", {}, "?format=csv&as_of=2026-06-10"),
    ("api:status-report-list", {}, "?format=xlsx"),
    *(("status-rows", {}, f"?kind={kind}&figure=total") for kind in _KINDS),
    *(("api:status-rows-list", {}, f"?kind={kind}&figure=total") for kind in _KINDS),
    ("api:status-rows-list", {}, "?figure=overdue&as_of=2026-06-10"),
    *(("report-paper", {**_VERSION, "ending": f"={ending}"}, "") for ending in ("pdf", "docx", "json")),
    *(("report-draft-paper", {**_DRAFT, "ending": f"={ending}"}, "") for ending in ("pdf", "docx")),
    ("board-pack", {"slug": "programme.slug"}, ""),
    ("decision-letter", _PK["decision"], ""),
    ("meeting-pack", _PK["meeting"], ""),
]  # fmt: skip


def unpacked(content: bytes) -> bytes:
    """The words of a file: what is packed hides them from a search through its bytes."""
    if content.startswith(b"%PDF"):
        command = ["pdftotext", "-", "-"]
        return subprocess.run(command, input=content, capture_output=True, check=True).stdout
    if is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as book:
            return b"\n".join(book.read(name) for name in book.namelist())
    return content
