"""From which rules the reports of a network were scheduled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from networks.querysets import NetworkOwnedQuerySet


class ReportSchedule(models.Model):
    """What a network's dates and its programme's rhythm were when its reports were laid out.

    As long as they still are so there is nothing to do: one query finds the others.
    """

    network = models.OneToOneField(
        Network, on_delete=models.CASCADE, related_name="report_schedule"
    )
    starts = models.DateField(_("start"))
    ends = models.DateField(_("end"))
    every_months = models.PositiveSmallIntegerField(_("months between progress reports"))
    due_days = models.PositiveSmallIntegerField(_("days to hand a report in after its period"))
    final_due_days = models.PositiveSmallIntegerField(
        _("days to hand the final report in after the end"), null=True, blank=True
    )
    made_at = models.DateTimeField(_("when"))

    objects = NetworkOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("schedule of reports")
        verbose_name_plural = _("schedules of reports")

    def __str__(self) -> str:
        return f"{self.network}"
