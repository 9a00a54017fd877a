"""How the API shows a plan, with what is computed from it: overdue, late, month."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from milestones.models import (
    Amendment,
    AmendmentChange,
    Deliverable,
    Evidence,
    Item,
    Milestone,
    Risk,
    RiskAssessment,
    StatusUpdate,
    WorkPackage,
)
from networks.clock import Today
from networks.months import month_of
from networks.serializers import Label, Labels, MemberRef, NetworkRef, PartnerRef, PersonRef


class PeopleShown(Labels):
    """Rows that name a person only to those who may see the people of the network."""

    def _member(self, row: Any, column: str) -> dict[str, Any] | None:
        member = getattr(row, column)
        if member is None or not row.shows_people:
            return None
        return dict(MemberRef(member).data)


class WorkPackageRef(Labels):
    """A work package, in a line."""

    class Meta:
        model = WorkPackage
        fields = ["id", "code", "title"]


class WorkPackageSerializer(PeopleShown):
    """A work package."""

    network = NetworkRef()
    lead_partner = PartnerRef(allow_null=True)
    lead = serializers.SerializerMethodField()
    person_months = serializers.SerializerMethodField(
        help_text="Null for those who do not read budgets."
    )

    class Meta:
        model = WorkPackage
        fields = [
            "id",
            "network",
            "code",
            "title",
            "objectives",
            "description",
            "lead_partner",
            "lead",
            "start_month",
            "end_month",
            "person_months",
        ]

    @extend_schema_field(MemberRef(allow_null=True))
    def get_lead(self, package: WorkPackage) -> dict[str, Any] | None:
        """The person who may update its items; null for those who read the plan only."""
        return self._member(package, "lead")

    def get_person_months(self, package: Any) -> str | None:
        """Effort is budget: observers do not read it."""
        effort = package.person_months
        return None if effort is None or not package.shows_money else str(effort)


ITEM_FIELDS = [
    "id",
    "network",
    "code",
    "title",
    "description",
    "lead_partner",
    "responsible",
    "state",
    "state_label",
    "confidence",
    "confidence_label",
    "percent",
    "due_month",
    "month",
    "contractual_date",
    "revised_date",
    "due_date",
    "forecast_date",
    "actual_date",
    "handed_in_on",
    "is_open",
    "is_overdue",
    "days_late",
    "is_delayed",
    "slip_days",
    "last_update_at",
    "version",
]


class ItemSerializer(PeopleShown):
    """What milestones and deliverables both show."""

    network = NetworkRef()
    lead_partner = PartnerRef(allow_null=True)
    responsible = serializers.SerializerMethodField()
    state_label = Label("state")
    confidence_label = Label("confidence")
    month = serializers.SerializerMethodField(help_text="The project month the due date is in.")
    due_date = serializers.DateField(help_text="The revised date, or else the contractual one.")
    is_open = serializers.BooleanField(help_text="Still to hand in.")
    is_overdue = serializers.SerializerMethodField()
    days_late = serializers.SerializerMethodField()
    is_delayed = serializers.BooleanField(help_text="Open, and forecast after the due date.")
    slip_days = serializers.SerializerMethodField()

    @extend_schema_field(MemberRef(allow_null=True))
    def get_responsible(self, item: Item) -> dict[str, Any] | None:
        """Who is asked; null for those who read the plan only."""
        return self._member(item, "responsible")

    def get_month(self, item: Item) -> int:
        """The project month the due date falls in (a moved date moves it too)."""
        return month_of(item.network.starts, item.due_date)

    def get_is_overdue(self, item: Item) -> bool:
        """Open, and the due day over where the network is."""
        return item.is_overdue(self._today(item))

    def get_days_late(self, item: Item) -> int:
        """Days since the due date of an overdue item, else 0."""
        today = self._today(item)
        return (today - item.due_date).days if item.is_overdue(today) else 0

    def get_slip_days(self, item: Item) -> int | None:
        """Forecast minus due date; null without a forecast."""
        return (item.forecast_date - item.due_date).days if item.forecast_date else None

    def _today(self, item: Item) -> Any:
        today: Today = self.context["today"]
        return today.in_zone(item.network.time_zone)


class MilestoneSerializer(ItemSerializer):
    """A milestone."""

    work_packages = WorkPackageRef(many=True)
    contributors = PartnerRef(many=True)

    class Meta:
        model = Milestone
        fields = [
            *ITEM_FIELDS,
            "work_packages",
            "contributors",
            "means_of_verification",
            "is_gate",
            "tranche",
        ]


class DeliverableSerializer(ItemSerializer):
    """A deliverable."""

    work_package = WorkPackageRef(allow_null=True)
    type_label = Label("type")
    dissemination_level_label = Label("dissemination_level")

    class Meta:
        model = Deliverable
        fields = [
            *ITEM_FIELDS,
            "work_package",
            "type",
            "type_label",
            "dissemination_level",
            "dissemination_level_label",
        ]


class MilestoneRef(Labels):
    """A milestone, in a line."""

    class Meta:
        model = Milestone
        fields = ["id", "code", "title"]


class DeliverableRef(Labels):
    """A deliverable, in a line."""

    class Meta:
        model = Deliverable
        fields = ["id", "code", "title"]


class EvidenceSerializer(Labels):
    """What shows that an item is done; a file by its name only."""

    class Meta:
        model = Evidence
        fields = ["id", "kind", "title", "original_name", "url", "doi", "at"]


class StatusUpdateSerializer(Labels):
    """One statement about one item, and the item's whole state after it."""

    network = NetworkRef()
    milestone = MilestoneRef(allow_null=True)
    deliverable = DeliverableRef(allow_null=True)
    kind_label = Label("kind")
    author = PersonRef(allow_null=True)
    on_behalf_of = PersonRef(allow_null=True)
    confidence_label = Label("confidence")
    reason_label = Label("reason_code")
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = StatusUpdate
        fields = [
            "id",
            "network",
            "milestone",
            "deliverable",
            "kind",
            "kind_label",
            "at",
            "author",
            "on_behalf_of",
            "channel",
            "state",
            "confidence",
            "confidence_label",
            "percent",
            "due_date",
            "forecast_date",
            "actual_date",
            "reason_code",
            "reason_label",
            "reason",
            "text",
            "evidence",
        ]


