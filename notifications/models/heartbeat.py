"""Signs of life."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a job was last seen alive.

    The row ``plan`` is also the planner's lock; the row ``heal`` says which web process
    last took beat's place, and when.
    """

    SWEEP = "sweep"
    PLAN = "plan"
    HEAL = "heal"
    # Up to when the activity log was read for news; ``facts`` says since when it is read at all.
    NOTICES = "notices"

    # When progress reports were last laid out and opened.
    SCHEDULES = "schedules"

    name = models.CharField(_("job"), max_length=20, unique=True)
    at = models.DateTimeField(_("last seen"), null=True, blank=True)
    facts = models.JSONField(_("what it did"), default=dict, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
