"""Milestones: control points that must be verifiable."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from milestones.models.item import Item
from milestones.models.work_package import WorkPackage
from milestones.querysets import MilestoneQuerySet
from networks.models import Partner


class Milestone(Item):
    """A control point of a network (Horizon Europe table 3.1.d; NINDS go/no-go gates).

    It may belong to several work packages. The lead claims it with the evidence that
    ``means_of_verification`` names; staff, or the committee for a gate, verify it or
    return it with a note.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        CLAIMED = "claimed", _("Claimed")
        VERIFIED = "verified", _("Verified")
        DROPPED = "dropped", _("Dropped")

    OPEN_STATES = ("planned", "in_progress")
    HANDED_IN_STATE = "claimed"
    DONE_STATE = "verified"
    ENDED_STATE = "dropped"

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    work_packages = models.ManyToManyField(WorkPackage, blank=True, related_name="milestones")
    contributors = models.ManyToManyField(
        Partner, blank=True, related_name="contributed_milestones"
    )
    means_of_verification = models.TextField(_("means of verification"), blank=True)
    is_gate = models.BooleanField(
        _("gate"), default=False, help_text=_("A go/no-go decision point.")
    )
    tranche = models.CharField(_("payment tranche"), max_length=60, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta(Item.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            *Item.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["planned", "in_progress", "claimed", "verified", "dropped"]
                ),
                name="milestone_state_known",
                violation_error_message=_(
                    "A milestone is planned, in progress, claimed, verified or dropped."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["claimed", "verified"])
                | models.Q(actual_date__isnull=False),
                name="milestone_achieved_has_date",
                violation_error_message=_("Say on which day the milestone was achieved."),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("milestone", args=[self.pk])
