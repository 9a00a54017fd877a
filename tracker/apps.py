"""The project's own application: pages, system checks, the demo."""

from django.apps import AppConfig
from django.core.checks import register

from tracker.checks import CHECKS, DEPLOY_CHECKS, TAG


class TrackerConfig(AppConfig):
    """Registers the system checks that refuse an unsafe production start."""

    name = "tracker"
    verbose_name = "Network Tracker"

    def ready(self) -> None:
        """Make the checks known to Django."""
        for check in CHECKS:
            register(check, TAG)
        for check in DEPLOY_CHECKS:
            register(check, TAG, deploy=True)
