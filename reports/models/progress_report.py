"""Progress reports: due by the programme's rhythm, frozen in versions when submitted."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from reports.models.kinds import ReportKind
from reports.models.template import ReportTemplate
from reports.querysets import ProgressReportQuerySet, ReportVersionQuerySet


class ProgressReport(models.Model):
    """What a network reports about one period (domain.md section 6).

    ``scheduled -> open -> draft -> submitted -> under_review -> decided``; the decision is
    accepted, accepted with conditions, or revision requested, which makes it a draft again;
    ``waived`` with a reason. Periods follow one another and never overlap. It is open from
    the day after its period; a draft from the first word. The facts are those of
    ``cut_off``, the period's last day unless staff set another.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        OPEN = "open", _("Open")
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        UNDER_REVIEW = "under_review", _("Under review")
        ACCEPTED = "accepted", _("Accepted")
        ACCEPTED_WITH_CONDITIONS = "accepted_with_conditions", _("Accepted with conditions")
        WAIVED = "waived", _("Waived")

    # The network still has to hand it in.
    OPEN_STATES = ("scheduled", "open", "draft")
    # Words can be written into it.
    WRITABLE_STATES = ("open", "draft")
    # Staff or committee have it.
    HANDED_IN_STATES = ("submitted", "under_review")
    DECIDED_STATES = ("accepted", "accepted_with_conditions")

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="progress_reports")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=ReportKind, default=ReportKind.INTERIM)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period until"))
    cut_off = models.DateField(_("facts as of"))
    due_date = models.DateField(_("due date"))
    # Rises whenever the due date moves: a moved deadline earns new reminders.
    deadline_version = models.PositiveIntegerField(default=1, editable=False)
    state = models.CharField(_("state"), max_length=24, choices=State, default=State.SCHEDULED)
    template = models.ForeignKey(
        ReportTemplate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        help_text=_("The version it was begun with; none before the first word."),
    )
    # Staff sent it back, or the committee asked for a revision, and it was not handed in since.
    is_returned = models.BooleanField(_("returned"), default=False, editable=False)
    handed_in_on = models.DateField(_("handed in on"), null=True, blank=True)
    waived_reason = models.TextField(_("why it is waived"), blank=True)
    # Rises with every write to this row: a form filled over an older one is asked again.
    version = models.PositiveIntegerField(default=1, editable=False)
    last_update_at = models.DateTimeField(_("last update"), null=True, blank=True)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["network", "number"]
        indexes = [
            models.Index(fields=["state", "due_date", "id"], name="report_state_due"),
            models.Index(fields=["network", "state", "due_date"], name="report_net_state"),
            models.Index(fields=["due_date", "id"], name="report_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "number"],
                name="report_number_unique",
                violation_error_message=_("Another report of this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")),
                name="report_period_ends_after_start",
                violation_error_message=_("A period cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["interim", "final"]),
                name="report_kind_known",
                violation_error_message=_("A report is an interim or a final one."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "scheduled",
                        "open",
                        "draft",
                        "submitted",
                        "under_review",
                        "accepted",
                        "accepted_with_conditions",
                        "waived",
                    ]
                ),
                name="report_state_known",
                violation_error_message=_("This is no state of a progress report."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waived") | ~models.Q(waived_reason=""),
                name="report_waived_with_reason",
                violation_error_message=_("Say why the report is waived."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "under_review"])
                | models.Q(handed_in_on__isnull=False, template__isnull=False),
                name="report_handed_in_has_date",
                violation_error_message=_("A submitted report has its day and its template."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("progress-report", args=[self.pk])

    @property
    def code(self) -> str:
        """What it is called within its network: PR1, PR2, ..."""
        return f"PR{self.number}"

    @property
    def is_writable(self) -> bool:
        """Whether words can be written into it."""
        return self.state in self.WRITABLE_STATES


class ReportVersion(models.Model):
    """What was submitted: answers and figures as they stood, with their hash.

    Never altered (triggers refuse UPDATE and DELETE). ``content`` is all that any rendering
    shows, ``sha256`` is over its canonical JSON (RFC 8785: sorted keys, no spaces, UTF-8),
    in lower-case hexadecimal.
    """

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="submitted_reports",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports_submitted_for",
    )
    cut_off = models.DateField(_("facts as of"))
    template = models.ForeignKey(
        ReportTemplate, on_delete=models.PROTECT, related_name="report_versions"
    )
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        ordering = ["report", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"],
                name="report_version_number_unique",
                violation_error_message=_("There is this version of the report already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} v{self.number}"
