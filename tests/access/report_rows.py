"""A report that is being written, and one under review, in each network."""

from __future__ import annotations

from datetime import date
from typing import Any

from networks.models import Network, User
from reports.content import content_of, hash_of
from reports.models import (
    AgendaItem,
    Answer,
    Decision,
    Meeting,
    ProgressReport,
    ReportTemplate,
    ReportVersion,
    Review,
    ReviewRound,
    TemplateSection,
)
from tests.factories import NOW

DAY = date(2026, 2, 28)


def report_rows(network: Network, word: str, lead: User, reviewer: User) -> dict[str, Any]:
    """All rows of two reports; the review is under way, with the reviewer's own one begun."""
    template = ReportTemplate.objects.create(
        kind="interim", form="rppr", name=word, version=network.pk
    )
    section = TemplateSection.objects.create(
        template=template, position=1, key="b2", title=word, guidance=word
    )
    draft = _report(network, 1, template, state="draft")
    reviewed = _report(network, 2, template, state="under_review", handed_in_on=DAY)
    Answer.objects.create(report=reviewed, section=section, text=word)
    content = content_of(reviewed, at=NOW, version=1, submitted_by=lead)
    version = ReportVersion.objects.create(
        report=reviewed,
        number=1,
        submitted_at=NOW,
        submitted_by=lead,
        cut_off=DAY,
        template=template,
        content=content,
        sha256=hash_of(content),
    )
    round_ = ReviewRound.objects.create(
        network=network, report=reviewed, version=version, opened_at=NOW, reviews_due=DAY
    )
    review = Review.objects.create(
        round=round_,
        network=network,
        reviewer=reviewer,
        due_date=DAY,
        state="in_progress",
        assigned_at=NOW,
        declared_at=NOW,
    )
    meeting = Meeting.objects.create(programme=network.programme, held_on=DAY, title=word)
    AgendaItem.objects.create(meeting=meeting, round=round_, position=1)
    decision = Decision.objects.create(
        network=network,
        round=round_,
        meeting=meeting,
        outcome="continue",
        report_outcome="accepted",
        decided_on=DAY,
        present=3,
        quorum=2,
        votes_for=3,
        reasons=word,
        at=NOW,
    )
    return {
        "meeting": meeting,
        "decision": decision,
        "report": draft,
        "reviewed_report": reviewed,
        "answer": Answer.objects.create(report=draft, section=section, text=word),
        "report_version": version,
        "review_round": round_,
        "review": review,
    }


def _report(network: Network, number: int, template: Any, **fields: Any) -> ProgressReport:
    year = 2024 + number
    return ProgressReport.objects.create(
        network=network,
        number=number,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        cut_off=date(year, 12, 31),
        due_date=date(year + 1, 2, 28),
        template=template,
        **fields,
    )
