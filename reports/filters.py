"""Filters of reports, shared by API and pages."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from networks.filters import CodeFilter, FilterSet, IdFilter, SearchFilter, StateFilter
from networks.models import Network, Partner
from reports.status import GROUPINGS
from reports.status.asking import KINDS
from reports.status.rows import ITEM, Asked


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
    # How the figures are put together: reports.status reads it too.
    group_by = django_filters.ChoiceFilter(
        choices=list(GROUPINGS.items()), method="all_of_them", label="One line for each of these"
    )

    class Meta:
        model = Network
        fields: list[str] = []

    @property
    def choice(self) -> dict[str, Any]:
        """What is chosen beside the networks; nothing where the choice makes no sense."""
        chosen: dict[str, Any] = self.form.cleaned_data if self.is_valid() else {}
        return {name: chosen.get(name) for name in self.beside}

    beside: ClassVar[tuple[str, ...]] = ("as_of", "group_by")

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


class StatusRowsFilter(StatusReportFilter):
    """Which figure of the status report is asked for its rows."""

    kind = django_filters.ChoiceFilter(
        choices=[(kind, kind) for kind in (ITEM, *KINDS)], method="all_of_them", label="Of what"
    )
    figure = django_filters.CharFilter(
        method="all_of_them", max_length=40, label="Which figure: total, a state, overdue, ..."
    )
    group = django_filters.CharFilter(
        method="all_of_them", max_length=200, label="Key of a group; with group_by"
    )

    beside = ("as_of", "group_by", "kind", "figure", "group")

    @property
    def asked(self) -> Asked:
        """The figure."""
        chosen = self.choice
        return Asked(
            kind=chosen["kind"] or ITEM,
            figure=chosen["figure"] or "total",
            group_by=chosen["group_by"] or "",
            group=chosen["group"] or "",
            as_of=chosen["as_of"],
        )
