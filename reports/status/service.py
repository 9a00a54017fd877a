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
from reports.status.grouping import Groups, groups_of_networks, groups_of_packages
from reports.status.sources import BY_NETWORK, BY_PACKAGE, Past, Present, source_of

PAGE_SIZE = 50
# Up to so many networks are counted one by one, whatever the page.
MANY = 500
# Exports show all of it at once; no installation has so many lines.
_EVERYTHING = 10**9


class NoSuchPage(Exception):
    """The report has fewer pages than that."""


def status_report(
    user: User,
    now: datetime,
    networks: NetworkQuerySet | None = None,
    *,
    as_of: date | None = None,
    group_by: str = BY_NETWORK,
    page: int = 1,
    page_size: int | None = PAGE_SIZE,
) -> StatusReport:
    """Where every network visible to a person stands, now or at the end of a past day.

    ``group_by`` is one of ``GROUPINGS``: with another one than the network there are groups
    in place of networks. ``networks`` narrows it (:class:`reports.filters.StatusReportFilter`), in its own order;
    ``page_size=None`` gives all in one, for exports. As of a past day the figures are
    computed from the append-only history. Raises Refusal for a day to come, NoSuchPage.
    """
    today = Today.at(now)
    # The day is judged first: one to come may be the last there is, with no day after it.
    day, source = day_of(today, as_of), source_of(user, today, as_of)
    chosen = source.networks(chosen_networks(user, networks))
    size = page_size or _EVERYTHING
    shown = slice((page - 1) * size, page * size)
    lines: list[dict[str, Any]] = []
    if group_by == BY_NETWORK:
        lines = _lines(chosen, shown)
        groups = _networks_as_groups(source, day, chosen, lines)
    elif group_by == BY_PACKAGE:
        groups = groups_of_packages(source, day, chosen, shown)
    else:
        groups = groups_of_networks(group_by, source, day, chosen, shown)
    if page > 1 and not (lines or groups.page):
        raise NoSuchPage
    return StatusReport(
        generated_at=now,
        as_of=as_of or today.utc_date,
        scope=_scope(),
        group_by=group_by,
        count=groups.count,
        page=page,
        pages=max(1, -(-groups.count // size)),
        totals=groups.totals,
        networks=[_entry(line) for line in lines],
        groups=groups.page,
        network_count=groups.network_count,
    )


def chosen_networks(user: User, networks: NetworkQuerySet | None) -> NetworkQuerySet:
    """Of some networks, or of all, those that a person may see."""
    return (Network.objects.all() if networks is None else networks).visible_to(user)


def _networks_as_groups(
    source: Present | Past, today: Today, chosen: NetworkQuerySet, lines: list[dict[str, Any]]
) -> Groups:
    """Count each network of a page into its line, and all of them together."""
    count = lines[0]["count"] if lines else 0
    figures = _count(source, today, chosen, lines, count)
    for line in lines:
        line["figures"] = figures.get(line["id"])
    totals = figures.get(ALL) or Figures.total(no_figures(), figures.values())
    return Groups([], count, totals, count)


def day_of(today: Today, as_of: date | None) -> Today:
    """The date in every zone on which figures are judged. Raises Refusal for one to come."""
    if as_of is not None and as_of > today.latest():
        raise Refusal(_("That day has not come yet."), "as_of")
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
    if len(lines) == count <= MANY:
        # All are on this page. Their ids are asked quicker than the question that found them,
        # which would stand in the statement once for each kind of row.
        return count_figures(source, today, [line["id"] for line in lines])
    everything = chosen.order_by().values("pk")
    if count <= MANY or len(lines) == count:
        return count_figures(source, today, everything)
    return count_figures(source, today, [line["id"] for line in lines], everything)


def _lines(networks: NetworkQuerySet, shown: slice) -> list[dict[str, Any]]:
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
    return list(rows[shown])


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


def _entry(line: dict[str, Any]) -> NetworkStatus:
    return NetworkStatus(
        **{name: line[name] for name in _PLAIN},
        programme=line["programme_slug"],
        programme_name=line["programme_name"],
        lead_organisation=line["lead_organisation"] or "",
        lead_country=line["lead_country"] or "",
        figures=line["figures"] or no_figures(),
    )


def _scope() -> str:
    return _(
        "Networks you may see, with what your role shows of each: its team, programme staff "
        "and committee everything that is open to them; a funder what is verified or accepted; "
        "an observer what is public. Figures count those rows only."
    )
