"""The app of plans: work packages, milestones, deliverables, risks, amendments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MilestonesConfig(AppConfig):
    """Stands on networks; reports and notifications stand on it."""

    name = "milestones"
    verbose_name = _("Plans and progress")
