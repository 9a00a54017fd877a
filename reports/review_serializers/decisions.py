"""Decisions, conditions and meetings: how they are shown, and what is taken."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from milestones.serializers.inputs import TEXT, VersionedInput, prose
from milestones.serializers.rows import PeopleShown
from networks.clock import Today
from networks.models import Member
from networks.serializers import Label, Labels, NetworkRef, ProgrammeRef, StrictInput, VisibleId
from reports.models import AgendaItem, Condition, Decision, Meeting, Recommendation
from reports.review_serializers.reviews import ReportRef
from reports.services.deciding import AskedAmendment, NewCondition, Votes


class DecisionSerializer(Labels):
    """What a panel decided. Reasons and votes are for the network, staff and committee."""

    network = NetworkRef()
    report = ReportRef(source="round.report")
    outcome_label = Label("outcome")
    report_outcome_label = Label("report_outcome")
    reasons = serializers.SerializerMethodField()
    votes = serializers.SerializerMethodField()
    gate = serializers.CharField(source="gate.code", default=None)
    amendment = serializers.IntegerField(source="amendment.number", default=None)

    class Meta:
        model = Decision
        fields = [
            "id",
            "network",
            "report",
            "round_id",
            "outcome",
            "outcome_label",
            "report_outcome",
            "report_outcome_label",
            "decided_on",
            "votes",
            "reasons",
            "public_sentence",
            "gate",
            "amendment",
        ]

    def get_reasons(self, decision: Any) -> str | None:
        """Null for those who read what is public only."""
        reasons: str = decision.reasons
        return reasons if decision.shows_people else None

    def get_votes(self, decision: Any) -> dict[str, int] | None:
        """Present, quorum, for, against, abstained; null as above."""
        names = ("present", "quorum", "votes_for", "votes_against", "abstentions")
        if not decision.shows_people:
            return None
        return {name: getattr(decision, name) for name in names}


class ConditionSerializer(PeopleShown):
    """A dated duty that follows from a decision."""

    network = NetworkRef()
    report = ReportRef(source="decision.round.report")
    code = serializers.CharField()
    state_label = Label("state")
    is_overdue = serializers.SerializerMethodField()
    responsible = serializers.SerializerMethodField()

    class Meta:
        model = Condition
        fields = [
            "id",
            "network",
            "report",
            "decision_id",
            "code",
            "text",
            "evidence_asked",
            "due_date",
            "is_overdue",
            "responsible",
            "state",
            "state_label",
            "is_returned",
            "handed_in_on",
            "answer",
            "evidence_url",
            "verdict_note",
            "settled_on",
            "version",
        ]

    def get_is_overdue(self, condition: Condition) -> bool:
        """Open, and the due day over where the network is."""
        today: Today = self.context["today"]
        day = today.in_zone(condition.network.time_zone)
        return condition.state in Condition.OPEN_STATES and condition.due_date < day

    def get_responsible(self, condition: Condition) -> str | None:
        """Who answers it; null for the network lead."""
        return condition.responsible.user.name if condition.responsible else None


class AgendaItemSerializer(Labels):
    """One report on the agenda."""

    class Meta:
        model = AgendaItem
        fields = ["position", "round_id", "minutes"]


class MeetingSerializer(Labels):
    """A meeting, with those items of its agenda that the person may see."""

    programme = ProgrammeRef()
    agenda = AgendaItemSerializer(many=True)

    class Meta:
        model = Meeting
        fields = ["id", "programme", "held_on", "title", "place", "quorum", "closed_at", "agenda"]


class VotesInput(StrictInput):
    """Who was there, and how they voted."""

    present = serializers.IntegerField(min_value=1, max_value=999)
    votes_for = serializers.IntegerField(min_value=0, max_value=999)
    votes_against = serializers.IntegerField(min_value=0, max_value=999, required=False, default=0)
    abstentions = serializers.IntegerField(min_value=0, max_value=999, required=False, default=0)
    quorum = serializers.IntegerField(min_value=1, max_value=999)

    def to_internal_value(self, data: Any) -> Votes:
        return Votes(**super().to_internal_value(data))


class ConditionInput(StrictInput):
    """One condition; without ``responsible`` (a member's id) it is the network lead's."""

    text = serializers.CharField(max_length=5000)
    due_date = serializers.DateField()
    evidence_asked = prose(1000)
    responsible = VisibleId(
        queryset=Member.objects.all(), required=False, allow_null=True, default=None
    )

    def to_internal_value(self, data: Any) -> NewCondition:
        return NewCondition(**super().to_internal_value(data))


class AskedInput(StrictInput):
    """An amendment that the panel asks for; it starts as a draft."""

    title = serializers.CharField(max_length=300)
    justification = prose(5000)

    def to_internal_value(self, data: Any) -> AskedAmendment:
        return AskedAmendment(**super().to_internal_value(data))


class DecideInput(VersionedInput):
    """What the panel decided."""

    outcome = serializers.ChoiceField(Recommendation.choices)
    report_outcome = serializers.ChoiceField(Decision.ReportOutcome.choices)
    decided_on = serializers.DateField()
    votes = VotesInput()
    meeting = VisibleId(
        queryset=Meeting.objects.all(), required=False, allow_null=True, default=None
    )
    reasons = prose()
    public_sentence = prose(500)
    conditions = ConditionInput(many=True, required=False, default=list, max_length=20)  # type: ignore[call-arg]
    amendment = AskedInput(required=False, allow_null=True, default=None)
    revise_by = serializers.DateField(required=False, allow_null=True, default=None)


class ConditionAnswerInput(VersionedInput):
    """How a condition was met."""

    answer = serializers.CharField(max_length=TEXT)
    evidence_url = serializers.URLField(
        required=False, allow_blank=True, default="", max_length=1000
    )


class ConditionNoteInput(VersionedInput):
    """A note that the network reads."""

    note = serializers.CharField(max_length=TEXT)


class ConditionMetInput(VersionedInput):
    """A yes; a word may go with it."""

    note = prose()
