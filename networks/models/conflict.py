"""What people of the committee say about their conflicts of interest."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.models.network import Network
from networks.querysets import ConflictQuerySet


class ConflictDeclaration(models.Model):
    """One person's word on one network: a conflict, or none, with the reason.

    A declared conflict stands beside those that are computed (``access.conflicted``) and
    holds until staff withdraw it; nobody takes back their own. Rows stay, as history.
    """

    class Kind(models.TextChoices):
        NONE = "none", _("No conflict")
        CONFLICT = "conflict", _("Conflict of interest")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflict_declarations"
    )
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="conflict_declarations"
    )
    kind = models.CharField(_("declared"), max_length=8, choices=Kind)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("when"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of interest")
        verbose_name_plural = _("declarations of interest")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "network"], name="conflict_person_network"),
            models.Index(fields=["network", "-at"], name="conflict_network_at"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "network"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="conflict_declared_once",
                violation_error_message=_("This person has declared on this network already."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["none", "conflict"]),
                name="conflict_kind_known",
                violation_error_message=_("Declare a conflict, or none."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="none") | ~models.Q(reason=""),
                name="conflict_has_reason",
                violation_error_message=_("Say in a sentence what the conflict is."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | ~models.Q(withdrawn_reason=""),
                name="conflict_withdrawn_with_reason",
                violation_error_message=_("Say why the declaration is withdrawn."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_kind_display()} · {self.network}"
