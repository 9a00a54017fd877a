"""One set of filters per list of this app, shared by API and pages."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from milestones.models import (
    Amendment,
    Confidence,
    Deliverable,
    Milestone,
    Risk,
    RiskLevel,
    StatusUpdate,
    WorkPackage,
)
from networks.filters.kinds import CodeFilter, FilterSet, IdFilter, SearchFilter, Since, StateFilter
from networks.filters.sets import NetworkOwnedFilter
from networks.models import Event, Member


class PeopleFilter(FilterSet):
    """Filters by people, which answer only for people whom the asker may see."""

    @cached_property
    def _people(self) -> QuerySet[Any]:
        seen: QuerySet[Any] = Member.objects.visible_to(self.request.user).order_by()
        return seen

    def by_person(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """``name`` is ``<column>/<lookup on Member>``: a filter must not tell of others."""
        if not value:
            return queryset
        column, lookup = name.split("/")
        members = self._people.filter(**{f"{lookup}__in": value})
        return queryset.filter(**{f"{column}__in": members.values("pk")})


class WorkPackageFilter(NetworkOwnedFilter, PeopleFilter):
    """Work packages."""

    q = SearchFilter("code", "title")
    code = CodeFilter("code")
    lead_partner = CodeFilter("lead_partner__short_name", label="Lead partner (short name)")
    lead_partner_id = IdFilter("lead_partner_id")
    lead = CodeFilter("lead/user__email", method="by_person", label="Lead (e-mail address)")
    lead_id = IdFilter("lead/pk", method="by_person", label="Lead (member id)")

    class Meta:
        model = WorkPackage
        fields: list[str] = []


class ItemFilter(NetworkOwnedFilter, PeopleFilter):
    """What milestones and deliverables are both filtered by.

    Deadlines are those of :mod:`milestones.conditions`, in each network's own time zone.
    """

    q = SearchFilter("code", "title", "description")
    code = CodeFilter("code")
    lead_partner = CodeFilter("lead_partner__short_name", label="Lead partner (short name)")
    lead_partner_id = IdFilter("lead_partner_id")
    responsible = CodeFilter(
        "responsible/user__email", method="by_person", label="Responsible (e-mail address)"
    )
    responsible_id = IdFilter("responsible/pk", method="by_person", label="Responsible (member id)")
    confidence = StateFilter(Confidence)
    open = django_filters.BooleanFilter(method="is_open", label="Still to hand in")
    overdue = django_filters.BooleanFilter(method="is_overdue", label="Open, and the due day over")
    delayed = django_filters.BooleanFilter(method="is_delayed", label="Open, forecast after due")
    returned = django_filters.BooleanFilter(
        method="is_returned", label="Sent back by staff, and nothing said since"
    )
    due_within = django_filters.NumberFilter(
        method="is_due_within",
        label="Open, due today or within so many days",
        min_value=0,
        max_value=3660,
        decimal_places=0,
    )
    due_after = django_filters.DateFilter("due_date", "gte")
    due_before = django_filters.DateFilter("due_date", "lte")
    updated_since = Since("last_update_at")

    def is_open(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Open items, or all others."""
        wanted = Q(state__in=queryset.model.OPEN_STATES)
        return queryset.filter(wanted if value else ~wanted)

    def is_overdue(self, queryset: Any, name: str, value: bool) -> QuerySet[Any]:
        """Overdue items, or all others."""
        return _either(queryset, value, "overdue", self.today)

    def is_delayed(self, queryset: Any, name: str, value: bool) -> QuerySet[Any]:
        """Delayed items, or all others."""
        return _either(queryset, value, "delayed")

    def is_returned(self, queryset: Any, name: str, value: bool) -> QuerySet[Any]:
        """Returned items, or all others."""
        return _either(queryset, value, "returned")

    def is_due_within(self, queryset: Any, name: str, value: Any) -> QuerySet[Any]:
        """Items due soon, in the asker's own sense of soon."""
        found: QuerySet[Any] = queryset.due_soon(self.today, int(value))
        return found


