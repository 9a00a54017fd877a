"""One set of filters per list of this app."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from networks.filters.kinds import CodeFilter, FilterSet, IdFilter, SearchFilter, Since, StateFilter
from networks.models import (
    ConflictDeclaration,
    Event,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
)


class ProgrammeFilter(FilterSet):
    """Programmes."""

    q = SearchFilter("slug", "name")
    slug = CodeFilter("slug")
    kind = StateFilter(Programme.Kind)

    class Meta:
        model = Programme
        fields: list[str] = []


class OrganisationFilter(FilterSet):
    """Organisations."""

    q = SearchFilter("name", "ror")
    country = CodeFilter("country", label="ISO 3166 code")
    kind = StateFilter(Organisation.Kind)
    ror = CodeFilter("ror")
    funder_id = CodeFilter("funder_id")

    class Meta:
        model = Organisation
        fields: list[str] = []


class NetworkFilter(FilterSet):
    """Networks."""

    q = SearchFilter("reference", "acronym", "title")
    reference = CodeFilter("reference")
    programme = CodeFilter("programme__slug", label="Programme (slug)")
    programme_id = IdFilter("programme_id")
    predecessor = CodeFilter("reference", method="grown_from", label="Predecessor (reference)")
    predecessor_id = IdFilter("pk", method="grown_from")
    partner = CodeFilter("organisation__ror", method="joined_by", label="An organisation (ROR)")
    partner_id = IdFilter("organisation_id", method="joined_by", label="An organisation (id)")
    country = CodeFilter(
        "organisation__country", method="joined_by", label="Country of any partner (ISO 3166)"
    )
    state = StateFilter(Network.State)
    starts_after = django_filters.DateFilter("starts", "gte")
    ends_before = django_filters.DateFilter("ends", "lte")

    class Meta:
        model = Network
        fields: list[str] = []

    def grown_from(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Only predecessors the person may see count: a filter must not tell of others."""
        if not value:
            return queryset
        seen = Network.objects.visible_to(self.request.user).filter(**{f"{name}__in": value})
        return queryset.filter(predecessor__in=seen.order_by().values("pk"))

    def joined_by(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Networks with at least one partner like that."""
        if not value:
            return queryset
        partners = Partner.objects.filter(network=OuterRef("pk"), **{f"{name}__in": value})
        return queryset.filter(Exists(partners))


class NetworkOwnedFilter(FilterSet):
    """What every row of a network can be filtered by."""

    network = CodeFilter("network__reference", label="Network (reference)")
    network_id = IdFilter("network_id")
    programme = CodeFilter("network__programme__slug", label="Programme (slug)")
    programme_id = IdFilter("network__programme_id")


class PartnerFilter(NetworkOwnedFilter):
    """Partners."""

    q = SearchFilter("short_name", "organisation__name")
    number = CodeFilter("number")
    short_name = CodeFilter("short_name")
    organisation = CodeFilter("organisation__ror", label="Organisation (ROR)")
    organisation_id = IdFilter("organisation_id")
    affiliated_to = CodeFilter("affiliated_to__short_name", label="Affiliated to (short name)")
    affiliated_to_id = IdFilter("affiliated_to_id")
    country = CodeFilter("organisation__country", label="ISO 3166 code")
    kind = StateFilter(Partner.Kind)

    class Meta:
        model = Partner
        fields: list[str] = []


class MemberFilter(NetworkOwnedFilter):
    """Members."""

    q = SearchFilter("user__name", "user__email")
    user = CodeFilter("user__email", label="Person (e-mail address)")
    user_id = IdFilter("user_id")
    orcid = CodeFilter("user__orcid")
    partner = CodeFilter("partner__short_name", label="Partner (short name)")
    partner_id = IdFilter("partner_id")
    role = StateFilter(Member.Role)
    current = django_filters.BooleanFilter(method="is_current", label="In the network today")

    class Meta:
        model = Member
        fields: list[str] = []

    def is_current(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Members who have begun and not ended, or the others."""
        now = Member.objects.current(self.today.utc_date)
        if value:
            return queryset.filter(pk__in=now.values("pk"))
        return queryset.exclude(pk__in=now.values("pk"))


class EventFilter(FilterSet):
    """The activity log."""

    q = SearchFilter("target_label")
    network = CodeFilter("network__reference", label="Network (reference)")
    network_id = IdFilter("network_id")
    programme = CodeFilter("programme__slug", label="Programme (slug)")
    programme_id = IdFilter("programme_id")
    actor = CodeFilter("actor__email", label="Who did it (e-mail address)")
    actor_id = IdFilter("actor_id")
    on_behalf_of = CodeFilter("on_behalf_of__email", label="For whom (e-mail address)")
    on_behalf_of_id = IdFilter("on_behalf_of_id")
    channel = StateFilter(Event.Channel)
    verb = CodeFilter("verb")
    target_type = CodeFilter("target_type")
    target_id = IdFilter("target_id")
    updated_since = Since("at")

    class Meta:
        model = Event
        fields: list[str] = []


class ConflictFilter(NetworkOwnedFilter):
    """Declarations of interest."""

    kind = StateFilter(ConflictDeclaration.Kind)
    standing = django_filters.BooleanFilter(
        "withdrawn_at", lookup_expr="isnull", label="Not withdrawn"
    )

    class Meta:
        model = ConflictDeclaration
        fields: list[str] = []
