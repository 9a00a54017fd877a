"""What milestones and deliverables have in common: a code, four dates, a state.

Four dates are kept side by side (design rule 3): ``contractual_date`` never moves,
``revised_date`` only by an approved amendment, ``forecast_date`` is what the lead says,
``actual_date`` is when it happened. ``due_date`` is the revised or else the contractual
one, computed by the database, so that every reader means the same.

``state``, ``confidence``, ``percent``, ``forecast_date`` and ``last_update_at`` repeat the
latest :class:`StatusUpdate`, and are written by the same service in the same transaction:
lists of 300,000 items could not look each one up in a million updates.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from networks.fields import NaturalKeyField
from networks.models import Member, Network, Partner


class Confidence(models.TextChoices):
    """What the lead thinks of the due date, in three words."""

    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")


class ReasonCode(models.TextChoices):
    """Why something is late or moved (list of CGIAR MARLO)."""

    RESEARCH = "research", _("Research or science")
    FINANCIAL = "financial", _("Financial")
    PARTNERSHIP = "partnership", _("Partnership")
    INTERNAL = "internal_resources", _("Internal resources")
    WEATHER = "weather", _("Weather")
    EXTERNAL = "external_environment", _("External environment")
    OTHER = "other", _("Other")


class Item(models.Model):
    """A thing a network has promised by a date."""

    # Each kind says which of its states mean "still to hand in", "waits for staff", "done".
    OPEN_STATES: ClassVar[tuple[str, ...]]
    HANDED_IN_STATE: ClassVar[str]
    DONE_STATE: ClassVar[str]
    ENDED_STATE: ClassVar[str]

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="%(class)ss")
    code = models.CharField(_("number"), max_length=30)
    code_key = NaturalKeyField(source="code")
    title = models.CharField(_("title"), max_length=600)
    description = models.TextField(_("description"), blank=True)
    lead_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="led_%(class)ss"
    )
    responsible = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="responsible_%(class)ss",
        help_text=_("Empty: the lead of its work package, else the network lead."),
    )
    due_month = models.PositiveSmallIntegerField(_("due month"), null=True, blank=True)
    contractual_date = models.DateField(_("contractual date"))
    revised_date = models.DateField(_("revised date"), null=True, blank=True)
    forecast_date = models.DateField(_("forecast"), null=True, blank=True)
    actual_date = models.DateField(_("actual date"), null=True, blank=True)
    due_date = models.GeneratedField(
        expression=Coalesce("revised_date", "contractual_date"),
        output_field=models.DateField(_("due date")),
        db_persist=True,
    )
    # Rises whenever the due date moves: a moved deadline earns new reminders.
    deadline_version = models.PositiveIntegerField(default=1, editable=False)
    handed_in_on = models.DateField(_("handed in on"), null=True, blank=True)
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence, blank=True)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    last_update_at = models.DateTimeField(_("last update"), null=True, blank=True)
    # Rises with every write: a form that was filled over an older version is asked again.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
        ordering = ["network", "code_key", "pk"]
        indexes = [
            models.Index(fields=["due_date", "id"], name="%(class)s_due"),
            models.Index(fields=["network", "state", "due_date"], name="%(class)s_net_state"),
            models.Index(fields=["network", "code_key"], name="%(class)s_net_code"),
            models.Index(fields=["state", "due_date", "id"], name="%(class)s_state_due"),
            models.Index(fields=["confidence", "due_date"], name="%(class)s_confidence"),
            models.Index(fields=["last_update_at", "id"], name="%(class)s_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"],
                name="%(class)s_code_unique",
                violation_error_message=_("Another one in this network has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(percent__lte=100),
                name="%(class)s_percent",
                violation_error_message=_("Percent done lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(due_month__gte=1) | models.Q(due_month__isnull=True),
                name="%(class)s_months_from_one",
                violation_error_message=_("Project months count from 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["", "on_track", "at_risk", "off_track"]),
                name="%(class)s_confidence_known",
                violation_error_message=_("Confidence is on track, at risk or off track."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether somebody of the network still has to hand it in."""
        return self.state in self.OPEN_STATES  # type: ignore[attr-defined]

    @property
    def is_delayed(self) -> bool:
        """Whether the lead forecasts a date after the due date (same rule as ``delayed()``)."""
        return (
            self.is_open and self.forecast_date is not None and self.forecast_date > self.due_date
        )

    def is_overdue(self, local_today: date) -> bool:
        """Whether the due day is over, given the date where the network is."""
        return self.is_open and self.due_date < local_today

    def refresh_due_date(self) -> None:
        """Read back what the database computed after a date was written."""
        self.refresh_from_db(fields=["due_date"])
