"""The first word of a report."""

from __future__ import annotations

from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from networks.services import changed, record_event
from reports.content import template_for
from reports.models import Answer, ProgressReport
from reports.services.locking import touch
from reports.services.ready_templates import ensure_ready_templates


def begin(act: Act, report: ProgressReport) -> None:
    """Make a report that is held a draft, and fix its template and sections for good."""
    if report.template is not None and report.state != ProgressReport.State.OPEN:
        return
    fields: dict[str, object] = {"state": ProgressReport.State.DRAFT}
    if report.template is None:
        ensure_ready_templates()
        template = template_for(report)
        if template is None:
            raise Refusal(_("The programme has no template for this report."))
        fields["template"] = template
        Answer.objects.bulk_create(
            Answer(report=report, section=section) for section in template.sections.all()
        )
    changes = changed({"state": report.state}, {"state": ProgressReport.State.DRAFT})
    touch(act, report, **fields)
    record_event(act, "begin_report", report, network=report.network, changes=changes)
