"""The status report as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from milestones.models import Deliverable, Milestone
from networks.models import Network
from reports.status import (
    GROUPINGS,
    Figures,
    GroupStatus,
    ItemFigures,
    NetworkStatus,
    StatusReport,
)
from reports.status.asking import KINDS

Rows = Callable[[str | None], str]


def _counts(states: Any, what: str) -> serializers.Serializer[Any]:
    """One whole number per state, each by its own name."""
    fields: dict[str, Any] = {state: serializers.IntegerField() for state in states.values}
    return type(f"{what}Counts", (serializers.Serializer,), fields)()  # type: ignore[no-any-return]


class SlipSerializer(serializers.Serializer[Any]):
    """Forecast minus due date of the delayed items, in days; null when none is delayed."""

    mean = serializers.FloatField(allow_null=True)
    max = serializers.IntegerField(allow_null=True)


class LatenessSerializer(serializers.Serializer[Any]):
    """Days by which the late items are late: those delayed, and those handed in too late."""

    median = serializers.FloatField(allow_null=True)
    p90 = serializers.FloatField(allow_null=True)


class AgesSerializer(serializers.Serializer[Any]):
    """The overdue items by the days since their due date."""

    days_1_to_30 = serializers.IntegerField()
    days_31_to_90 = serializers.IntegerField()
    days_91_and_more = serializers.IntegerField()


class DeadlinesSerializer(serializers.Serializer[Any]):
    """How the open items stand to their due dates, each by its network's calendar."""

    overdue = serializers.IntegerField()
    overdue_by_age = AgesSerializer()
    due_in_30_days = serializers.IntegerField(help_text="Today and the 30 days after it.")
    due_in_90_days = serializers.IntegerField(help_text="The former included.")
    delayed = serializers.IntegerField(help_text="Open, with a forecast after the due date.")
    on_time = serializers.IntegerField(help_text="Handed in or done, by the due date.")
    late = serializers.IntegerField(help_text="Handed in or done, after the due date.")
    forecast_slip_days = SlipSerializer()
    slip_days = LatenessSerializer()


class MilestoneFiguresSerializer(DeadlinesSerializer):
    """Milestones."""

    total = serializers.IntegerField()
    by_state = _counts(Milestone.State, "MilestoneState")


class DeliverableFiguresSerializer(DeadlinesSerializer):
    """Deliverables."""

    total = serializers.IntegerField()
    by_state = _counts(Deliverable.State, "DeliverableState")


class RiskFiguresSerializer(serializers.Serializer[Any]):
    """Risks still watched; of these, the high ones and those that have come true."""

    open = serializers.IntegerField()
    high = serializers.IntegerField()
    materialised = serializers.IntegerField()


class CommitteeFiguresSerializer(serializers.Serializer[Any]):
    """Reports and reviews under way, decisions to be taken, conditions not yet met."""

    reports = serializers.IntegerField()
    reviews = serializers.IntegerField()
    decisions = serializers.IntegerField()
    conditions = serializers.IntegerField()


class FiguresSerializer(DeadlinesSerializer):
    """All figures; those at the top are over milestones and deliverables together."""

    milestones = MilestoneFiguresSerializer()
    deliverables = DeliverableFiguresSerializer()
    risks = RiskFiguresSerializer()
    open_amendments = serializers.IntegerField(help_text="Drafts and submitted ones.")
    under_way = CommitteeFiguresSerializer()
    last_update_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.CharField(
        help_text="The rows behind these figures; add kind= and figure= for one of them."
    )


class ReportProgrammeSerializer(serializers.Serializer[Any]):
    """The programme of a line."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()


class ReportLeadSerializer(serializers.Serializer[Any]):
    """The coordinating organisation of a line."""

    organisation = serializers.CharField()
    country = serializers.CharField()


class ReportLineSerializer(FiguresSerializer):
    """One network."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    acronym = serializers.CharField()
    title = serializers.CharField()
    programme = ReportProgrammeSerializer()
    state = serializers.ChoiceField(Network.State.choices)
    starts = serializers.DateField()
    ends = serializers.DateField()
    time_zone = serializers.CharField()
    lead = ReportLeadSerializer()


