"""The page of the rows behind one figure of the status report."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from milestones.models import Amendment, RiskLevel
from networks.clock import Today
from networks.models import Network
from networks.pages import page_of, signed_in
from networks.refusals import Refusal
from reports.filters import StatusRowsFilter
from reports.forms import ReportFilter
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.models.kinds import ReportKind
from reports.status.asking import ITEM_MODELS
from reports.status.rows import Asked, as_row, rows_behind
from reports.views.portfolio import ReportPage


class StatusRows(ReportPage):
    """The rows behind one figure of the status report."""

    template_name = "reports/status_rows.html"
    form_class = ReportFilter

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.render_to_response(self.get_context_data(**kwargs))
        except Refusal as refusal:
            raise Http404(str(refusal)) from refusal

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        asked = StatusRowsFilter(
            self.request.GET, Network.objects.order_by(), request=self.request, now=now
        )
        if not asked.is_valid():
            raise Http404
        figure = asked.asked
        found = rows_behind(signed_in(self.request), now, asked.qs, figure)
        page = page_of(self.request, found)
        return super().get_context_data(
            title=title_of(figure),
            page=page,
            lines=[with_url(as_row(row)) for row in page],
            as_of=figure.as_of or Today.at(now).utc_date,
            back=f"{reverse('status-report')}?{self._back()}",
            today=figure.as_of or Today.at(now).utc_date,
            **kwargs,
        )

    def _back(self) -> str:
        query = self.request.GET.copy()
        for name in ("page", "kind", "figure", "group"):
            query.pop(name, None)
        return query.urlencode()


def title_of(asked: Asked) -> str:
    """Which figure of what, in words."""
    kinds = {
        "item": _("Milestones and deliverables"), "milestone": _("Milestones"),
        "deliverable": _("Deliverables"), "risk": _("Risks"), "amendment": _("Open amendments"),
        "report": _("Reports under way"), "review": _("Reviews under way"),
        "decision": _("Decisions to take"), "condition": _("Conditions open"),
    }  # fmt: skip
    figures = {
        "overdue": _("overdue"), "overdue_1_30": _("overdue for 1 to 30 days"),
        "overdue_31_90": _("overdue for 31 to 90 days"),
        "overdue_91": _("overdue for more than 90 days"), "due_30": _("due in 30 days"),
        "due_90": _("due in 90 days"), "delayed": _("forecast late"),
        "on_time": _("handed in on time"), "late": _("handed in late"),
        "slipped": _("late, or forecast late"), "high": _("high"),
        "materialised": _("came true"),
    }  # fmt: skip
    if asked.kind in ITEM_MODELS:
        figures |= {value: label.lower() for value, label in ITEM_MODELS[asked.kind].State.choices}
    return (
        f"{kinds[asked.kind]}: {figures[asked.figure]}"
        if asked.figure in figures
        else kinds[asked.kind]
    )


def state_in_words(row: dict[str, Any]) -> str:
    """The state of what has no badge of its own; of a risk, how likely it is."""
    choices: dict[str, Any] = {
        "risk": RiskLevel, "amendment": Amendment.State, "report": ProgressReport.State,
        "review": Review.State, "decision": ReviewRound.State, "condition": Condition.State,
    }  # fmt: skip
    words = dict(choices[row["kind"]].choices) if row["kind"] in choices else {}
    return str(words.get(row["state"], row["state"]))


def with_url(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the page of its thing, or of the list in which it stands."""
    if row["kind"] in ITEM_MODELS:
        url = reverse(row["kind"], args=[row["id"]])
    elif row["kind"] in ("risk", "amendment"):
        url = reverse(f"network-{row['kind']}s", args=[row["reference"]])
    else:
        url = reverse("network", args=[row["reference"]])
    named = {"code": _PREFIXES.get(row["kind"], "") + row["code"]}
    if row["kind"] in ("report", "decision"):
        named["title"] = str(dict(ReportKind.choices).get(row["title"], row["title"]))
    return {**row, **named, "url": url, "state_words": state_in_words(row)}


# What stands before the number, as on the thing's own page.
_PREFIXES = {"report": "PR", "review": "PR", "decision": "PR", "condition": "C"}
