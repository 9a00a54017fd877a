"""Critical risks and their state of play."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from milestones.models.work_package import WorkPackage
from milestones.querysets import RiskQuerySet
from networks.fields import NaturalKeyField
from networks.models import Network
from networks.querysets import NetworkOwnedQuerySet


class RiskLevel(models.TextChoices):
    """Low, medium, high (Horizon Europe table 3.1.e); likelihood is after mitigation."""

    LOW = "L", _("Low")
    MEDIUM = "M", _("Medium")
    HIGH = "H", _("High")


class Risk(models.Model):
    """A critical risk. Older plans give no likelihood or severity, so both may be empty."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="risks")
    code = models.CharField(_("number"), max_length=20)
    code_key = NaturalKeyField(source="code")
    description = models.TextField(_("description"))
    work_packages = models.ManyToManyField(WorkPackage, blank=True, related_name="risks")
    likelihood = models.CharField(_("likelihood"), max_length=1, choices=RiskLevel, blank=True)
    severity = models.CharField(_("severity"), max_length=1, choices=RiskLevel, blank=True)
    mitigation = models.TextField(_("mitigation"), blank=True)
    foreseen = models.BooleanField(
        _("foreseen"),
        default=True,
        help_text=_("Named in the contract; unforeseen ones are added."),
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["network", "code_key", "pk"]
        indexes = [models.Index(fields=["network", "code_key"], name="risk_net_code")]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"],
                name="risk_code_unique",
                violation_error_message=_("Another risk of this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(likelihood__in=["", "L", "M", "H"])
                & models.Q(severity__in=["", "L", "M", "H"]),
                name="risk_levels_known",
                violation_error_message=_("Likelihood and severity are L, M or H."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description[:60]}"


class RiskAssessment(models.Model):
    """State of play of a risk in one period (EU periodic report); a row of its own each time."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="risk_assessments")
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="assessments")
    period = models.CharField(_("period"), max_length=40, help_text=_("Such as RP1 or 2026-H2."))
    at = models.DateTimeField(_("when"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_assessments",
    )
    likelihood = models.CharField(_("likelihood"), max_length=1, choices=RiskLevel, blank=True)
    severity = models.CharField(_("severity"), max_length=1, choices=RiskLevel, blank=True)
    mitigation_applied = models.BooleanField(_("mitigation applied"), default=False)
    materialised = models.BooleanField(_("materialised"), default=False)
    comment = models.TextField(_("comment"), blank=True)

    objects = NetworkOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["risk", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(likelihood__in=["", "L", "M", "H"])
                & models.Q(severity__in=["", "L", "M", "H"]),
                name="risk_assessment_levels_known",
                violation_error_message=_("Likelihood and severity are L, M or H."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk.code} {self.period}"
