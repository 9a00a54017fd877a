"""The first word of a report."""

from __future__ import annotations

from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from networks.services import record_event
from reports.content import template_for
from reports.models import Answer, ProgressReport
from reports.services.locking import touch
from reports.services.ready_templates import ensure_ready_templates


def begin(act: Act, report: ProgressReport) -> None:
    """Make a report that is held a draft, and fix its template and sections for good."""
    if report.template is None:
        ensure_ready_templates()
        template = template_for(report)
        if template is None:
            raise Refusal(_("The programme has no template for this report."))
        touch(act, report, template=template, state=ProgressReport.State.DRAFT)
        record_event(act, "begin_report", report, network=report.network)
        Answer.objects.bulk_create(
            Answer(report=report, section=section) for section in template.sections.all()
        )
    elif report.state == ProgressReport.State.OPEN:
        touch(act, report, state=ProgressReport.State.DRAFT)
