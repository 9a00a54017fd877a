"""All networks in one table: where it burns, and who has been silent."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView

from milestones.models import Deliverable, Milestone
from networks.clock import Today
from networks.models import Network, Partner, User
from networks.pages import signed_in
from reports.confidence import Mix, confidence_of
from reports.filters import StatusReportFilter
from reports.forms import PortfolioFilter
from reports.status import NoSuchPage, StatusReport, status_report
from reports.status.service import PAGE_SIZE

PLAIN = {"acronym": "acronym", "programme": "programme__name", "state": "state", "ends": "ends"}


class ReportPage(LoginRequiredMixin, TemplateView):
    """A page of the status report: chosen by a form, with status 400 when that is wrong."""

    form_class: type[PortfolioFilter] = PortfolioFilter

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=400 if context["filter"].errors else 200)

    def chosen(self, form: PortfolioFilter) -> Any:
        """The networks that meet the form; none when it makes no sense."""
        rows = Network.objects.all() if form.is_valid() else Network.objects.none()
        now = timezone.now()
        return StatusReportFilter(form.asked(), rows, request=self.request, now=now).qs

    def report(self, networks: Any, **options: Any) -> StatusReport:
        """The page of the report the address asks for, or the first."""
        asked = self.request.GET.get("page", "1")
        number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        user, now = signed_in(self.request), timezone.now()
        try:
            return status_report(user, now, networks, page=number, **options)
        except NoSuchPage:
            return status_report(user, now, networks, **options)


class Portfolio(ReportPage):
    """Networks with what is overdue, due soon, how sure they are, and the last update."""

    template_name = "reports/portfolio.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = signed_in(self.request), Today.at(timezone.now())
        form = PortfolioFilter(user, self.request.GET)
        order = self.request.GET.get("order", "acronym")
        report = self.report(by_column(self.chosen(form), order, user, today))
        mixes = confidence_of(user, [line.id for line in report.networks])
        return super().get_context_data(
            filter=form,
            report=report,
            lines=lines_of(report, mixes),
            page=page_of_report(report),
            today=today.utc_date,
            **kwargs,
        )


def lines_of(report: StatusReport, mixes: dict[int, Mix]) -> list[dict[str, Any]]:
    """Each network with how sure it is of what is open."""
    return [
        {"network": line, "mix": mixes[line.id], "open": sum(mixes[line.id].values())}
        for line in report.networks
    ]


def by_column(networks: QuerySet[Any], order: str, user: User, today: Today) -> QuerySet[Any]:
    """The networks by a column; counts are asked only where the order needs them."""
    name, sign = order.removeprefix("-"), "-" if order.startswith("-") else ""
    if name == "country":
        networks = networks.annotate(order_country=_lead_country())
    elif name == "overdue":
        networks = networks.annotate(order_overdue=_count("overdue", user, today))
    elif name == "due":
        networks = networks.annotate(order_due=_count("due_soon", user, today))
    elif name == "update":
        networks = networks.annotate(order_update=_last_update(user))
        last = F("order_update")
        # Whoever has never said anything stands last, whichever way one looks.
        newest = last.desc(nulls_last=True) if sign else last.asc(nulls_last=True)
        return networks.order_by(newest, "acronym", "pk")
    elif name not in PLAIN:
        name, sign = "acronym", ""
    return networks.order_by(f"{sign}{PLAIN.get(name, f'order_{name}')}", "acronym", "pk")


def _lead_country() -> Subquery:
    leads = Partner.objects.filter(network=OuterRef("pk"), kind=Partner.Kind.COORDINATOR)
    return Subquery(leads.order_by("number_key", "pk").values("organisation__country")[:1])


def _count(question: str, user: User, today: Today) -> Any:
    """Overdue or due-soon items per network, of those the person sees."""
    parts = []
    for model in (Milestone, Deliverable):
        rows = getattr(model.objects.visible_to(user), question)(today)
        own = rows.filter(network=OuterRef("pk")).order_by().values("network")
        counted = Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        parts.append(Coalesce(counted, 0))
    return parts[0] + parts[1]


def _last_update(user: User) -> Greatest:
    """The newest word on a milestone or deliverable, as the column shows it."""
    parts = []
    for model in (Milestone, Deliverable):
        rows = model.objects.visible_to(user).filter(network=OuterRef("pk")).order_by()
        newest = rows.values("network").annotate(last=Max("last_update_at"))
        parts.append(Subquery(newest.values("last")))
    one, other = parts
    # On SQLite the greatest of something and nothing is nothing.
    return Greatest(Coalesce(one, other), Coalesce(other, one))


def page_of_report(report: StatusReport) -> Page[Any]:
    """The report's page as the component ``pagination`` takes it."""
    return Paginator(range(report.count), PAGE_SIZE).get_page(report.page)
