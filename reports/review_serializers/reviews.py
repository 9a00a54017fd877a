"""Rounds and single reviews: how they are shown, and what is taken."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from milestones.serializers.inputs import VersionedInput, prose
from networks.serializers import Label, Labels, NetworkRef, PersonRef, StrictInput
from reports.models import ProgressReport, Rating, Recommendation, Review, ReviewRound
from reports.services.assessing import NewRating
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
