"""The activity log: one row for each change, never altered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models.network import Network
from networks.models.programme import Programme
from networks.querysets import EventQuerySet


class Event(models.Model):
    """Who did what to which thing, when, through which door; old and new values.

    Written by services in the same transaction as the change itself. Database triggers
    refuse UPDATE and DELETE on this table on both engines.
    """

    class Channel(models.TextChoices):
        PAGE = "page", _("page")
        API = "api", _("API")
        MAIL = "mail", _("mail link")
        IMPORT = "import", _("import")
        ADMIN = "admin", _("admin")
        SYSTEM = "system", _("system")

    at = models.DateTimeField(_("when"))
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events_on_behalf",
    )
    channel = models.CharField(_("through"), max_length=8, choices=Channel)
    verb = models.CharField(_("what"), max_length=60)
    target_type = models.CharField(_("kind of thing"), max_length=60)
    target_id = models.BigIntegerField(_("thing"))
    target_label = models.CharField(_("name of the thing"), max_length=200, blank=True)
    changes = models.JSONField(
        _("changes"), default=dict, blank=True, help_text=_("{field: [old, new]}")
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["network", "-at", "-id"]),
            models.Index(fields=["target_type", "target_id", "-at"]),
            models.Index(fields=["-at", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    channel__in=["page", "api", "mail", "import", "admin", "system"]
                ),
                name="event_channel_known",
                violation_error_message=_(
                    "A change comes through a page, the API, a mail link, an import, the admin or the system."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target_label}"
