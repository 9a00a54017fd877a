"""What every page may show without a view passing it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from networks import access
from networks.access import roles_anywhere


class Entry(NamedTuple):
    """One line of the navigation."""

    label: StrOrPromise
    url_name: str
    icon: str
    # Addresses that begin like one of these belong to the entry too.
    also: tuple[str, ...] = ()


EVERYBODY = (
    Entry(_("My work"), "my-work", "list-checks"),
    Entry(
        _("Networks"),
        "network-list",
        "waypoints",
        ("/milestones/", "/deliverables/", "/progress-reports/"),
    ),
    Entry(_("Status report"), "status-report", "chart-column"),
)
STAFF = (
    Entry(_("Outbox"), "outbox", "send", ("/reminders/",)),
    Entry(_("Report templates"), "report-templates", "file-text"),
    Entry(_("Import a plan"), "import-plan", "upload"),
    Entry(_("Public pages"), "publishing-home", "globe"),
    Entry(_("People"), "programme-list", "users"),
)
COMMITTEE = (Entry(_("Committee"), "committee", "gavel", ("/rounds/", "/reviews/")),)
OWN = (
    Entry(_("Your account"), "profile", "circle-user"),
    Entry(_("Reminders"), "preferences", "settings"),
    Entry(_("Calendars"), "calendars", "calendar-days"),
)


def site(request: HttpRequest) -> dict[str, str | bool]:
    """The product's name and whether the demo's mailbox is on this machine."""
    return {"site_name": settings.SITE_NAME, "demo": bool(settings.DEMO_MAIL_DIR)}


def nav(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """The rooms a person can enter; one query, for what only staff or committee see."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    rooms = list(_shown(EVERYBODY, request.path))
    held = roles_anywhere(user)
    if held & {*access.STAFF, *access.COMMITTEE}:
        rooms += _shown(COMMITTEE, request.path)
    if held & {*access.STAFF}:
        rooms += _shown(STAFF, request.path)
    return {"nav": rooms, "user_menu": _shown(OWN, request.path)}


def _shown(entries: tuple[Entry, ...], path: str) -> list[dict[str, Any]]:
    shown = []
    for entry in entries:
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            # A room that is not built yet has no door.
            continue
        begins = (url, *entry.also) if url != "/" else entry.also
        active = path == url or path.startswith(begins or ("\0",))
        shown.append({"label": entry.label, "url": url, "icon": entry.icon, "active": active})
    return shown
