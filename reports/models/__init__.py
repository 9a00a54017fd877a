"""Progress reports, their review, and what was decided."""

from reports.models.answer import Answer, AnswerRevision, ItemComment, SectionNote
from reports.models.board_pack import BoardPackSchedule
from reports.models.decision import Condition, Decision
from reports.models.effort import EffortSpent
from reports.models.kinds import ReportKind
from reports.models.meeting import AgendaItem, Meeting
from reports.models.progress_report import ProgressReport, ReportVersion
from reports.models.review import FactualAnswer, Rating, Recommendation, Review, ReviewRound
from reports.models.schedule import ReportSchedule
from reports.models.template import ReportTemplate, TemplateSection

__all__ = [
    "AgendaItem",
    "Answer",
    "AnswerRevision",
    "BoardPackSchedule",
    "Condition",
    "Decision",
    "EffortSpent",
    "FactualAnswer",
    "ItemComment",
    "Meeting",
    "ProgressReport",
    "Rating",
    "Recommendation",
    "ReportKind",
    "ReportSchedule",
    "ReportTemplate",
    "ReportVersion",
    "Review",
    "ReviewRound",
    "SectionNote",
    "TemplateSection",
]
