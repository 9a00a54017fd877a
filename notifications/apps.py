"""The app of reminders and mail."""

from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Reads what is due in the rooms below; nobody calls it."""

    name = "notifications"
    verbose_name = _("Reminders and mail")

    def ready(self) -> None:
        """Let each web process look after the sweep. By path: models are loaded only now."""
        watch = import_string("notifications.watching.watch")
        request_finished.connect(watch.after_request, dispatch_uid="sweep-when-silent")
