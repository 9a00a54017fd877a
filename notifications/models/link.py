"""The address in a mail that opens one item's form without a log-in."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models import Network


class ItemLink(models.Model):
    """One person, one item, one action, for a few days.

    Only the token's hash is stored. The token itself is derived from ``key`` and the
    secret key of the installation, so that a mail that is tried again holds the same link
    and a copy of the database opens nothing.
    """

    class Action(models.TextChoices):
        UPDATE = "update", _("Say where it stands")

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="item_links"
    )
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="item_links")
    reminder = models.OneToOneField(
        "notifications.Reminder",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="link",
    )
    duty_kind = models.CharField(_("kind of duty"), max_length=40)
    duty_id = models.BigIntegerField(_("duty"))
    action = models.CharField(_("may"), max_length=12, choices=Action, default=Action.UPDATE)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("link in a mail")
        verbose_name_plural = _("links in mails")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["duty_kind", "duty_id", "user"], name="item_link_duty")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="item_link_expires_later",
                violation_error_message=_("A link expires after it was made."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_kind} {self.duty_id} · {self.user}"
