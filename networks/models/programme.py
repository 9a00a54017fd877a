"""Award programmes and the people who run, review and pay for them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.identifiers import CURRENCY_PATTERN, validate_currency
from networks.models.organisation import Organisation
from networks.models.roles import RoleInProgramme
from networks.querysets import ProgrammeQuerySet


class Programme(models.Model):
    """A line of awards with one set of rules: currency, reporting rhythm, due-date rule.

    Funders differ in how often they want a report and what a due month means, so both are
    settings here (the Alliance's own contract clauses are not public).
    """

    class Kind(models.TextChoices):
        CHALLENGE = "challenge_award", _("Challenge award")
        NETWORK = "collaborative_network_award", _("Collaborative network award")
        OTHER = "other", _("Other")

    class DueRule(models.TextChoices):
        LAST_DAY = "last_day", _("Last day of the project month")
        LAST_WORKING_DAY = "last_working_day", _("Last working day of the project month")

    slug = models.SlugField(_("short name for addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.OTHER)
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[validate_currency]
    )
    reporting_every_months = models.PositiveSmallIntegerField(
        _("months between progress reports"), default=12
    )
    report_due_days = models.PositiveSmallIntegerField(
        _("days to hand a report in after its period"), default=60
    )
    final_report_due_days = models.PositiveSmallIntegerField(
        _("days to hand the final report in after the end"),
        null=True,
        blank=True,
        help_text=_("Empty: as for the other reports."),
    )
    due_rule = models.CharField(
        _("what a due month means"), max_length=20, choices=DueRule, default=DueRule.LAST_DAY
    )
    verification_days = models.PositiveSmallIntegerField(
        _("days for staff to verify what was handed in"), default=14
    )
    invitation_days = models.PositiveSmallIntegerField(
        _("days for which an invitation is good"), default=30
    )

    is_published = models.BooleanField(
        _("has public pages"),
        default=False,
        help_text=_("Anybody may read about those of its networks that are published."),
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(currency__regex=CURRENCY_PATTERN),
                name="programme_currency_form",
                violation_error_message=_("A currency is three capitals of ISO 4217, like EUR."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["challenge_award", "collaborative_network_award", "other"]
                ),
                name="programme_kind_known",
                violation_error_message=_(
                    "A programme gives challenge awards, collaborative network awards or others."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(due_rule__in=["last_day", "last_working_day"]),
                name="programme_due_rule_known",
                violation_error_message=_(
                    "A due month ends on its last day or on its last working day."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(invitation_days__gte=1),
                name="programme_invitations_last",
                violation_error_message=_("An invitation is good for at least one day."),
            ),
            models.CheckConstraint(
                condition=models.Q(reporting_every_months__gte=1),
                name="programme_reports_sometimes",
                violation_error_message=_("At least one month lies between two reports."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def uses_working_days(self) -> bool:
        """Whether a due month ends on its last working day."""
        return self.due_rule == self.DueRule.LAST_WORKING_DAY


class ProgrammeRole(models.Model):
    """What a person is in a programme, from one day to another."""

    Role = RoleInProgramme

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="roles")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="programme_roles"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programme_roles",
        help_text=_("Whom the person speaks for. A funder sees this organisation's share."),
    )
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("programme role")
        verbose_name_plural = _("programme roles")
        ordering = ["programme", "role", "pk"]
        indexes = [models.Index(fields=["user", "role"])]
        constraints = [
            # Of open ones: whoever left may come back, and the old row stays, as history.
            models.UniqueConstraint(
                fields=["programme", "user", "role", "organisation"],
                condition=models.Q(ends__isnull=True),
                name="programme_role_unique",
                violation_error_message=_("This person has this role in the programme already."),
            ),
            # SQLite cannot say "nulls are equal", so the row without one has its own rule.
            models.UniqueConstraint(
                fields=["programme", "user", "role"],
                condition=models.Q(organisation__isnull=True, ends__isnull=True),
                name="programme_role_unique_alone",
                violation_error_message=_("This person has this role in the programme already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts"))
                | models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True),
                name="programme_role_ends_after_start",
                violation_error_message=_("A role cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["manager", "officer", "chair", "reviewer", "funder"]),
                name="programme_role_known",
                violation_error_message=_(
                    "A role is manager, officer, committee chair, reviewer or funder."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(role="funder") | models.Q(organisation__isnull=False),
                name="funder_role_names_organisation",
                violation_error_message=_("Say which organisation the funder speaks for."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.programme}"


class RequiredFactor(models.Model):
    """In this programme people of this role need a second factor or a passkey.

    A row of its own rather than a list in Programme: the question is asked in SQL at every
    request, on engines that read JSON differently.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="required_factors"
    )
    role = models.CharField(_("role"), max_length=10, choices=ProgrammeRole.Role)

    class Meta:
        verbose_name = _("required second factor")
        verbose_name_plural = _("required second factors")
        ordering = ["programme", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "role"],
                name="required_factor_unique",
                violation_error_message=_("People of this role need a second factor already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["manager", "officer", "chair", "reviewer", "funder"]),
                name="required_factor_role_known",
                violation_error_message=_(
                    "A role is manager, officer, committee chair, reviewer or funder."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.get_role_display()}"
