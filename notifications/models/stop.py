"""The ladder of one duty, stopped by staff."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from notifications.querysets import StopQuerySet


class LadderStop(models.Model):
    """From ``stopped_at`` to ``started_at`` nothing goes out about a duty, to anybody.

    It holds for one version of the deadline: a deadline that moves begins a new ladder.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="ladder_stops")
    duty_kind = models.CharField(_("kind of duty"), max_length=40)
    duty_id = models.BigIntegerField(_("duty"))
    deadline_version = models.PositiveIntegerField(_("version of the deadline"))
    reason = models.CharField(_("reason"), max_length=300)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stopped_at = models.DateTimeField(_("stopped"))
    started_at = models.DateTimeField(_("started again"), null=True, blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stopped ladder")
        verbose_name_plural = _("stopped ladders")
        ordering = ["-stopped_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty_kind", "duty_id", "deadline_version"],
                condition=models.Q(started_at__isnull=True),
                name="ladder_stopped_once",
                violation_error_message=_("The reminders of this item are stopped already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="ladder_stop_has_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_kind} {self.duty_id}: {self.reason}"