class RiskAssessmentSerializer(Labels):
    """The state of play of a risk in one period."""

    author = PersonRef(allow_null=True)

    class Meta:
        model = RiskAssessment
        fields = [
            "id",
            "period",
            "at",
            "author",
            "likelihood",
            "severity",
            "mitigation_applied",
            "materialised",
            "comment",
        ]


class RiskSerializer(Labels):
    """A risk with its assessments, newest first."""

    network = NetworkRef()
    work_packages = WorkPackageRef(many=True)
    likelihood_label = Label("likelihood")
    severity_label = Label("severity")
    assessments = RiskAssessmentSerializer(many=True)

    class Meta:
        model = Risk
        fields = [
            "id",
            "network",
            "code",
            "description",
            "work_packages",
            "likelihood",
            "likelihood_label",
            "severity",
            "severity_label",
            "mitigation",
            "foreseen",
            "closed_on",
            "assessments",
        ]


class AmendmentChangeSerializer(Labels):
    """One line of an amendment."""

    class Meta:
        model = AmendmentChange
        fields = ["id", "action", "target_kind", "target", "field", "old", "new"]


class AmendmentSerializer(Labels):
    """A request to change what was agreed."""

    network = NetworkRef()
    kind_label = Label("kind")
    state_label = Label("state")
    drafted_by = PersonRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)
    changes = AmendmentChangeSerializer(many=True)

    class Meta:
        model = Amendment
        fields = [
            "id",
            "network",
            "number",
            "kind",
            "kind_label",
            "title",
            "justification",
            "state",
            "state_label",
            "drafted_by",
            "drafted_at",
            "submitted_at",
            "decided_by",
            "decided_at",
            "decision_note",
            "changes",
        ]
