"""Effort that was really put in, as the network states it in each report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from milestones.models import WorkPackage
from networks.models import Partner
from reports.models.progress_report import ProgressReport
from reports.querysets import AboutReportQuerySet


class EffortSpent(models.Model):
    """A partner's person-months in one work package during the period of one report."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="effort")
    work_package = models.ForeignKey(
        WorkPackage, on_delete=models.PROTECT, related_name="effort_spent"
    )
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="effort_spent")
    person_months = models.DecimalField(_("person-months"), max_digits=9, decimal_places=2)

    objects = AboutReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("effort in a period")
        verbose_name_plural = _("effort in periods")
        ordering = ["report", "work_package", "partner"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "work_package", "partner"],
                name="effort_spent_unique",
                violation_error_message=_("The effort in this work package is given already."),
            ),
            models.CheckConstraint(
                condition=models.Q(person_months__gte=0),
                name="effort_spent_not_negative",
                violation_error_message=_("Effort cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} in {self.work_package}: {self.person_months}"
