"""The app of reminders and mail."""

from django.apps import AppConfig, apps
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
        if apps.is_installed("anymail"):
            tracking = import_string("anymail.signals.tracking")
            tell = import_string("notifications.webhooks.tell")
            tracking.connect(tell, dispatch_uid="bounces-of-providers")
