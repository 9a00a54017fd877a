"""The staff's check of a submitted report: complete, or back with notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from reports.access import require
from reports.models import ProgressReport, ReviewRound, SectionNote, TemplateSection
from reports.services.steps import require_state, tell_network, write


@transaction.atomic
def open_round(
    act: Act, report: ProgressReport, *, reviews_due: date, version: int | None = None
) -> ReviewRound:
    """Find a submitted report complete: its latest version goes to the committee."""
    require(act.by, "check_report", report)
    require_state(report, ProgressReport.State.SUBMITTED)
    if reviews_due < act.today.in_zone(report.network.time_zone):
        raise Refusal(_("Reviews cannot be due on a day that is over."), "reviews_due")
    submitted = report.versions.order_by("-number").first()
    if submitted is None:
        raise Refusal(_("This report has no submitted version."), "state")
    old = {"state": report.state}
    write(report, {"state": ProgressReport.State.UNDER_REVIEW.value}, version=version)
    round_ = ReviewRound(
        network=report.network,
        report=report,
        version=submitted,
        opened_at=act.at,
        opened_by=act.by,
        reviews_due=reviews_due,
    )
    round_.full_clean(exclude=["opened_by"])
    round_.save(force_insert=True)
    tell_network(act, "open_review", report, old)
    return round_


@transaction.atomic
def return_report(
    act: Act,
    report: ProgressReport,
    *,
    notes: Mapping[str, str],
    due_date: date | None = None,
    version: int | None = None,
) -> list[SectionNote]:
    """Send a submitted report back: a draft again, with notes by section (``""``: the whole).

    A new due date is a new deadline, with reminders of its own.
    """
    require(act.by, "check_report", report)
    require_state(report, ProgressReport.State.SUBMITTED)
    return send_back(act, report, "return_report", notes=notes, due_date=due_date, version=version)


def send_back(
    act: Act,
    report: ProgressReport,
    verb: str,
    *,
    notes: Mapping[str, str],
    due_date: date | None = None,
    version: int | None = None,
) -> list[SectionNote]:
    """Make a handed-in report a draft again. Call it in a transaction."""
    rows = _rows(act, report, notes)
    fields: dict[str, object] = {
        "state": ProgressReport.State.DRAFT.value,
        "is_returned": True,
        "handed_in_on": None,
        "last_update_at": act.at,
    }
    if due_date is not None and due_date != report.due_date:
        if due_date < act.today.in_zone(report.network.time_zone):
            raise Refusal(_("A new due date lies ahead."), "due_date")
        fields |= {"due_date": due_date, "deadline_version": report.deadline_version + 1}
    old = {name: getattr(report, name) for name in ("state", "due_date")}
    write(report, fields, version=version)
    SectionNote.objects.bulk_create(rows)
    tell_network(act, verb, report, old)
    return rows


def _rows(act: Act, report: ProgressReport, notes: Mapping[str, str]) -> list[SectionNote]:
    said = {key: text.strip() for key, text in notes.items() if text.strip()}
    if not said:
        raise Refusal(_("Say what is missing: the network reads this note."), "note")
    latest = report.versions.order_by("-number").first()
    sections = TemplateSection.objects.filter(template=report.template_id, key__in=said)
    known = {section.key: section for section in sections}
    if unknown := sorted(set(said) - set(known) - {""}):
        raise Refusal(_("There is no section “%(key)s”.") % {"key": unknown[0]}, "note")
    return [
        SectionNote(
            report=report,
            section=known.get(key),
            about_version=latest.number if latest else 0,
            text=text,
            author=act.by,
            at=act.at,
        )
        for key, text in said.items()
    ]
