"""Filters of rounds, reviews, decisions, conditions and meetings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from networks.filters import CodeFilter, FilterSet, IdFilter, SearchFilter, StateFilter
from networks.filters.sets import NetworkOwnedFilter
from reports.models import Condition, Decision, Meeting, Recommendation, Review, ReviewRound


class ReviewRoundFilter(NetworkOwnedFilter):
    """Rounds."""

    q = SearchFilter("network__acronym", "network__title")
    report_id = IdFilter("report_id")
    state = StateFilter(ReviewRound.State)
    due_before = django_filters.DateFilter("reviews_due", "lte")

    class Meta:
        model = ReviewRound
        fields: list[str] = []


class ReviewFilter(NetworkOwnedFilter):
    """Reviews."""

    q = SearchFilter("network__acronym", "reviewer__name")
    round_id = IdFilter("round_id")
    report_id = IdFilter("round__report_id")
    reviewer = CodeFilter("reviewer__email", label="Reviewer (e-mail address)")
    reviewer_id = IdFilter("reviewer_id")
    state = StateFilter(Review.State)
    due_before = django_filters.DateFilter("due_date", "lte")

    class Meta:
        model = Review
        fields: list[str] = []


class DecisionFilter(NetworkOwnedFilter):
    """Decisions."""

    q = SearchFilter("network__acronym", "public_sentence")
    report_id = IdFilter("round__report_id")
    meeting_id = IdFilter("meeting_id")
    outcome = StateFilter(Recommendation)
    report_outcome = StateFilter(Decision.ReportOutcome)
    decided_after = django_filters.DateFilter("decided_on", "gte")

    class Meta:
        model = Decision
        fields: list[str] = []


class ConditionFilter(NetworkOwnedFilter):
    """Conditions."""

    q = SearchFilter("text", "network__acronym")
    decision_id = IdFilter("decision_id")
    state = StateFilter(Condition.State)
    responsible_id = IdFilter("responsible_id")
    due_before = django_filters.DateFilter("due_date", "lte")
    overdue = django_filters.BooleanFilter(method="is_overdue", label="Open and late")

    class Meta:
        model = Condition
        fields: list[str] = []

    def is_overdue(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Open with the due day over where the network is, or all others."""
        late = queryset.model.objects.overdue(self.today).values("pk")
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)


class MeetingFilter(FilterSet):
    """Meetings."""

    q = SearchFilter("title", "place")
    programme = CodeFilter("programme__slug", label="Programme (slug)")
    programme_id = IdFilter("programme_id")
    held_after = django_filters.DateFilter("held_on", "gte")

    class Meta:
        model = Meeting
        fields: list[str] = []
