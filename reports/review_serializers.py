"""How the API shows reviews, decisions, conditions and meetings, and what it takes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from milestones.serializers.inputs import TEXT, VersionedInput, prose
from milestones.serializers.rows import PeopleShown
from networks.clock import Today
from networks.models import Member
from networks.serializers import (
    Label,
    Labels,
    NetworkRef,
    PersonRef,
    ProgrammeRef,
    StrictInput,
    VisibleId,
)
from reports.models import (
    AgendaItem,
    Condition,
    Decision,
    Meeting,
    ProgressReport,
    Rating,
    Recommendation,
    Review,
    ReviewRound,
)
from reports.services.assessing import NewRating
from reports.services.deciding import AskedAmendment, NewCondition, Votes
from reports.told import TOLD


class ReportRef(Labels):
    """A progress report, in a line: nothing of what it says."""

    code = serializers.CharField()

    class Meta:
        model = ProgressReport
        fields = ["id", "code", "period_start", "period_end"]


class ReviewRoundSerializer(Labels):
    """A round of review. The summary stands here once it is shared."""

    network = NetworkRef()
    report = ReportRef()
    version = serializers.IntegerField(source="version.number")
    state_label = Label("state")
    summary = serializers.SerializerMethodField()
    summary_for_committee = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    decision_id = serializers.SerializerMethodField()

    class Meta:
        model = ReviewRound
        fields = [
            "id",
            "network",
            "report",
            "version",
            "state",
            "state_label",
            "opened_at",
            "reviews_due",
            "summary_due",
            "summary",
            "summary_for_committee",
            "summarised_at",
            "answer_until",
            "answer",
            "decision_id",
            "row_version",
        ]

    def get_summary(self, round_: ReviewRound) -> str:
        """What the network reads; empty while it is being written."""
        return round_.summary if round_.state in TOLD else ""

    def get_summary_for_committee(self, round_: ReviewRound) -> str:
        """What only staff and committee read; empty while it is being written."""
        return round_.summary_for_committee if round_.state in TOLD else ""

    def get_answer(self, round_: ReviewRound) -> str | None:
        """What the network answered, or null."""
        answer = getattr(round_, "answer", None)
        return answer.text if answer else None

    def get_decision_id(self, round_: ReviewRound) -> int | None:
        """The decision, once there is one."""
        decision = getattr(round_, "decision", None)
        return decision.pk if decision else None


class RatingSerializer(Labels):
    """A mark and remarks on one section or item."""

    class Meta:
        model = Rating
        fields = ["about", "score", "remark", "remark_for_committee"]


class ReviewSerializer(Labels):
    """One person's review. What is not submitted yet is the reviewer's own business."""

    network = NetworkRef()
    report = ReportRef(source="round.report")
    reviewer = PersonRef()
    state_label = Label("state")
    recommendation = serializers.SerializerMethodField()
    remark = serializers.SerializerMethodField()
    remark_for_committee = serializers.SerializerMethodField()
    ratings = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id",
            "network",
            "report",
            "round_id",
            "reviewer",
            "is_rapporteur",
            "due_date",
            "state",
            "state_label",
            "declared_at",
            "conflict_reason",
            "recommendation",
            "remark",
            "remark_for_committee",
            "ratings",
            "submitted_at",
            "version",
        ]

    def get_recommendation(self, review: Review) -> str:
        """What the reviewer recommends."""
        return review.recommendation if self._open(review) else ""

    def get_remark(self, review: Review) -> str:
        """For the network."""
        return review.remark if self._open(review) else ""

    def get_remark_for_committee(self, review: Review) -> str:
        """For the committee only."""
        return review.remark_for_committee if self._open(review) else ""

    @extend_schema_field(RatingSerializer(many=True))
    def get_ratings(self, review: Review) -> list[Any]:
        """Marks and remarks by section and item."""
        rows = review.ratings.all() if self._open(review) else []
        return list(RatingSerializer(rows, many=True).data)

    def _open(self, review: Review) -> bool:
        """Submitted ones, and one's own while it is written; none of who has stepped back."""
        if review.state == Review.State.SUBMITTED:
            return True
        own = self.context["request"].user.pk == review.reviewer_id
        return own and review.state == Review.State.IN_PROGRESS


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


class ReviewerInput(StrictInput):
    """Somebody of the committee, by e-mail address."""

    person = serializers.EmailField()
    due_date = serializers.DateField(required=False, allow_null=True, default=None)
    is_rapporteur = serializers.BooleanField(required=False, default=False)


class AssignInput(StrictInput):
    """Who is asked for a review."""

    reviewers = ReviewerInput(many=True, min_length=1, max_length=30)  # type: ignore[call-arg]


class SummaryInput(VersionedInput):
    """The rapporteur's summary; with ``share`` the network reads it and may answer."""

    summary = serializers.CharField(max_length=40_000)
    summary_for_committee = prose(40_000)
    share = serializers.BooleanField(required=False, default=False)
    ask_network = serializers.BooleanField(required=False, default=True)
    answer_until = serializers.DateField(required=False, allow_null=True, default=None)


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


class DeclareInput(StrictInput):
    """A conflict of interest, or none; with one the reason is needed."""

    conflict = serializers.BooleanField()
    reason = prose(2000)


class RatingInput(StrictInput):
    """A mark from 1 (poor) to 5 (excellent) and remarks on ``section:<key>`` and the like."""

    about = serializers.CharField(max_length=80)
    score = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=5
    )
    remark = prose(10_000)
    remark_for_committee = prose(10_000)


class ReviewInput(VersionedInput):
    """A whole review, submitted at once."""

    recommendation = serializers.ChoiceField(Recommendation.choices)
    remark = prose()
    remark_for_committee = prose()
    ratings = RatingInput(many=True, required=False, default=list, max_length=1000)  # type: ignore[call-arg]

    def validate_ratings(self, given: list[dict[str, Any]]) -> dict[str, NewRating]:
        """By what they are about."""
        return {each.pop("about"): NewRating(**each) for each in given}


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
