"""One progress report: the frame of its pages, and the page that shows it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from milestones.views.frame import NetworkPage
from networks.models import Network
from reports.access import actions_for
from reports.models import ProgressReport


class ReportPage(NetworkPage):
    """A page of one report. A stranger gets 404."""

    tab = "network-reports"

    @cached_property
    def report(self) -> ProgressReport:
        """The report of the address, if this person may see it."""
        rows = ProgressReport.objects.visible_to(self.person)
        rows = rows.select_related("network__programme", "network__predecessor", "template")
        found: ProgressReport = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    @cached_property
    def network(self) -> Network:
        """Its network: whoever sees the report may know of it."""
        network: Network = self.report.network
        return network

    @cached_property
    def actions(self) -> frozenset[str]:
        """What the person may do with the report."""
        return actions_for(self.person, self.report)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(report=self.report, can=self.actions, **kwargs)


class ShowReport(ReportPage):
    """The report as it stands, or as it was submitted."""

    template_name = "reports/report.html"
