"""The app of people, organisations, programmes and networks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    """Lowest room of the house: it imports no other app of ours."""

    name = "networks"
    verbose_name = _("Networks and people")

    def ready(self) -> None:
        """Find the modules of every app that register its own kinds, by their names."""
        autodiscover_modules(
            "functions", "access", "duties", "erasing", "holdings", "marks", "notices", "public"
        )
