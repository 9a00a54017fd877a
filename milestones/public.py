"""What the public reads of a published network: one document, for the page and for JSON.

Only what is named here leaves: lay summary, partners, verified milestones, the sentences that
panels wrote for the public, and what funders publish of an award anyway (its reference, title,
dates and identifiers). No person, no money,
no forecast, no unverified claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from milestones.models import Milestone
from networks.identifiers import country_name
from networks.models import Network, Partner, Programme

# A partner that only pays is named by the programme, not as part of the research.
RESEARCH = ~Q(kind="funder")

# What rooms above add to a network's document: a name, and how its rows are read.
Rows = Callable[[Network], list[dict[str, Any]]]
_more: dict[str, Rows] = {}


def publish_with(name: str, rows: Rows) -> None:
    """Let a room above add rows to the document of each published network."""
    _more[name] = rows


def published_networks(programme: Programme) -> QuerySet[Any]:
    """The programme's published networks, with ``verified``: how many milestones are."""
    done = Q(milestones__state=Milestone.State.VERIFIED)
    rows = Network.objects.published().filter(programme=programme)
    counted: QuerySet[Any] = rows.annotate(verified=Count("milestones", filter=done))
    return counted.order_by("acronym", "pk")


def partners_of(networks: QuerySet[Any] | list[Any]) -> QuerySet[Any]:
    """The research partners of some networks, with their organisations."""
    rows = Partner.objects.filter(RESEARCH, network__in=networks)
    found: QuerySet[Any] = rows.select_related("organisation").order_by("number_key", "pk")
    return found


def programme_document(programme: Programme, networks: Sequence[Any]) -> dict[str, Any]:
    """What is public of a programme, with some of its published networks: two statements.

    ``countries`` counts the partners of all published networks, whichever are shown.
    """
    partners: dict[int, list[Partner]] = {network.pk: [] for network in networks}
    for partner in partners_of(list(networks)):
        partners[partner.network_id].append(partner)
    return {
        "programme": {"slug": programme.slug, "name": programme.name},
        "networks": [
            {
                **_award(network),
                "countries": sorted({p.organisation.country for p in partners[network.pk]} - {""}),
                "partner_count": len(partners[network.pk]),
                "verified_milestone_count": network.verified,
            }
            for network in networks
        ],
        "countries": _all_countries(programme),
    }


def network_document(network: Network) -> dict[str, Any]:
    """All that is public of a network: two statements, and one for each addition."""
    partners = list(partners_of([network]))
    verified = network.milestones.filter(state=Milestone.State.VERIFIED)
    return {
        "programme": {"slug": network.programme.slug, "name": network.programme.name},
        **_award(network),
        "partners": [
            {
                "name": partner.organisation.name,
                "short_name": partner.short_name,
                "country": partner.organisation.country,
                "country_name": country_name(partner.organisation.country),
                "ror": partner.organisation.ror,
            }
            for partner in partners
        ],
        "countries": countries(Counter(each.organisation.country for each in partners)),
        "verified_milestones": [
            {"code": each.code, "title": each.title, "achieved": each.actual_date}
            for each in verified.order_by("actual_date", "code_key", "pk")
        ],
        **{name: rows(network) for name, rows in _more.items()},
    }


def _all_countries(programme: Programme) -> list[dict[str, Any]]:
    published = Network.objects.published().filter(programme=programme)
    rows = partners_of(published.order_by().values("pk")).exclude(organisation__country="")
    counted = rows.order_by().values_list("organisation__country").annotate(Count("pk"))
    return countries(dict(counted))


def countries(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many partners are in which country, the most first."""
    return [
        {"country": code, "name": country_name(code), "partners": number}
        for code, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if code
    ]


def _award(network: Network) -> dict[str, Any]:
    return {
        "reference": network.reference,
        "acronym": network.acronym,
        "title": network.title,
        "starts": network.starts,
        "ends": network.ends,
        "state": network.state,
        "grant_doi": network.grant_doi,
        "raid": network.raid,
        "lay_summary": network.lay_summary,
    }
