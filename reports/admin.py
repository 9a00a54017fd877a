"""The admin of reports, for operators: to be read only.

Whatever happens to a report, a review or a decision has its service, its page and its line in
the activity log; a row changed here would go past all three.
"""

from django.contrib import admin

from networks.admin import HistoryAdmin
from reports.models import (
    AgendaItem,
    Answer,
    AnswerRevision,
    BoardPackSchedule,
    Condition,
    Decision,
    EffortSpent,
    FactualAnswer,
    ItemComment,
    Meeting,
    ProgressReport,
    Rating,
    ReportSchedule,
    ReportTemplate,
    ReportVersion,
    Review,
    ReviewRound,
    SectionNote,
    TemplateSection,
)

OF_REPORT = ("report__network__acronym", "report__network__reference")
OF_NETWORK = ("network__acronym", "network__reference")


@admin.register(ReportTemplate)
class ReportTemplateAdmin(HistoryAdmin):
    """What reports ask."""

    list_display = ("name", "programme", "kind", "form", "version", "is_current")
    list_filter = ("kind", "form", "is_current")
    list_select_related = ("programme",)
    search_fields = ("name", "programme__name")


@admin.register(TemplateSection)
class TemplateSectionAdmin(HistoryAdmin):
    """The questions of templates."""

    list_display = ("number", "title", "template", "audience", "word_limit", "required")
    list_filter = ("audience", "required")
    list_select_related = ("template",)
    search_fields = ("title", "key", "template__name")


@admin.register(ProgressReport)
class ProgressReportAdmin(HistoryAdmin):
    """Reports by period."""

    list_display = ("number", "network", "kind", "period_end", "due_date", "state")
    list_filter = ("state", "kind")
    list_select_related = ("network",)
    search_fields = OF_NETWORK
    date_hierarchy = "due_date"


@admin.register(ReportVersion)
class ReportVersionAdmin(HistoryAdmin):
    """What was submitted."""

    list_display = ("report", "number", "submitted_at", "submitted_by", "sha256")
    list_select_related = ("report", "submitted_by")
    search_fields = OF_REPORT
    date_hierarchy = "submitted_at"


@admin.register(Answer)
class AnswerAdmin(HistoryAdmin):
    """Texts of sections as they stand."""

    list_display = ("report", "section", "version", "changed_by", "changed_at")
    list_select_related = ("report", "section", "changed_by")
    search_fields = OF_REPORT


@admin.register(AnswerRevision)
class AnswerRevisionAdmin(HistoryAdmin):
    """Every save of every section."""

    list_display = ("answer", "version", "author", "at")
    list_select_related = ("answer__report", "answer__section", "author")
    search_fields = ("answer__report__network__acronym", "author__email")
    date_hierarchy = "at"


@admin.register(ItemComment)
class ItemCommentAdmin(HistoryAdmin):
    """What is said of items in reports."""

    list_display = ("report", "milestone", "deliverable", "changed_by", "changed_at")
    list_select_related = ("report", "milestone", "deliverable", "changed_by")
    search_fields = OF_REPORT


@admin.register(SectionNote)
class SectionNoteAdmin(HistoryAdmin):
    """What staff ask for in sections."""

    list_display = ("report", "section", "about_version", "author", "at")
    list_select_related = ("report", "section", "author")
    search_fields = OF_REPORT


@admin.register(ReviewRound)
class ReviewRoundAdmin(HistoryAdmin):
    """Reviews of versions."""

    list_display = ("version", "network", "state", "reviews_due", "opened_at")
    list_filter = ("state",)
    list_select_related = ("version__report", "network")
    search_fields = OF_NETWORK
    date_hierarchy = "opened_at"


@admin.register(Review)
class ReviewAdmin(HistoryAdmin):
    """Single reviews."""

    list_display = ("reviewer", "network", "is_rapporteur", "state", "due_date")
    list_filter = ("state", "is_rapporteur")
    list_select_related = ("reviewer", "network")
    search_fields = ("reviewer__email", *OF_NETWORK)


@admin.register(Rating)
class RatingAdmin(HistoryAdmin):
    """Marks and remarks."""

    list_display = ("about", "score", "review")
    list_select_related = ("review__reviewer", "review__round__report", "review__round__version")
    search_fields = ("about", "review__network__acronym")


@admin.register(FactualAnswer)
class FactualAnswerAdmin(HistoryAdmin):
    """Answers of networks."""

    list_display = ("round", "author", "at")
    list_select_related = ("round__report", "round__version", "author")
    search_fields = ("round__network__acronym",)


@admin.register(Meeting)
class MeetingAdmin(HistoryAdmin):
    """Meetings of committees."""

    list_display = ("title", "programme", "held_on", "closed_at")
    list_select_related = ("programme",)
    search_fields = ("title", "programme__name")
    date_hierarchy = "held_on"


@admin.register(AgendaItem)
class AgendaItemAdmin(HistoryAdmin):
    """Agendas."""

    list_display = ("meeting", "position", "round")
    list_select_related = ("meeting", "round__report", "round__version")
    search_fields = ("meeting__title",)


@admin.register(Decision)
class DecisionAdmin(HistoryAdmin):
    """What panels decided."""

    list_display = ("network", "outcome", "report_outcome", "decided_on", "decided_by")
    list_filter = ("outcome", "report_outcome")
    list_select_related = ("network", "decided_by")
    search_fields = OF_NETWORK
    date_hierarchy = "decided_on"


@admin.register(Condition)
class ConditionAdmin(HistoryAdmin):
    """Duties that follow from decisions."""

    list_display = ("number", "network", "state", "due_date", "responsible")
    list_filter = ("state",)
    list_select_related = ("network", "responsible__user")
    search_fields = ("text", *OF_NETWORK)
    date_hierarchy = "due_date"


@admin.register(EffortSpent)
class EffortSpentAdmin(HistoryAdmin):
    """Person-months as reports state them."""

    list_display = ("report", "work_package", "partner", "person_months")
    list_select_related = ("report__network", "work_package", "partner")
    search_fields = OF_REPORT


@admin.register(BoardPackSchedule)
class BoardPackScheduleAdmin(HistoryAdmin):
    """Who gets which board pack, and when."""

    list_display = ("programme", "every_months", "next_on", "last_on")


@admin.register(ReportSchedule)
class ReportScheduleAdmin(HistoryAdmin):
    """By which dates the reports of a network are laid out."""

    list_display = ("network", "starts", "ends", "every_months", "due_days")
    list_select_related = ("network",)
    search_fields = OF_NETWORK
