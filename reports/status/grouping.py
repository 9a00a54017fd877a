"""By whom or by what the figures are put together, and which networks belong to which group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Q, Subquery, Value, Window
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.models import WorkPackage
from networks.clock import Today
from networks.identifiers import country_name
from networks.models import Partner
from networks.querysets import NetworkQuerySet
from reports.status.counting import ALL, count_figures, no_figures
from reports.status.figures import Figures, GroupStatus
from reports.status.sources import BY_NETWORK, BY_PACKAGE, BY_PROGRAMME, Past, Present

BY_COUNTRY, BY_ORGANISATION, BY_FUNDER = "country", "organisation", "funder"
GROUPINGS = {
    BY_NETWORK: gettext_lazy("Network"),
    BY_PROGRAMME: gettext_lazy("Programme"),
    BY_COUNTRY: gettext_lazy("Country"),
    BY_ORGANISATION: gettext_lazy("Organisation"),
    BY_FUNDER: gettext_lazy("Funder"),
    BY_PACKAGE: gettext_lazy("Work package"),
}
# In a network one takes part with one's work, or pays for it.
_PARTNERS = {
    BY_COUNTRY: ~Q(kind=Partner.Kind.FUNDER),
    BY_ORGANISATION: ~Q(kind=Partner.Kind.FUNDER),
    BY_FUNDER: Q(kind=Partner.Kind.FUNDER),
}


# A partner whose country is not known is in no country, but it is an organisation.
_UNKNOWN = {BY_COUNTRY: "", BY_ORGANISATION: "no such country", BY_FUNDER: "no such country"}


@dataclass(frozen=True)
class Groups:
    """One page of groups, how many there are, and what they come to."""

    page: list[GroupStatus]
    count: int
    totals: Figures
    network_count: int


def groups_of_networks(
    by: str, source: Present | Past, today: Today, chosen: NetworkQuerySet, shown: slice
) -> Groups:
    """Groups that hold whole networks; a network may be in several. Two statements."""
    members, names = _members(by, source, chosen)
    everything = chosen.order_by().values("pk")
    figures = count_figures(source, today, everything)
    groups = [
        GroupStatus(key, *names[key], len(ids), _together(figures, ids))
        for key, ids in members.items()
    ]
    groups.sort(key=lambda group: (group.key == "", group.label.casefold(), group.key))
    networks: set[int] = set().union(*members.values())
    return Groups(groups[shown], len(groups), _together(figures, networks), len(networks))


def _together(figures: Mapping[int, Figures], networks: Iterable[int]) -> Figures:
    return Figures.total(no_figures(), (figures[pk] for pk in networks if pk in figures))


def _members(
    by: str, source: Present | Past, chosen: NetworkQuerySet
) -> tuple[dict[str, set[int]], dict[str, tuple[str, str]]]:
    """The networks of each group by its key, and what the group is called: one statement."""
    members: dict[str, set[int]] = defaultdict(set)
    names: dict[str, tuple[str, str]] = {}
    left: set[int] = set()
    for network, key, label, note in _rows(by, source, chosen):
        if key is None:
            left.add(network)
            continue
        members[key].add(network)
        names[key] = (country_name(key), key) if by == BY_COUNTRY else (label, note)
    without = left.difference(*members.values())
    if without:
        members[""], names[""] = without, (_("None known"), "")
    return dict(members), names


def _rows(by: str, source: Present | Past, chosen: NetworkQuerySet) -> Any:
    networks = chosen.order_by()
    if by == BY_PROGRAMME:
        return networks.values_list("pk", "programme__slug", "programme__name", Value(""))
    nothing = Value(None, output_field=CharField())
    every = networks.annotate(key=Cast(nothing, CharField()), label=Value(""), note=Value(""))
    column, label = partner_columns(by)
    partners = (
        source.partners()
        .filter(_PARTNERS[by], network_id__in=networks.values("pk"))
        .exclude(organisation__country=_UNKNOWN[by])
        .order_by()
        .annotate(key=Cast(F(column), CharField()), label=F(label), note=F("organisation__country"))
    )
    columns = ("key", "label", "note")
    return every.values_list("pk", *columns).union(
        partners.values_list("network_id", *columns), all=True
    )


def partner_columns(by: str) -> tuple[str, str]:
    """The column of a partner that is a group's key, and the one that names the group."""
    if by == BY_COUNTRY:
        return "organisation__country", "organisation__country"
    return "organisation_id", "organisation__name"


def networks_of_group(
    by: str, key: str, source: Present | Past, chosen: NetworkQuerySet
) -> NetworkQuerySet:
    """Of some networks those that belong to a group; none for a key that nobody has."""
    if by == BY_NETWORK:
        return chosen.filter(reference=key)
    if by == BY_PROGRAMME:
        return chosen.filter(programme__slug=key)
    partners = source.partners().filter(_PARTNERS[by]).exclude(organisation__country=_UNKNOWN[by])
    if key == "":
        return chosen.exclude(pk__in=partners.values("network_id"))
    column, _label = partner_columns(by)
    if by != BY_COUNTRY and not (key.isascii() and key.isdigit() and len(key) < 18):
        return chosen.none()
    return chosen.filter(pk__in=partners.filter(**{column: key}).values("network_id"))


def groups_of_packages(
    source: Present | Past, today: Today, chosen: NetworkQuerySet, shown: slice
) -> Groups:
    """Work packages. An item of two counts under each, and in the totals once. Two statements.

    Items belong to the work packages of today, whatever the day of the figures.
    """
    everything = chosen.order_by().values("pk")
    counted = everything.annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    packages = WorkPackage.objects.visible_to(source.user).filter(network_id__in=everything)
    lines = list(
        packages.annotate(
            count=Window(Count("*")), networks=Subquery(counted), acronym=F("network__acronym")
        )
        .order_by("network__acronym", "network_id", "code_key", "pk")
        .values("pk", "code", "title", "acronym", "count", "networks")[shown]
    )
    figures = count_figures(
        source, today, everything, everything, by=BY_PACKAGE, only=[line["pk"] for line in lines]
    )
    groups = [
        GroupStatus(
            str(line["pk"]),
            f"{line['acronym']} {line['code']}",
            line["title"],
            1,
            figures.get(line["pk"], no_figures()),
        )
        for line in lines
    ]
    first = lines[0] if lines else {"count": 0, "networks": 0}
    totals = figures.get(ALL, no_figures())
    return Groups(groups, first["count"], totals, first["networks"])
