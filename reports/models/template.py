"""What a progress report asks: templates, in versions that never change once in use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Programme
from reports.models.kinds import ReportKind
from reports.querysets import ReportTemplateQuerySet


class ReportTemplate(models.Model):
    """One version of a programme's questions for one kind of report.

    Without a programme it is one of the ready ones that every programme may take:
    ``rppr`` (US federal Research Performance Progress Report), ``eu_periodic`` (Horizon
    Europe periodic report, part B), ``charity_annual`` (research impact and lay summary of
    at most 500 words each, as MS Society of Canada asks). A report keeps the version it was
    begun with: changing a template that is in use makes the next version.
    """

    class Form(models.TextChoices):
        RPPR = "rppr", _("RPPR-like")
        EU_PERIODIC = "eu_periodic", _("EU periodic-like")
        CHARITY_ANNUAL = "charity_annual", _("Charity annual")

    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="report_templates",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ReportKind)
    form = models.CharField(_("form"), max_length=16, choices=Form)
    name = models.CharField(_("name"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    is_current = models.BooleanField(
        _("in use"), default=False, help_text=_("Reports that are begun now take this one.")
    )
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True)

    objects = ReportTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("report template")
        verbose_name_plural = _("report templates")
        ordering = ["programme", "kind", "form", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "form", "version"],
                name="template_version_unique",
                violation_error_message=_("There is this version of the template already."),
            ),
            models.UniqueConstraint(
                fields=["kind", "form", "version"],
                condition=models.Q(programme__isnull=True),
                name="template_version_unique_ready",
                violation_error_message=_("There is this version of the template already."),
            ),
            models.UniqueConstraint(
                fields=["programme", "kind"],
                condition=models.Q(is_current=True, programme__isnull=False),
                name="template_one_current",
                violation_error_message=_("A programme uses one template for each kind."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["interim", "final"]),
                name="template_kind_known",
                violation_error_message=_("A report is an interim or a final one."),
            ),
            models.CheckConstraint(
                condition=models.Q(form__in=["rppr", "eu_periodic", "charity_annual"]),
                name="template_form_known",
                violation_error_message=_("A form is RPPR, EU periodic or charity annual."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class TemplateSection(models.Model):
    """One question of a template: what to write, how much, and for whom.

    ``key`` is what the same answer is called in every form (``accomplishments``,
    ``lay_summary``, ...): by it one stored answer is shown RPPR-like, EU-like or lay.
    ``number`` is the form's own (``B.2``, ``1.2``).
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Public, in lay words")
        COMMITTEE = "committee", _("Committee and staff")
        STAFF = "staff", _("Staff only")

    class Facts(models.TextChoices):
        NONE = "", _("None")
        ITEMS = "items", _("Milestones and deliverables")
        CHANGES = "changes", _("Changes since the last report")
        FORECAST = "forecast", _("Forecast slippage")
        RISKS = "risks", _("Risks")
        PEOPLE = "people", _("Team and partners")
        OUTPUTS = "outputs", _("Evidence and outputs")
        EFFORT = "effort", _("Effort")
        CONDITIONS = "conditions", _("Conditions of earlier decisions")

    template = models.ForeignKey(ReportTemplate, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"))
    key = models.SlugField(_("key"), max_length=40)
    number = models.CharField(_("number"), max_length=12, blank=True)
    title = models.CharField(_("title"), max_length=200)
    guidance = models.TextField(_("guidance"), blank=True)
    word_limit = models.PositiveIntegerField(_("most words"), null=True, blank=True)
    required = models.BooleanField(_("required"), default=True)
    nothing_allowed = models.BooleanField(
        _("“nothing to report” is an answer"),
        default=True,
        help_text=_("RPPR allows it for every question."),
    )
    audience = models.CharField(
        _("for"), max_length=9, choices=Audience, default=Audience.COMMITTEE
    )
    facts = models.CharField(
        _("facts beside it"), max_length=12, choices=Facts, default=Facts.NONE, blank=True
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["template", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "key"],
                name="template_section_key_unique",
                violation_error_message=_("Another section of the template has this key."),
            ),
            models.UniqueConstraint(
                fields=["template", "position"],
                name="template_section_position_unique",
                violation_error_message=_("Another section stands at this position."),
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["public", "committee", "staff"]),
                name="template_section_audience_known",
                violation_error_message=_("A section is for the public, the committee or staff."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    facts__in=[
                        "",
                        "items",
                        "changes",
                        "forecast",
                        "risks",
                        "people",
                        "outputs",
                        "effort",
                        "conditions",
                    ]
                ),
                name="template_section_facts_known",
                violation_error_message=_("Choose one of the known blocks of facts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()
