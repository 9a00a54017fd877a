"""Filters of reports, shared by API and pages."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from networks.filters import CodeFilter, FilterSet, IdFilter, SearchFilter, StateFilter
from networks.models import Network, Partner


class StatusReportFilter(FilterSet):
    """Which networks a status report covers, and as of which day."""

    programme = CodeFilter("programme__slug", label="Programme (slug)")
    programme_id = IdFilter("programme_id")
    network = CodeFilter("reference", label="Network (reference)")
    network_id = IdFilter("pk")
    country = CodeFilter(method="led_from", label="Country of the coordinator (ISO 3166)")
    state = StateFilter(Network.State)
    q = SearchFilter("acronym", "reference", "title")
    # Chooses the rows that are counted, not the networks: reports.status reads it.
    as_of = django_filters.DateFilter(method="all_of_them", label="As of a past day")

    class Meta:
        model = Network
        fields: list[str] = []

    def led_from(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Networks with a coordinator in one of some countries."""
        if not value:
            return queryset
        leads = Partner.objects.filter(
            network=OuterRef("pk"), kind=Partner.Kind.COORDINATOR, organisation__country__in=value
        )
        return queryset.filter(Exists(leads))

    def all_of_them(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Every network, whatever the day."""
        return queryset
