"""The one router: every address of the product starts here."""

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from tracker import health, metrics

# One door for everybody: the admin's own form would stand outside allauth's limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler500 = "tracker.outages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("networks.urls")),
    # Before milestones, whose last address takes whatever follows "networks/".
    path("", include("reports.urls")),
    path("", include("milestones.urls")),
    path("", include("notifications.urls")),
    path("api/v1/", include("tracker.api")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz/reminders", metrics.reminders, name="healthz-reminders"),
    path("metrics", metrics.metrics, name="metrics"),
]

if apps.is_installed("anymail"):
    urlpatterns.append(path("anymail/", include("anymail.urls")))
if settings.DEMO_MAIL_DIR:
    urlpatterns.append(path("demo/mail/", include("tracker.demo.urls")))
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", include("tracker.styleguide_urls")))
