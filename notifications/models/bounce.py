"""What came back about a mail, and the addresses that get none because of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.models.message import Message
from notifications.querysets import BounceQuerySet, SuppressionQuerySet


class Bounce(models.Model):
    """One report about one mail; never altered (database triggers).

    ``key`` names the report itself, so that the same one read twice is one row.
    """

    class Kind(models.TextChoices):
        HARD = "hard", _("Came back: the address does not exist")
        SOFT = "soft", _("Came back")
        DELAYED = "delayed", _("Delayed, the mail server is still trying")
        COMPLAINT = "complaint", _("Marked as spam by its reader")

    class Door(models.TextChoices):
        MAIL = "mail", _("returned mail")
        PROVIDER = "provider", _("mail provider")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="bounces")
    key = models.CharField(max_length=64, unique=True, editable=False)
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("what"), max_length=9, choices=Kind)
    door = models.CharField(_("through"), max_length=8, choices=Door)
    address = models.CharField(_("sent to"), max_length=254)
    # RFC 3463, such as 5.1.1.
    status = models.CharField(_("status"), max_length=12, blank=True)
    said = models.CharField(_("what it says"), max_length=500, blank=True)

    objects = BounceQuerySet.as_manager()

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering = ["message", "at", "pk"]
        indexes = [models.Index(fields=["kind", "-at"], name="bounce_lately")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["hard", "soft", "delayed", "complaint"]),
                name="bounce_kind_known",
                violation_error_message=_("This is not a kind of bounce."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} {self.address}"

    @property
    def words(self) -> str:
        """Status and words in one; most servers name the status in their words."""
        said = self.said if self.status in self.said else f"{self.status} {self.said}"
        return said.strip()


class Suppression(models.Model):
    """From ``since`` to ``released_at`` no mail goes to an address: mail to it came back for good."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="suppressions"
    )
    # In small letters. Of a person's addresses this one; another one of theirs is free.
    address = models.CharField(_("address"), max_length=254)
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("why"), max_length=500)
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="suppressions"
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    release_reason = models.CharField(_("why released"), max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("address without mail")
        verbose_name_plural = _("addresses without mail")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address"],
                condition=models.Q(released_at__isnull=True),
                name="suppression_once",
                violation_error_message=_("Nothing is sent to this address already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="suppression_has_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
