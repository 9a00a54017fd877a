"""Computing the status report in two statements, whatever the number of rows on file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery, Window
from django.utils.translation import gettext as _

from networks.clock import Today
from networks.models import Network, Partner, User
from networks.querysets import NetworkQuerySet
from networks.refusals import Refusal
from reports.status.counting import ALL, count_figures, no_figures
from reports.status.figures import Figures, NetworkStatus, StatusReport
from reports.status.sources import Past, Present

PAGE_SIZE = 50
# Up to so many networks are counted one by one, whatever the page.
MANY = 500


class NoSuchPage(Exception):
    """The report has fewer pages than that."""


def status_report(
    user: User,
    now: datetime,
    networks: NetworkQuerySet | None = None,
    *,
    as_of: date | None = None,
    page: int = 1,
    page_size: int | None = PAGE_SIZE,
) -> StatusReport:
    """Where every network visible to a person stands, now or at the end of a past day.

    ``networks`` narrows it (:class:`reports.filters.StatusReportFilter`), in its own order;
    ``page_size=None`` gives all in one, for exports. As of a past day the figures are
    computed from the append-only history. Raises Refusal for a day to come, NoSuchPage.
    """
    today = Today.at(now)
    if as_of is not None and as_of > today.latest():
        raise Refusal(_("That day has not come yet."), "as_of")
    chosen = (Network.objects.all() if networks is None else networks).visible_to(user)
    lines = _lines(chosen, page, page_size)
    count = lines[0]["count"] if lines else 0
    if not lines and page > 1:
        raise NoSuchPage
    source = Present(user) if as_of is None else Past(user, as_of)
    figures = _count(source, _day(today, as_of), chosen, lines, count)
    entries = [_entry(line, figures.get(line["id"])) for line in lines]
    totals = figures.get(ALL) or Figures.total(no_figures(), figures.values())
    return StatusReport(
        generated_at=now,
        as_of=as_of or today.utc_date,
        scope=_scope(),
        count=count,
        page=page,
        pages=1 if page_size is None else max(1, -(-count // page_size)),
        totals=totals,
        networks=entries,
    )


def _day(today: Today, as_of: date | None) -> Today:
    return today if as_of is None else Today.everywhere(as_of)


def _count(
    source: Present | Past,
    today: Today,
    chosen: NetworkQuerySet,
    lines: list[dict[str, Any]],
    count: int,
) -> dict[int, Figures]:
    """Figures of the page's networks, and what the totals need.

    A few networks are all counted one by one, so that adding them up gives the totals. Of
    many only the page's are; the totals are then counted beside them, in the same statement.
    """
    everything = chosen.order_by().values("pk")
    if count <= MANY or len(lines) == count:
        return count_figures(source, today, everything)
    return count_figures(source, today, [line["id"] for line in lines], everything)


def _lines(networks: NetworkQuerySet, page: int, page_size: int | None) -> list[dict[str, Any]]:
    coordinators = Partner.objects.filter(
        network=OuterRef("pk"), kind=Partner.Kind.COORDINATOR
    ).order_by("number_key", "pk")
    rows = networks.annotate(
        programme_slug=F("programme__slug"),
        programme_name=F("programme__name"),
        lead_organisation=Subquery(coordinators.values("organisation__name")[:1]),
        lead_country=Subquery(coordinators.values("organisation__country")[:1]),
        count=Window(Count("*")),
    ).values(
        *_PLAIN, "programme_slug", "programme_name", "lead_organisation", "lead_country", "count"
    )
    if not networks.query.order_by:
        rows = rows.order_by("acronym", "pk")
    if page_size is None:
        return list(rows)
    return list(rows[(page - 1) * page_size : page * page_size])


_PLAIN = (
    "id",
    "reference",
    "acronym",
    "title",
    "programme_id",
    "state",
    "starts",
    "ends",
    "time_zone",
)


def _entry(line: dict[str, Any], figures: Figures | None) -> NetworkStatus:
    return NetworkStatus(
        **{name: line[name] for name in _PLAIN},
        programme=line["programme_slug"],
        programme_name=line["programme_name"],
        lead_organisation=line["lead_organisation"] or "",
        lead_country=line["lead_country"] or "",
        figures=figures or no_figures(),
    )


def _scope() -> str:
    return _(
        "Networks you may see, with what your role shows of each: its team, programme staff "
        "and committee everything that is open to them; a funder what is verified or accepted; "
        "an observer what is public. Figures count those rows only."
    )
