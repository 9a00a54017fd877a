"""Handing a report in: what it says is frozen, with its hash."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Refusal
from networks.services import record_event
from reports.access import require
from reports.checklist import Missing, missing
from reports.content import content_of, hash_of
from reports.models import ProgressReport, ReportVersion
from reports.services.beginning import begin
from reports.services.locking import hold, require_writable, touch


class Incomplete(Refusal):
    """Something is missing: ``missing`` names each thing and where it can be mended."""

    def __init__(self, lacking: list[Missing]) -> None:
        lines = " ".join(each.text for each in lacking)
        super().__init__(_("The report is not complete yet.") + " " + lines)
        self.missing = lacking


@transaction.atomic
def submit(act: Act, report: ProgressReport, *, version: int | None = None) -> ReportVersion:
    """Lead or deputy hand the report in; staff check it next.

    ``version`` is that of the report as the person saw it. Raises Conflict when somebody has
    written since, Incomplete when something is missing.
    """
    require(act.by, "submit", report)
    hold(report, version=version)
    require_writable(report)
    begin(act, report)
    number = (report.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    content = content_of(report, at=act.at, version=number, submitted_by=act.by)
    if lacking := missing(report, content, act.today):
        raise Incomplete(lacking)
    frozen = ReportVersion(
        report=report,
        number=number,
        submitted_at=act.at,
        submitted_by=act.by,
        on_behalf_of=act.on_behalf_of,
        cut_off=report.cut_off,
        template=report.template,
        content=content,
        sha256=hash_of(content),
    )
    frozen.save(force_insert=True)
    changes = {
        "state": [report.state, ProgressReport.State.SUBMITTED],
        "version": [number - 1 or None, number],
        "sha256": [None, frozen.sha256],
    }
    touch(
        act,
        report,
        state=ProgressReport.State.SUBMITTED,
        handed_in_on=act.today.in_zone(report.network.time_zone),
        is_returned=False,
    )
    record_event(act, "submit_report", report, network=report.network, changes=changes)
    return frozen