class ReportGroupSerializer(FiguresSerializer):
    """One programme, country, organisation, funder or work package."""

    key = serializers.CharField(help_text="Empty for the networks of which none is known.")
    label = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    network_count = serializers.IntegerField()


class StatusReportSerializer(serializers.Serializer[Any]):
    """Where every network stands."""

    generated_at = serializers.DateTimeField()
    as_of = serializers.DateField()
    scope = serializers.CharField(help_text="What the figures cover, in a sentence.")
    group_by = serializers.ChoiceField(list(GROUPINGS.items()))
    count = serializers.IntegerField(help_text="Networks, or groups, over all pages.")
    network_count = serializers.IntegerField(help_text="Networks over all pages, each once.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    totals = FiguresSerializer(help_text="Over all pages.")
    networks = ReportLineSerializer(many=True, help_text="Empty where group_by asks for others.")
    groups = ReportGroupSerializer(many=True)


class StatusRowSerializer(serializers.Serializer[Any]):
    """One row behind a figure, as it was on the day of the figures."""

    kind = serializers.ChoiceField([(kind, kind) for kind in KINDS])
    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="Of the network.")
    acronym = serializers.CharField()
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    forecast = serializers.DateField(allow_null=True)
    done = serializers.DateField(allow_null=True)


def report_as_json(report: StatusReport, rows: Rows) -> dict[str, Any]:
    """The report in the shape of :class:`StatusReportSerializer`, without its cost per row.

    ``rows`` gives the address of the rows of a group, by its key; of the totals by none.
    """
    return {
        "generated_at": report.generated_at,
        "as_of": report.as_of,
        "scope": report.scope,
        "group_by": report.group_by,
        "count": report.count,
        "network_count": report.network_count,
        "page": report.page,
        "pages": report.pages,
        "totals": {**_figures(report.totals), "rows": rows(None)},
        "networks": [{**_line(line), "rows": rows(line.reference)} for line in report.networks],
        "groups": [{**_group(group), "rows": rows(group.key)} for group in report.groups],
    }


def _line(line: NetworkStatus) -> dict[str, Any]:
    return {
        "id": line.id,
        "reference": line.reference,
        "acronym": line.acronym,
        "title": line.title,
        "programme": {
            "id": line.programme_id,
            "slug": line.programme,
            "name": line.programme_name,
        },
        "state": line.state,
        "starts": line.starts,
        "ends": line.ends,
        "time_zone": line.time_zone,
        "lead": {"organisation": line.lead_organisation, "country": line.lead_country},
        **_figures(line.figures),
    }


def _group(group: GroupStatus) -> dict[str, Any]:
    return {
        "key": group.key,
        "label": group.label,
        "note": group.note,
        "network_count": group.networks,
        **_figures(group.figures),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    risks = figures.risks
    return {
        **_deadlines(figures.items),
        "milestones": _items(figures.milestones),
        "deliverables": _items(figures.deliverables),
        "risks": {"open": risks.open, "high": risks.high, "materialised": risks.materialised},
        "open_amendments": figures.open_amendments,
        "under_way": asdict(figures.committee),
        "last_update_at": figures.last_update_at,
    }


def _items(items: ItemFigures) -> dict[str, Any]:
    return {"total": items.total, "by_state": items.states, **_deadlines(items)}


def _deadlines(items: ItemFigures) -> dict[str, Any]:
    return {
        "overdue": items.overdue,
        "overdue_by_age": {
            "days_1_to_30": items.overdue_1_30,
            "days_31_to_90": items.overdue_31_90,
            "days_91_and_more": items.overdue_91,
        },
        "due_in_30_days": items.due_30,
        "due_in_90_days": items.due_90,
        "delayed": items.delayed,
        "on_time": items.on_time,
        "late": items.late,
        "forecast_slip_days": {
            "mean": items.slip_mean,
            "max": items.slip_max if items.delayed else None,
        },
        "slip_days": {"median": items.slip_median, "p90": items.slip_p90},
    }
