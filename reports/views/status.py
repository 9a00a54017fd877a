"""The status report as a page that can be printed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.clock import Today
from networks.pages import signed_in
from networks.refusals import Refusal
from reports.confidence import confidence_of
from reports.forms import PortfolioFilter, ReportFilter
from reports.status import Figures, StatusReport
from reports.views.portfolio import ReportPage, by_column, lines_of, page_of_report


class StatusPage(ReportPage):
    """Where every network stands, today or as of a past day, with totals over all."""

    template_name = "reports/status.html"
    form_class = ReportFilter

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = signed_in(self.request)
        form = ReportFilter(user, self.request.GET)
        report, as_of = self.as_of(form)
        mixes = confidence_of(user, [line.id for line in report.networks], as_of)
        return super().get_context_data(
            filter=form,
            report=report,
            # The rows behind a figure are shown as they are now, so a past figure has no link.
            is_today=as_of is None,
            lines=lines_of(report, mixes),
            tiles=tiles(report),
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
            return self.report(networks, as_of=day), day
        except Refusal as refusal:
            form.add_error("as_of", str(refusal))
            return self.report(networks), None

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


def tiles(report: StatusReport) -> list[dict[str, Any]]:
    """The totals over all networks of the report."""
    totals: Figures = report.totals
    items, milestones, risks = totals.items, totals.milestones, totals.risks
    verified = milestones.states.get("verified", 0)
    return [
        {"label": _("Networks"), "value": report.count, "icon": "waypoints"},
        _tile(_("Overdue"), items.overdue, "clock-alert", "bad"),
        _tile(_("Due in 30 days"), items.due_30, "alarm-clock", "warn"),
        {"label": _("Due in 90 days"), "value": items.due_90, "icon": "calendar-days"},
        {
            "label": _("Verified"),
            "value": _("%(done)d of %(total)d") % {"done": verified, "total": milestones.total},
            "icon": "badge-check",
            "note": _("of all milestones"),
        },
        _tile(_("Forecast late"), items.delayed, "calendar-clock", "warn", slip_words(items)),
        _tile(_("High risks"), risks.high, "shield-alert", "warn"),
    ]


def _tile(label: str, value: int, icon: str, tone: str, note: str = "") -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "icon": icon,
        "tone": tone if value else "",
        "note": note,
    }


def slip_words(items: Any) -> str:
    """How much later than due, in days."""
    if not items.delayed:
        return ""
    words = {"mean": round(items.slip_mean), "most": items.slip_max}
    return _("%(mean)d days on average, %(most)d at most") % words