def _either(queryset: Any, value: bool, question: str, *about: Any) -> QuerySet[Any]:
    """The rows a named question finds, or the rest, by the same definition."""
    if value:
        return getattr(queryset, question)(*about)  # type: ignore[no-any-return]
    found = getattr(queryset.model.objects.order_by(), question)(*about)
    return queryset.exclude(pk__in=found.values("pk"))  # type: ignore[no-any-return]


class MilestoneFilter(ItemFilter):
    """Milestones."""

    state = StateFilter(Milestone.State)
    work_package = CodeFilter("work_packages__code", distinct=True, label="Work package (number)")
    work_package_id = IdFilter("work_packages", distinct=True)
    contributor = CodeFilter(
        "contributors__short_name", distinct=True, label="Contributing partner (short name)"
    )
    contributor_id = IdFilter("contributors", distinct=True)
    is_gate = django_filters.BooleanFilter("is_gate")

    class Meta:
        model = Milestone
        fields: list[str] = []


class DeliverableFilter(ItemFilter):
    """Deliverables."""

    state = StateFilter(Deliverable.State)
    work_package = CodeFilter("work_package__code", label="Work package (number)")
    work_package_id = IdFilter("work_package_id")
    type = StateFilter(Deliverable.Type)
    dissemination_level = StateFilter(Deliverable.Level)

    class Meta:
        model = Deliverable
        fields: list[str] = []


class StatusUpdateFilter(NetworkOwnedFilter):
    """The history of items."""

    q = SearchFilter("text", "reason")
    milestone = CodeFilter("milestone__code", label="Milestone (number)")
    milestone_id = IdFilter("milestone_id")
    deliverable = CodeFilter("deliverable__code", label="Deliverable (number)")
    deliverable_id = IdFilter("deliverable_id")
    author = CodeFilter("author__email", label="Author (e-mail address)")
    author_id = IdFilter("author_id")
    on_behalf_of = CodeFilter("on_behalf_of__email", label="For whom (e-mail address)")
    on_behalf_of_id = IdFilter("on_behalf_of_id")
    kind = StateFilter(StatusUpdate.Kind)
    channel = StateFilter(Event.Channel)
    confidence = StateFilter(Confidence)
    at_after = Since("at", label="At or after")
    updated_since = Since("at")

    class Meta:
        model = StatusUpdate
        fields: list[str] = []


class RiskFilter(NetworkOwnedFilter):
    """Risks."""

    q = SearchFilter("code", "description", "mitigation")
    code = CodeFilter("code")
    work_package = CodeFilter("work_packages__code", distinct=True, label="Work package (number)")
    work_package_id = IdFilter("work_packages", distinct=True)
    likelihood = StateFilter(RiskLevel)
    severity = StateFilter(RiskLevel)
    foreseen = django_filters.BooleanFilter("foreseen")
    open = django_filters.BooleanFilter("closed_on", "isnull", label="Still watched")
    high = django_filters.BooleanFilter(method="is_high", label="High")

    class Meta:
        model = Risk
        fields: list[str] = []

    def is_high(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """High risks, or all others."""
        return _either(queryset, value, "high")


class AmendmentFilter(NetworkOwnedFilter):
    """Amendments."""

    q = SearchFilter("title", "justification")
    number = IdFilter("number")
    kind = StateFilter(Amendment.Kind)
    state = StateFilter(Amendment.State)
    drafted_by = CodeFilter("drafted_by__email", label="Drafted by (e-mail address)")
    drafted_by_id = IdFilter("drafted_by_id")
    decided_by = CodeFilter("decided_by__email", label="Decided by (e-mail address)")
    decided_by_id = IdFilter("decided_by_id")

    class Meta:
        model = Amendment
        fields: list[str] = []
