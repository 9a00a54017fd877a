"""Progress reports, their review, and what was decided."""

from reports.models.answer import Answer, AnswerRevision, ItemComment, SectionNote
from reports.models.decision import Condition, Decision
from reports.models.meeting import AgendaItem, Meeting
from reports.models.progress_report import ProgressReport, ReportVersion
from reports.models.review import FactualAnswer, Rating, Review, ReviewRound
from reports.models.template import ReportTemplate, TemplateSection

__all__ = [
    "AgendaItem",
    "Answer",
    "AnswerRevision",
    "Condition",
    "Decision",
    "FactualAnswer",
    "ItemComment",
    "Meeting",
    "ProgressReport",
    "Rating",
    "ReportTemplate",
    "ReportVersion",
    "Review",
    "ReviewRound",
    "SectionNote",
    "TemplateSection",
]
