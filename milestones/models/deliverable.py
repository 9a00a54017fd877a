"""Deliverables: what a network hands over."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from milestones.models.item import Item
from milestones.models.work_package import WorkPackage
from milestones.querysets import DeliverableQuerySet


class Deliverable(Item):
    """A thing handed over by a date (Horizon Europe table 3.1.c).

    ``code`` is ``D<work package>.<n>`` as text. A cancelled one is kept and its number is
    not used again. Members draft, only lead or deputy submit.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        REVISION_REQUESTED = "revision_requested", _("Revision requested")
        ACCEPTED = "accepted", _("Accepted")
        CANCELLED = "cancelled", _("Cancelled")

    class Type(models.TextChoices):
        R = "R", _("Document, report")
        DEM = "DEM", _("Demonstrator, pilot, prototype")
        DEC = "DEC", _("Websites, patent filings, media, videos")
        DATA = "DATA", _("Data sets")
        DMP = "DMP", _("Data management plan")
        ETHICS = "ETHICS", _("Ethics")
        SECURITY = "SECURITY", _("Security")
        OTHER = "OTHER", _("Software, diagrams, algorithms, models")

    class Level(models.TextChoices):
        PU = "PU", _("Public")
        SEN = "SEN", _("Sensitive")
        R_UE = "R-UE/EU-R", _("EU restricted")
        C_UE = "C-UE/EU-C", _("EU confidential")
        S_UE = "S-UE/EU-S", _("EU secret")

    OPEN_STATES = ("pending", "draft", "revision_requested")
    HANDED_IN_STATE = "submitted"
    DONE_STATE = "accepted"
    ENDED_STATE = "cancelled"

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PENDING)
    work_package = models.ForeignKey(
        WorkPackage, on_delete=models.PROTECT, null=True, blank=True, related_name="deliverables"
    )
    type = models.CharField(_("type"), max_length=10, choices=Type, default=Type.OTHER)
    dissemination_level = models.CharField(
        _("dissemination level"), max_length=10, choices=Level, default=Level.SEN
    )

    objects = DeliverableQuerySet.as_manager()

    class Meta(Item.Meta):
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        constraints = [
            *Item.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "pending",
                        "draft",
                        "submitted",
                        "revision_requested",
                        "accepted",
                        "cancelled",
                    ]
                ),
                name="deliverable_state_known",
                violation_error_message=_(
                    "A deliverable is pending, draft, submitted, revision requested, accepted or cancelled."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "accepted"])
                | models.Q(actual_date__isnull=False),
                name="deliverable_delivered_has_date",
                violation_error_message=_("Say on which day the deliverable was delivered."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    type__in=["R", "DEM", "DEC", "DATA", "DMP", "ETHICS", "SECURITY", "OTHER"]
                ),
                name="deliverable_type_known",
                violation_error_message=_(
                    "The type is R, DEM, DEC, DATA, DMP, ETHICS, SECURITY or OTHER."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    dissemination_level__in=["PU", "SEN", "R-UE/EU-R", "C-UE/EU-C", "S-UE/EU-S"]
                ),
                name="deliverable_level_known",
                violation_error_message=_(
                    "The level is PU, SEN, R-UE/EU-R, C-UE/EU-C or S-UE/EU-S."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("deliverable", args=[self.pk])
