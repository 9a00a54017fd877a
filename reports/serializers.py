"""The status report as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from milestones.models import Deliverable, Milestone
from networks.models import Network
from reports.status import Figures, ItemFigures, NetworkStatus, StatusReport


def _counts(states: Any, what: str) -> serializers.Serializer[Any]:
    """One whole number per state, each by its own name."""
    fields: dict[str, Any] = {state: serializers.IntegerField() for state in states.values}
    return type(f"{what}Counts", (serializers.Serializer,), fields)()  # type: ignore[no-any-return]


class SlipSerializer(serializers.Serializer[Any]):
    """Forecast minus due date of the delayed items, in days; null when none is delayed."""

    mean = serializers.FloatField(allow_null=True)
    max = serializers.IntegerField(allow_null=True)


class DeadlinesSerializer(serializers.Serializer[Any]):
    """How the open items stand to their due dates, each by its network's calendar."""

    overdue = serializers.IntegerField()
    due_in_30_days = serializers.IntegerField(help_text="Today and the 30 days after it.")
    due_in_90_days = serializers.IntegerField(help_text="The former included.")
    delayed = serializers.IntegerField(help_text="Open, with a forecast after the due date.")
    forecast_slip_days = SlipSerializer()


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


class FiguresSerializer(DeadlinesSerializer):
    """All figures; the five at the top are over milestones and deliverables together."""

    milestones = MilestoneFiguresSerializer()
    deliverables = DeliverableFiguresSerializer()
    risks = RiskFiguresSerializer()
    open_amendments = serializers.IntegerField(help_text="Drafts and submitted ones.")
    last_update_at = serializers.DateTimeField(allow_null=True)


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


class StatusReportSerializer(serializers.Serializer[Any]):
    """Where every network stands."""

    generated_at = serializers.DateTimeField()
    as_of = serializers.DateField()
    scope = serializers.CharField(help_text="What the figures cover, in a sentence.")
    count = serializers.IntegerField(help_text="Networks over all pages.")
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    totals = FiguresSerializer(help_text="Over all pages.")
    networks = ReportLineSerializer(many=True)


def report_as_json(report: StatusReport) -> dict[str, Any]:
    """The report in the shape of :class:`StatusReportSerializer`, without its cost per row."""
    return {
        "generated_at": report.generated_at,
        "as_of": report.as_of,
        "scope": report.scope,
        "count": report.count,
        "page": report.page,
        "pages": report.pages,
        "totals": _figures(report.totals),
        "networks": [_line(line) for line in report.networks],
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


def _figures(figures: Figures) -> dict[str, Any]:
    risks = figures.risks
    return {
        **_deadlines(figures.items),
        "milestones": _items(figures.milestones),
        "deliverables": _items(figures.deliverables),
        "risks": {"open": risks.open, "high": risks.high, "materialised": risks.materialised},
        "open_amendments": figures.open_amendments,
        "last_update_at": figures.last_update_at,
    }


def _items(items: ItemFigures) -> dict[str, Any]:
    return {"total": items.total, "by_state": items.states, **_deadlines(items)}


def _deadlines(items: ItemFigures) -> dict[str, Any]:
    return {
        "overdue": items.overdue,
        "due_in_30_days": items.due_30,
        "due_in_90_days": items.due_90,
        "delayed": items.delayed,
        "forecast_slip_days": {
            "mean": items.slip_mean,
            "max": items.slip_max if items.delayed else None,
        },
    }
