"""What a person can be, in a network and in a programme."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    """In a network."""

    LEAD = "lead", _("Network lead")
    DEPUTY = "deputy", _("Deputy lead")
    WP_LEAD = "wp_lead", _("Work package lead")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


class RoleInProgramme(models.TextChoices):
    """In a programme."""

    MANAGER = "manager", _("Manager")
    OFFICER = "officer", _("Officer")
    CHAIR = "chair", _("Committee chair")
    REVIEWER = "reviewer", _("Reviewer")
    FUNDER = "funder", _("Funder")
