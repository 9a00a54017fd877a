"""The status report as a page that can be printed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.clock import Today
from networks.models import Programme
from networks.pages import signed_in
from networks.refusals import Refusal
from reports.confidence import Mix, confidence_of
from reports.exports import FORMATS, file_of
from reports.forms import PortfolioFilter, ReportFilter
from reports.services.board_packs import READERS
from reports.status import GROUPINGS, StatusReport
from reports.status.links import rows_of
from reports.status.sources import BY_NETWORK
from reports.views.portfolio import ReportPage, by_column, lines_of, page_of_report
from reports.views.status_tiles import ages, deadlines_bar, state_urls, tiles, under_way


class StatusPage(ReportPage):
    """Where every network stands, today or as of a past day, with totals over all."""

    template_name = "reports/status.html"
    form_class = ReportFilter

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get("format", "")
        form = ReportFilter(signed_in(request), request.GET)
        if wanted in FORMATS and form.is_valid():
            networks = self.chosen(form).order_by("acronym", "pk")
            try:
                return file_of(self.report_of(form, networks, page_size=None), wanted)
            except Refusal:
                # The page says at which field it is wrong.
                return super().get(request, *args, **kwargs)
        return super().get(request, *args, **kwargs)

    def report_of(self, form: PortfolioFilter, networks: Any, **options: Any) -> StatusReport:
        """The report as the form asks for it."""
        chosen = form.cleaned_data if form.is_valid() else {}
        by = chosen.get("group_by") or BY_NETWORK
        return self.report(networks, group_by=by, as_of=chosen.get("as_of"), **options)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        form = ReportFilter(user, self.request.GET)
        report, as_of = self.as_of(form)
        mixes = confidence_of(user, [line.id for line in report.networks], as_of)
        all_rows = self.rows(report)(None)
        return super().get_context_data(
            filter=form,
            report=report,
            is_today=as_of is None,
            lines=self.lines(report, mixes),
            by=report.group_by,
            by_label=GROUPINGS[report.group_by],
            tiles=tiles(report, all_rows),
            state_urls=state_urls(report, all_rows),
            ages=ages(report, all_rows),
            under_way=under_way(report, all_rows),
            all_rows=all_rows,
            exports=self.exports(),
            packs=self.packs(form),
            page=page_of_report(report),
            json_url=self.json_url(),
            today=report.as_of,
            **kwargs,
        )

    def as_of(self, form: PortfolioFilter) -> tuple[StatusReport, date | None]:
        """The report as of the day that is chosen; today's, with an error, for one to come."""
        networks = self.chosen(form)
        day: date | None = form.cleaned_data.get("as_of") if form.is_valid() else None
        order = self.request.GET.get("order", "acronym")
        now = Today.at(timezone.now())
        networks = by_column(networks, order, signed_in(self.request), now)
        try:
            return self.report_of(form, networks), day
        except Refusal as refusal:
            form.add_error("as_of", str(refusal))
            return self.report(networks), None

    def lines(self, report: StatusReport, mixes: dict[int, Mix]) -> list[dict[str, Any]]:
        """The networks or groups of the page, each with the address of its rows."""
        rows = self.rows(report)
        networks = [
            {**line, "rows": rows(line["network"].reference)} for line in lines_of(report, mixes)
        ]
        groups = [
            {"group": group, "bar": deadlines_bar(group.figures), "rows": rows(group.key)}
            for group in report.groups
        ]
        return networks + groups

    def rows(self, report: StatusReport) -> Any:
        """The addresses of the rows behind the figures."""
        return rows_of(report, reverse("status-rows"), self.request.GET)

    def packs(self, form: PortfolioFilter) -> list[dict[str, str]]:
        """The board pack of the chosen programme, for those with a role in it."""
        slug = form.cleaned_data.get("programme") if form.is_valid() else ""
        if not slug:
            return []
        held = Programme.objects.held_by(signed_in(self.request), READERS)
        if not held.filter(slug=slug).exists():
            return []
        return [{"label": _("Board pack"), "url": reverse("board-pack", args=[slug])}]

    def exports(self) -> list[dict[str, str]]:
        """The same report as files."""
        query = self.request.GET.copy()
        for name in ("page", "order", "format"):
            query.pop(name, None)
        found = []
        for name in FORMATS:
            query["format"] = name
            found.append({"label": name.upper(), "url": f"?{query.urlencode()}"})
        return found

    def json_url(self) -> str:
        """The same report for a program."""
        try:
            address = reverse("api:status-report-list")
        except NoReverseMatch:
            return ""
        query = self.request.GET.copy()
        for name in ("page", "order"):
            query.pop(name, None)
        for name in [name for name, values in query.lists() if not any(values)]:
            query.pop(name)
        return f"{address}?{query.urlencode()}" if query else address
