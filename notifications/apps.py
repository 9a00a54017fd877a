"""The app of reminders and mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Reads what is due in the rooms below; nobody calls it."""

    name = "notifications"
    verbose_name = _("Reminders and mail")
