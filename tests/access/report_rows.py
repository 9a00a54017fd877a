"""A report that is being written, and one under review, in each network."""

from __future__ import annotations

from datetime import date
from typing import Any

from networks.models import Network, User
from reports.models import (
    AgendaItem,
    Answer,
    Condition,
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
    draft = _report(network, 21, template, state="draft")
    reviewed = _report(network, 22, template, state="under_review", handed_in_on=DAY)
    version = ReportVersion.objects.create(
        report=reviewed,
        number=1,
        submitted_at=NOW,
        submitted_by=lead,
        cut_off=DAY,
        template=template,
        content={"sections": [{"text": word}]},
        sha256="0" * 64,
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
    return _decided(network, template, version, reviewer, round_) | {
        "report": draft,
        "reviewed_report": reviewed,
        "answer": Answer.objects.create(report=draft, section=section, text=word),
        "report_version": version,
        "review_round": round_,
        "review": review,
    }


def _decided(
    network: Network, template: Any, version: ReportVersion, reviewer: User, under_way: ReviewRound
) -> dict[str, Any]:
    """A report that was accepted with a condition; the one under way is on an agenda."""
    report = _report(network, 23, template, state="accepted")
    frozen = ReportVersion.objects.create(
        report=report,
        number=1,
        submitted_at=NOW,
        submitted_by=version.submitted_by,
        cut_off=DAY,
        template=template,
        content=version.content,
        sha256="0" * 64,
    )
    round_ = ReviewRound.objects.create(
        network=network,
        report=report,
        version=frozen,
        opened_at=NOW,
        reviews_due=DAY,
        state="decided",
    )
    Review.objects.create(
        round=round_,
        network=network,
        reviewer=reviewer,
        due_date=DAY,
        state="submitted",
        recommendation="continue",
        assigned_at=NOW,
        declared_at=NOW,
        submitted_at=NOW,
    )
    meeting = Meeting.objects.create(programme=network.programme, held_on=DAY, title="M")
    decision = Decision.objects.create(
        network=network,
        round=round_,
        meeting=meeting,
        outcome="continue_with_conditions",
        report_outcome="accepted",
        decided_on=DAY,
        present=3,
        quorum=3,
        votes_for=3,
        at=NOW,
    )
    return {
        "meeting": meeting,
        "agenda_item": AgendaItem.objects.create(meeting=meeting, round=under_way, position=1),
        "decision": decision,
        "condition": Condition.objects.create(
            network=network, decision=decision, number=1, text="C", due_date=DAY
        ),
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
