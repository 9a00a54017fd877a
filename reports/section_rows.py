"""The sections of a report with what is written in them, for the page and the API."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from reports.content import template_for, word_count
from reports.models import Answer, ProgressReport, TemplateSection


def section_rows(report: ProgressReport) -> list[dict[str, Any]]:
    """Each section of a report with what is written in it: two queries."""
    template = template_for(report)
    if template is None:
        return []
    answers = Answer.objects.filter(report=report).select_related("changed_by")
    written = {answer.section_id: answer for answer in answers}
    return [
        section_row(report, section, written.get(section.pk))
        for section in template.sections.order_by("position")
    ]


def section_row(report: ProgressReport, section: TemplateSection, answer: Any) -> dict[str, Any]:
    """What the form of one section shows."""
    text = answer.text if answer else ""
    return {
        "section": section,
        "answer": answer,
        "text": text,
        "version": answer.version if answer else 0,
        "words": word_count(text),
        "is_over": bool(section.word_limit and word_count(text) > section.word_limit),
        "url": reverse("progress-report-section", args=[report.pk, section.key]),
    }
