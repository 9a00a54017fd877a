"""What an invitation says: who asks whom, to what, and the one button."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from networks.holdings import promised
from networks.models import Invitation, User
from notifications.models import Message
from notifications.mornings import zone_or_utc
from notifications.rendering import Rendered
from notifications.services.inviting import is_latest
from notifications.services.links import invitation_placeholder
from notifications.stencils import inline
from notifications.words import in_words, one_line


def render_invitation(message: Message, invitation: Invitation, now: datetime) -> Rendered | None:
    """The mail as it stands now; None when it was accepted, taken back or sent anew."""
    if not is_latest(message, invitation, now):
        return None
    known = User.objects.filter(email__iexact=invitation.email).first()
    language = known.language if known is not None else invitation.language
    zone = zone_or_utc(known.time_zone if known is not None else "UTC")
    with translation.override(language), timezone.override(zone):
        context = _context(invitation, known)
        text = render_to_string("notifications/mail/invitation.txt", context)
        html = render_to_string("notifications/mail/invitation.html", context)
        return Rendered(context["subject"], text, inline(html))


def _context(invitation: Invitation, known: User | None) -> dict[str, Any]:
    inviter = invitation.invited_by
    words = {"place": str(invitation.place), "by": inviter.get_full_name() if inviter else ""}
    subject = _("%(by)s invites you to %(place)s") if inviter else _("You are invited to %(place)s")
    return {
        "subject": one_line(subject % words)[:200],
        "invitation": invitation,
        "place": invitation.network.title if invitation.network else str(invitation.programme),
        "role": invitation.get_role_display(),
        "inviter": inviter,
        "known": known,
        "promised": promised([invitation.pk]).get(invitation.pk, []),
        "starts": in_words(invitation.starts) if invitation.starts else "",
        "ends": in_words(invitation.ends) if invitation.ends else "",
        "until": in_words(timezone.localtime(invitation.expires_at).date()),
        "url": invitation_placeholder(invitation.key),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
    }
