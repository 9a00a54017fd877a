"""A submitted version as a paper: its answers and frozen facts, for one kind of reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from django.utils import translation

from networks.clock import Today
from reports.content import for_audience
from reports.models import ReportKind
from reports.papers.facts import blocks_of, label
from reports.papers.forms import FORMS, Part, parts_of
from reports.papers.parts import Block, Heading, Note, Paper, Prose, Signature, clean, day

NOTHING = "Nothing to report."
UNANSWERED = "Not answered."
TAMPERED = (
    "Warning: the stored content of this version no longer has the SHA-256 that was "
    "written down when it was submitted. It was altered afterwards."
)


@dataclass(frozen=True, slots=True)
class Submission:
    """What the cover says of the version beyond its content."""

    at: datetime
    # 0: a draft, which was not submitted.
    version: int
    by: str = ""
    on_behalf_of: str = ""
    sha256: str = ""
    intact: bool = True
    # Where the network is: a paper dates what was handed in by its calendar.
    zone: str = "UTC"

    @property
    def on(self) -> date:
        """The date of the submission, or of the draft, where the network is."""
        return Today.at(self.at).in_zone(self.zone)

    @property
    def is_draft(self) -> bool:
        return self.version == 0


# The same paper for every reader: codes are worded in English, whoever asks.
@translation.override("en")
def report_paper(
    content: dict[str, Any],
    submission: Submission,
    *,
    audience: str,
    form: str = "",
) -> Paper:
    """The paper of a version: what an audience may read, in the order of a form."""
    seen = for_audience(content, "public" if form == "lay" else audience)
    meta = seen["meta"]
    own = (meta["template"] or {}).get("form", "")
    blocks: list[Block] = []
    if not submission.intact:
        blocks.append(Note(TAMPERED, "warn"))
    for part in parts_of(seen["sections"], form, own=own, kind=meta["kind"]):
        # A number of the form's own order says nothing to the public, who reads one part of it.
        shown = replace(part, number="") if form == "lay" else part
        blocks.extend(part_blocks(shown, seen["facts"]))
    if len(blocks) == 0:
        blocks.append(Note("This report has no sections that you may read here."))
    if form != "lay":
        blocks.append(signature(submission, str(meta["network"]["acronym"])))
    return Paper(
        title=title_of(meta),
        subtitle=f"{clean(meta['network']['acronym'])}: {clean(meta['network']['title'])}",
        sender=clean(meta["programme"]["name"]),
        cover=tuple(cover(meta, submission, form)),
        marks=tuple(marks(submission)),
        stamp=submission.at,
        blocks=tuple(blocks),
        foot=foot(meta, submission),
        watermark="DRAFT" if submission.is_draft else "",
    )


def title_of(meta: dict[str, Any]) -> str:
    """What the report is called: Interim report 3, 1 Jan 2026 to 31 Dec 2026."""
    start, end = meta["period_start"], meta["period_end"]
    kind = label(meta["kind"], ReportKind)
    return f"{kind} {meta['number']}, {day(start)} to {day(end)}"


def marks(submission: Submission) -> Iterable[str]:
    """What must not be overlooked."""
    if submission.is_draft:
        yield "Draft"
    elif submission.version > 1:
        yield f"Revised: version {submission.version}"


def cover(meta: dict[str, Any], submission: Submission, form: str) -> Iterable[tuple[str, str]]:
    """The names and values below the title."""
    network, template = meta["network"], meta["template"] or {}
    yield "Award", clean(network["reference"])
    if lead := network["lead"]:
        yield "Lead", ", ".join(filter(None, [clean(lead["name"]), clean(lead["organisation"])]))
    yield "Award period", f"{day(network['starts'])} to {day(network['ends'])}"
    if form != "lay":
        yield "Facts as of", day(meta["cut_off"])
        yield "Due", day(meta["due_date"])
    if submission.is_draft:
        yield "Status", f"Draft of {day(submission.on)}, not submitted"
    else:
        yield "Submitted", submitted(submission)
        yield "Version", str(submission.version)
    if form and form != template.get("form"):
        yield "Shown as", FORMS[form]
    elif template:
        yield "Form", f"{clean(template['name'])}, version {template['version']}"


def submitted(submission: Submission) -> str:
    """By whom, for whom and when."""
    words = f"{day(submission.on)} by {clean(submission.by) or 'a person who has left'}"
    if submission.on_behalf_of:
        words += f" on behalf of {clean(submission.on_behalf_of)}"
    return words


def foot(meta: dict[str, Any], submission: Submission) -> str:
    """What stands on every page, so that each can be told from any other version's."""
    name = f"{clean(meta['network']['acronym'])} · {clean(meta['network']['reference'])}"
    if submission.is_draft:
        return f"{name} · draft of {day(submission.on)}"
    return f"{name} · version {submission.version}\nSHA-256 {submission.sha256}"


def part_blocks(part: Part, facts: dict[str, Any]) -> list[Block]:
    """One heading with its answers, then the facts beside them."""
    found: list[Block] = [Heading(clean(part.title), number=clean(part.number))]
    several = len(part.sections) > 1
    for section in part.sections:
        if several:
            found.append(Heading(clean(section["title"]), level=2))
        found.append(answer(section))
    for name in part.facts:
        found.extend(blocks_of(name, facts))
    return found


def answer(section: dict[str, Any]) -> Block:
    """What was written, or that there is nothing to report."""
    text = clean(section.get("text"))
    if text.strip():
        return Prose(text)
    return Note(NOTHING if section.get("nothing") else UNANSWERED)


def signature(submission: Submission, network: str) -> Block:
    """The line to sign on; what was submitted here is signed by the act of submitting it."""
    if submission.is_draft:
        return Note("This is a draft. It was not submitted.")
    moment = submission.at.astimezone(UTC)
    signed = f"Submitted electronically on {day(moment)} at {moment:%H:%M} UTC"
    return Signature(
        name=clean(submission.on_behalf_of or submission.by),
        role=f"for the network {clean(network)}",
        day=signed,
    )
