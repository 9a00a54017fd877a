"""What a person does not wish to be reminded of, for a while or until they say so."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network
from notifications.querysets import SilenceQuerySet


class Silence(models.Model):
    """One item snoozed until a day or muted, or one network muted, by one person.

    Never silent to others: staff see it, and the ladder to everybody else goes on. A snooze
    is about one version of the deadline, so that a deadline that moves ends it; a mute stays.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="silences"
    )
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="silences")
    # Empty for the whole network.
    duty_kind = models.CharField(_("kind of duty"), max_length=40, blank=True)
    duty_id = models.BigIntegerField(_("duty"), default=0)
    deadline_version = models.PositiveIntegerField(_("version of the deadline"), default=0)
    until = models.DateField(_("until"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SilenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        ordering = ["-begun_at", "-pk"]
        indexes = [models.Index(fields=["duty_kind", "duty_id"], name="silence_duty")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "network", "duty_kind", "duty_id"],
                condition=models.Q(ended_at__isnull=True),
                name="silence_once",
                violation_error_message=_("This is quiet already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(duty_kind="") | models.Q(until__isnull=True, duty_id=0),
                name="silence_of_a_network_is_a_mute",
                violation_error_message=_("A network is muted, not snoozed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.duty_kind} {self.duty_id} · {self.network}"
