"""Putting a report's content together."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from networks.models import Member, Partner
from reports.content import around, plan
from reports.content.plan import iso
from reports.content.window import Window
from reports.models import Answer, ProgressReport, ReportTemplate, TemplateSection

if TYPE_CHECKING:
    from networks.models import User

FORM = 1
# Which sections an audience reads: each sees what the next wider one sees, and more.
AUDIENCES: dict[str, tuple[str, ...]] = {
    "public": ("public",),
    "committee": ("public", "committee"),
    "staff": ("public", "committee", "staff"),
}
# The ready template of programmes that have not chosen one.
DEFAULT_FORM = ReportTemplate.Form.RPPR


def content_of(
    report: ProgressReport,
    *,
    at: datetime,
    version: int | None = None,
    submitted_by: User | None = None,
) -> dict[str, Any]:
    """All that any rendering shows, in a fixed number of queries (see the package)."""
    window = Window.of(report, at)
    template = template_for(report)
    meta = _meta(window, template)
    meta |= {
        "version": version,
        "submitted_at": at.astimezone(UTC).isoformat() if version else None,
        "submitted_by": str(submitted_by) if submitted_by else None,
    }
    return {
        "form": FORM,
        "meta": meta,
        "sections": _sections(report, template),
        "facts": _facts(window),
    }


def for_audience(content: dict[str, Any], audience: str) -> dict[str, Any]:
    """The content without the sections of others; the public gets no figures. KeyError else."""
    shown = AUDIENCES[audience]
    sections = [each for each in content["sections"] if each["audience"] in shown]
    facts = content["facts"] if audience != "public" else {}
    return {**content, "sections": sections, "facts": facts}


def template_for(report: ProgressReport) -> ReportTemplate | None:
    """The version it was begun with, or what it would be begun with now."""
    if report.template is not None:
        return report.template
    rows = ReportTemplate.objects.filter(kind=report.kind)
    own = rows.filter(programme_id=report.network.programme_id, is_current=True).first()
    ready = rows.filter(programme__isnull=True, form=DEFAULT_FORM).order_by("-version")
    chosen: ReportTemplate | None = own or ready.first()
    return chosen


def word_count(text: str) -> int:
    """How many words a limit counts: what stands between spaces."""
    return len(re.findall(r"\S+", text))


def _meta(window: Window, template: ReportTemplate | None) -> dict[str, Any]:
    report, network = window.report, window.network
    return {
        "network": {
            "reference": network.reference,
            "acronym": network.acronym,
            "title": network.title,
            "starts": network.starts.isoformat(),
            "ends": network.ends.isoformat(),
            "grant_doi": network.grant_doi,
            "raid": network.raid,
            "award_amount": None if network.award_amount is None else f"{network.award_amount:.2f}",
            "award_currency": network.award_currency,
            "lay_summary": network.lay_summary,
            "lead": _lead(window),
        },
        "programme": {"slug": network.programme.slug, "name": network.programme.name},
        "code": report.code,
        "number": report.number,
        "kind": report.kind,
        "period_start": report.period_start.isoformat(),
        "period_end": report.period_end.isoformat(),
        "cut_off": report.cut_off.isoformat(),
        "due_date": report.due_date.isoformat(),
        "since": iso(window.since),
        "template": _template(template) if template else None,
    }


def _template(template: ReportTemplate) -> dict[str, Any]:
    names = ("form", "name", "version", "kind")
    return {name: getattr(template, name) for name in names}


def _lead(window: Window) -> dict[str, Any] | None:
    held = Member.objects.current(window.until).filter(network=window.network, role="lead")
    lead = held.select_related("user", "partner__organisation").order_by("pk").first()
    if lead is None:
        return None
    home = lead.partner.organisation if lead.partner else _coordinator(window)
    return {
        "name": str(lead.user),
        "orcid": lead.user.orcid,
        "organisation": home.name if home else "",
        "country": home.country if home else "",
    }


def _coordinator(window: Window) -> Any:
    rows = Partner.objects.filter(network=window.network, kind=Partner.Kind.COORDINATOR)
    row = rows.select_related("organisation").order_by("number_key", "pk").first()
    return row.organisation if row else None


def _sections(report: ProgressReport, template: ReportTemplate | None) -> list[dict[str, Any]]:
    if template is None:
        return []
    written = {answer.section_id: answer for answer in Answer.objects.filter(report=report)}
    rows = template.sections.order_by("position")
    return [_section(section, written.get(section.pk)) for section in rows]


def _section(section: TemplateSection, answer: Answer | None) -> dict[str, Any]:
    text = answer.text if answer else ""
    return {
        "key": section.key,
        "number": section.number,
        "title": section.title,
        "audience": section.audience,
        "text": text,
        "nothing": bool(answer and answer.nothing_to_report),
        "words": word_count(text),
        "word_limit": section.word_limit,
        "required": section.required,
        "facts": section.facts,
    }


def _facts(window: Window) -> dict[str, Any]:
    told = plan.stories(window)
    return {
        "items": plan.items(window, told),
        "changes": plan.changes(window, told),
        "forecast": plan.forecast(window, told),
        "risks": around.risks(window),
        "people": around.people(window),
        "outputs": around.outputs(window),
        "effort": around.effort(window),
        "conditions": around.conditions(window),
    }
