"""What the network writes into a report, and what staff write beside it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from milestones.models import Deliverable, Milestone
from reports.models.progress_report import ProgressReport
from reports.models.template import TemplateSection
from reports.querysets import AboutReportQuerySet


class Answer(models.Model):
    """The text of one section as it stands now; every earlier text is an AnswerRevision."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="answers")
    section = models.ForeignKey(TemplateSection, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("text"), blank=True)
    nothing_to_report = models.BooleanField(_("nothing to report"), default=False)
    # Rises with every save: who saved over an older one sees both texts.
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects = AboutReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["report", "section__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"],
                name="answer_unique",
                violation_error_message=_("The report has an answer to this section already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(nothing_to_report=True) | models.Q(text=""),
                name="answer_nothing_or_text",
                violation_error_message=_("Either write something, or say there is nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.section}"


class AnswerRevision(models.Model):
    """One save of one section; never altered (triggers refuse UPDATE and DELETE)."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    nothing_to_report = models.BooleanField(_("nothing to report"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="answer_revisions",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answer_revisions_on_behalf",
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["answer", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "version"],
                name="answer_revision_unique",
                violation_error_message=_("There is this version of the answer already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} v{self.version}"


class ItemComment(models.Model):
    """What a work package lead (or the leads) say of one item in one report."""

    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, related_name="item_comments"
    )
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="report_comments"
    )
    deliverable = models.ForeignKey(
        Deliverable, on_delete=models.PROTECT, null=True, blank=True, related_name="report_comments"
    )
    text = models.TextField(_("comment"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="report_comments",
    )
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects = AboutReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on an item")
        verbose_name_plural = _("comments on items")
        ordering = ["report", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "milestone"],
                name="item_comment_milestone_unique",
                violation_error_message=_("The report has a comment on this milestone already."),
            ),
            models.UniqueConstraint(
                fields=["report", "deliverable"],
                name="item_comment_deliverable_unique",
                violation_error_message=_("The report has a comment on this deliverable already."),
            ),
            models.CheckConstraint(
                condition=models.Q(milestone__isnull=False, deliverable__isnull=True)
                | models.Q(milestone__isnull=True, deliverable__isnull=False),
                name="item_comment_one_target",
                violation_error_message=_("A comment is about one milestone or one deliverable."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.milestone or self.deliverable}"


class SectionNote(models.Model):
    """What staff ask for in a section when they return a report, or of the whole of it."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="notes")
    section = models.ForeignKey(
        TemplateSection, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    # The submitted version it speaks of.
    about_version = models.PositiveSmallIntegerField(_("about version"))
    text = models.TextField(_("note"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="report_notes"
    )
    at = models.DateTimeField(_("when"))

    objects = AboutReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on a section")
        verbose_name_plural = _("notes on sections")
        ordering = ["report", "-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="section_note_says_something",
                violation_error_message=_("Say what is missing: the network reads this note."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.text[:60]}"
