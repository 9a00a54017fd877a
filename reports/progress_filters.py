"""What lists of progress reports and of their versions are filtered by."""

from __future__ import annotations

import django_filters

from networks.filters.kinds import FilterSet, IdFilter, StateFilter
from networks.filters.sets import NetworkOwnedFilter
from reports.models import ProgressReport, ReportKind, ReportVersion


class ProgressReportFilter(NetworkOwnedFilter):
    """Progress reports."""

    state = StateFilter(ProgressReport.State)
    kind = StateFilter(ReportKind)
    due_from = django_filters.DateFilter("due_date", "gte", label="Due on or after")
    due_until = django_filters.DateFilter("due_date", "lte", label="Due on or before")
    returned = django_filters.BooleanFilter("is_returned", label="Sent back, to be handed in again")

    class Meta:
        model = ProgressReport
        fields: list[str] = []


class ReportVersionFilter(FilterSet):
    """Submitted versions."""

    report_id = IdFilter("report_id")
    network_id = IdFilter("report__network_id")

    class Meta:
        model = ReportVersion
        fields: list[str] = []
