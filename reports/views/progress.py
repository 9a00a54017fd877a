"""Progress reports of a network: the list, the frame of their pages, the page that shows one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from milestones.views.frame import INSIDE, PANEL, NetworkPage
from networks.clock import Today
from networks.duties import Audience, source
from networks.models import Network
from reports.access import actions_for, refuse
from reports.audience import audience_for
from reports.content import altered, content_of, for_audience
from reports.models import ProgressReport, ReportVersion
from reports.papers.forms import FORMS
from reports.presenting import facts_for_page
from reports.review_duties.staff import ReportCheck

SUBMITTED_STATES = (*ProgressReport.HANDED_IN_STATES, *ProgressReport.DECIDED_STATES)


class ReportFrame(NetworkPage):
    """A page of one report. A stranger gets 404."""

    tab = "network-reports"
    # What one needs to be allowed to open the page at all; anybody else who sees it gets 403.
    action: str = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.action and self.action not in self.actions:
            refuse()
        return super().get_context_data(report=self.report, can=self.actions, **kwargs)

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

    @cached_property
    def versions(self) -> list[ReportVersion]:
        """The submitted versions this person may read, newest first, without their content."""
        rows = ReportVersion.objects.visible_to(self.person).filter(report=self.report)
        return list(rows.defer("content").select_related("submitted_by").order_by("-number"))

    def version_of(self, number: str | None) -> ReportVersion | None:
        """The version of that number, or the newest one; 404 for one that does not exist."""
        if number is None:
            return self.versions[0] if self.versions else None
        for version in self.versions:
            if str(version.number) == number:
                return version
        raise Http404

    @property
    def audience(self) -> str:
        """Whose sections the person reads: the team wrote all of them."""
        return audience_for(self.roles)


class ReportList(NetworkPage):
    """The reports of one network, by period."""

    tab = "network-reports"
    readers = INSIDE | PANEL
    template_name = "reports/report_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"reports": self.reports(), "can": actions_for(self.person, self.network)}

    def reports(self) -> QuerySet[ProgressReport]:
        """Those this person sees, the next one first."""
        rows: QuerySet[ProgressReport] = ProgressReport.objects.visible_to(self.person)
        counted = rows.filter(network=self.network).annotate(
            last_version=Max("versions__number"),
            answered=Count("answers", filter=~Q(answers__text="") | Q(answers__nothing_to_report=True), distinct=True),
            asked=Count("answers", distinct=True),
        )  # fmt: skip
        return counted.order_by("number")


class ShowReport(ReportFrame):
    """A submitted version, or the draft as it stands for those who write it."""

    template_name = "reports/report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.version_of(self.request.GET.get("version"))
        draft = self.is_draft(version)
        content = self.content(None if draft else version)
        shown = for_audience(content, self.audience)
        return super().get_context_data(
            versions=self.versions,
            version=None if draft else version,
            is_draft=draft,
            altered=[] if draft else altered([version]),
            content=shown,
            facts=facts_for_page(shown["facts"]),
            notes=self.notes(),
            # The committee has the page of the round, which says more.
            has_review=bool(self.roles & INSIDE and self.versions),
            checked_by_nobody=bool(self.roles & INSIDE) and self.is_checked_by_nobody(),
            forms=FORMS,
            **kwargs,
        )

    def is_checked_by_nobody(self) -> bool:
        """Whether it waits for staff of whom each has a part in the network: nobody is reminded."""
        if self.report.state != "submitted":
            return False
        checks = source(ReportCheck.kind)
        waiting = checks.among([self.report.pk])
        told = checks.audiences(waiting, Today.at(timezone.now()).utc_date)
        return any(not audience[Audience.RESPONSIBLE.value] for audience in told.values())

    def is_draft(self, version: ReportVersion | None) -> bool:
        """Whether what is written now is shown: no version is asked for, and there is a draft."""
        asked = self.request.GET.get("version") is not None
        writing = self.report.state in ProgressReport.WRITABLE_STATES
        return version is None or (writing and not asked and bool(self.roles & INSIDE))

    def content(self, version: ReportVersion | None) -> dict[str, Any]:
        """What is frozen in a version, or what is written now: for insiders only."""
        if version is not None:
            return dict(version.content)
        if not self.roles & INSIDE:
            raise Http404
        return content_of(self.report, at=timezone.now())

    def notes(self) -> Any:
        """What staff asked for when they sent it back."""
        if not self.roles & INSIDE or not self.report.is_returned:
            return []
        return self.report.notes.select_related("section", "author").order_by("-at", "pk")
