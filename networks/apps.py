"""The app of people, organisations, programmes and networks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    """Lowest room of the house: it imports no other app of ours."""

    name = "networks"
    verbose_name = _("Networks and people")

    def ready(self) -> None:
        """Find ``duties`` and ``notices`` of every app, each of which registers its own kinds."""
        autodiscover_modules("duties", "notices")
