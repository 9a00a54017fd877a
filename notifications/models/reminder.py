"""The ledger: who was told of what, when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.duties import Audience
from networks.models import Network
from notifications.models.message import Message
from notifications.querysets import ReminderQuerySet


class Reminder(models.Model):
    """One step of the ladder, of one duty with one deadline, to one person.

    The unique constraint is what makes a second sweep, or a second scheduler, harmless.
    A reminder's fate follows its message's.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the mail server")
        SUPERSEDED = "superseded", _("Replaced by a later one")
        MISSED = "missed", _("Missed: a later step went out instead")
        CANCELLED = "cancelled", _("Cancelled")
        BOUNCED = "bounced", _("Came back undelivered")
        # Not lost: the planner takes it up again when it may.
        HELD = "held", _("Held back")

    # The index of a network's mails serves for this one too.
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, related_name="reminders", db_index=False
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    duty_kind = models.CharField(_("kind of duty"), max_length=40)
    duty_id = models.BigIntegerField(_("duty"))
    deadline_version = models.PositiveIntegerField(_("version of the deadline"))
    due_date = models.DateField(_("due date"))
    offset_days = models.SmallIntegerField(_("days from the due date"))
    audience = models.CharField(_("told as"), max_length=12, choices=Audience)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    note = models.CharField(_("why"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("planned"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-planned_at", "-pk"]
        indexes = [
            models.Index(fields=["duty_kind", "duty_id", "-planned_at"], name="reminder_duty"),
            models.Index(fields=["network", "message"], name="reminder_network"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["duty_kind", "duty_id", "deadline_version", "recipient", "offset_days"],
                name="reminder_once",
                violation_error_message=_("This person has been told at this step already."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "planned",
                        "sent",
                        "refused",
                        "superseded",
                        "missed",
                        "cancelled",
                        "held",
                        "bounced",
                    ]
                ),
                name="reminder_state_known",
                violation_error_message=_("This is not a state of a reminder."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_kind} {self.duty_id} {self.offset_days:+d} → {self.recipient}"

    @property
    def fate(self) -> str:
        """What became of it: its mail's state, or why it never had one."""
        if self.message is not None and self.state in ("planned", "sent", "refused", "bounced"):
            return str(self.message.state)
        return str(self.state)
