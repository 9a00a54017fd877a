"""What a notice says: one thing that has happened, and what to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from networks.models import Event, User
from networks.notices import Tale, source_of
from notifications.models import Message
from notifications.mornings import zone_or_utc
from notifications.rendering import Rendered
from notifications.services.links import absolute, preferences_url, weekly_placeholder
from notifications.services.noticing import still_awaited
from notifications.stencils import inline
from notifications.words import in_words, one_line


def render_notice(message: Message, now: datetime) -> Rendered | None:
    """The mail as it stands now, in its reader's language; None when nobody waits any more."""
    event, person = message.event, message.recipient
    if event is None or person is None or not still_awaited(message, now):
        return None
    zone = zone_or_utc(person.time_zone)
    with translation.override(person.language), timezone.override(zone):
        tale = source_of(event.verb).tell(event, person)
        if tale is None:
            return None
        context = _context(event, person, tale)
        text = render_to_string("notifications/mail/notice.txt", context)
        html = render_to_string("notifications/mail/notice.html", context)
        return Rendered(context["subject"], text, inline(html))


def _context(event: Event, person: User, tale: Tale) -> dict[str, Any]:
    return {
        "person": person,
        "subject": one_line(tale.headline)[:200],
        "tale": tale,
        "day": in_words(timezone.localtime(event.at).date()),
        "url": absolute(tale.url),
        "why": tale.why,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "preferences_url": preferences_url(),
        "weekly_url": weekly_placeholder(person.pk),
    }
