"""How the API shows reviews, decisions, conditions and meetings, and what it takes."""

from reports.review_serializers.decisions import (
    ConditionAnswerInput,
    ConditionMetInput,
    ConditionNoteInput,
    ConditionSerializer,
    DecideInput,
    DecisionSerializer,
    MeetingSerializer,
)
from reports.review_serializers.reviews import (
    AssignInput,
    DeclareInput,
    ReviewInput,
    ReviewRoundSerializer,
    ReviewSerializer,
    SummaryInput,
)

__all__ = [
    "AssignInput",
    "ConditionAnswerInput",
    "ConditionMetInput",
    "ConditionNoteInput",
    "ConditionSerializer",
    "DecideInput",
    "DecisionSerializer",
    "DeclareInput",
    "MeetingSerializer",
    "ReviewInput",
    "ReviewRoundSerializer",
    "ReviewSerializer",
    "SummaryInput",
]
