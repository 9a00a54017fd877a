"""Which kind of mail says what: one door for the hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from notifications.invitation_mail import render_invitation
from notifications.models import Message
from notifications.notice_mail import render_notice
from notifications.rendering import Line, Rendered, render_digest
from notifications.summary_mail import render_summary


def render(
    message: Message, lines: Sequence[Line], links: Mapping[int, UUID], now: datetime
) -> Rendered | None:
    """What a mail says at this moment; None when nothing is left to say."""
    if message.kind == Message.Kind.NOTICE:
        return render_notice(message, now)
    if message.invitation is not None:
        return render_invitation(message, message.invitation, now)
    if message.recipient is None:
        return None
    if message.kind == Message.Kind.SUMMARY:
        return render_summary(message.recipient, lines, links, now)
    return render_digest(message.recipient, lines, links, now) if lines else None
