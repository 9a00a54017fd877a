"""Rows of reports as papers: a submitted version, or a draft as it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from networks.models import Network
from reports.content import content_of, for_audience, is_untouched
from reports.models import ProgressReport, ReportVersion
from reports.papers.document import Submission, report_paper
from reports.papers.forms import parts_of
from reports.papers.parts import Paper
from reports.papers.typesetting import typeset

TEMPLATE = "document.typ"


def submission_of(version: ReportVersion, network: Network) -> Submission:
    """What the cover says; names are those of the day of submission where they were frozen."""
    frozen = version.content["meta"].get("submitted_by")
    return Submission(
        at=version.submitted_at,
        version=version.number,
        by=str(frozen or version.submitted_by or ""),
        on_behalf_of=str(version.on_behalf_of or ""),
        sha256=version.sha256,
        intact=is_untouched(version),
        zone=network.time_zone,
    )


def version_paper(version: ReportVersion, *, audience: str, form: str = "") -> Paper:
    """A submitted version as an audience reads it."""
    submission = submission_of(version, version.report.network)
    return report_paper(version.content, submission, audience=audience, form=form)


def draft_paper(report: ProgressReport, *, at: datetime, form: str = "") -> Paper:
    """A draft as it stands, for insiders: marked as one on every page."""
    content = content_of(report, at=at)
    submission = Submission(at=at, version=0, zone=report.network.time_zone)
    return report_paper(content, submission, audience="staff", form=form)


def as_pdf(paper: Paper) -> bytes:
    """Any paper as a tagged PDF."""
    return typeset(TEMPLATE, paper.as_data(), stamp=paper.stamp)


def version_json(version: ReportVersion, *, audience: str, form: str = "") -> dict[str, Any]:
    """The stored content as an audience reads it, and in which order a form shows it.

    ``complete`` says whether this is all that was stored: then ``sha256`` can be computed
    again from ``content`` (canonical JSON, RFC 8785).
    """
    content = for_audience(version.content, "public" if form == "lay" else audience)
    meta = content["meta"]
    own = (meta["template"] or {}).get("form", "")
    return {
        "report": version.report_id,
        "version": version.number,
        "submitted_at": version.submitted_at.astimezone(UTC).isoformat(),
        "sha256": version.sha256,
        "intact": is_untouched(version),
        "complete": content == version.content,
        "form": form or own,
        "headings": [
            {
                "number": part.number,
                "title": part.title,
                "sections": [section["key"] for section in part.sections],
                "facts": [name for name in part.facts if name in content["facts"]],
            }
            for part in parts_of(content["sections"], form, own=own, kind=meta["kind"])
        ],
        "content": content,
    }


def file_name(report: ProgressReport, number: int, form: str, ending: str) -> str:
    """What a file is called on the reader's machine: AURORA-PR1-v2-rppr.pdf."""
    version = f"v{number}" if number else "draft"
    return (
        "-".join(filter(None, [plain(report.network.acronym), report.code, version, form]))
        + f".{ending}"
    )


def plain(name: str) -> str:
    """A name as a part of a file's name, on any machine."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "network"
