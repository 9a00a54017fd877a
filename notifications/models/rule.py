"""What a programme, or one network of it, changes about the default ladder."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from networks.duties import Audience
from networks.models import Network, Programme


class ReminderRule(models.Model):
    """One step of a ladder for one kind of duty.

    A programme without rows uses the defaults of each kind (``networks.duties``). A row
    adds a step, or, not enabled, takes one away. A row that names a network says so for
    that network only, and goes before the programme's (``notifications.ladder``).
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="reminder_rules"
    )
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="reminder_rules"
    )
    duty_kind = models.CharField(_("kind of duty"), max_length=40)
    offset_days = models.SmallIntegerField(
        _("days from the due date"), help_text=_("Negative: before. 0: the day itself.")
    )
    audience = models.CharField(_("to"), max_length=12, choices=Audience)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["programme", "duty_kind", "offset_days"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "duty_kind", "offset_days", "audience"],
                condition=models.Q(network__isnull=True),
                name="reminder_rule_unique",
                violation_error_message=_("The programme has this step already."),
            ),
            models.UniqueConstraint(
                fields=["network", "duty_kind", "offset_days", "audience"],
                condition=models.Q(network__isnull=False),
                name="reminder_rule_unique_in_network",
                violation_error_message=_("The network has this step already."),
            ),
            models.CheckConstraint(
                condition=models.Q(offset_days__gte=-366, offset_days__lte=366),
                name="reminder_rule_within_a_year",
                violation_error_message=_("A step lies within a year of the due date."),
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=["responsible", "leads", "officers", "managers"]),
                name="reminder_rule_audience_known",
                violation_error_message=_(
                    "A step goes to the person responsible, the leads, the officers or the managers."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_kind} {self.offset_days:+d} {self.audience}"
