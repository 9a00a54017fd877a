"""Planning the mails of invitations: one for each sending, whatever happens."""

from __future__ import annotations

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from networks.models import Invitation
from notifications.models import Message
from notifications.services.planning import new_message

MOST_AT_ONCE = 500


def dedupe_key(invitation: Invitation) -> str:
    """What makes the mail of one sending the only one; the SQL below says the same."""
    return f"invitation:{invitation.pk}:{invitation.round}"


def plan_invitations(now: datetime) -> int:
    """Plan a mail for each sending that has none yet; returns how many.

    Two statements. Any number of sweeps at the same time are harmless, by the mail's key.
    """
    key = Concat(
        Value("invitation:"),
        Cast(OuterRef("pk"), CharField()),
        Value(":"),
        Cast(OuterRef("round"), CharField()),
    )
    planned = Message.objects.filter(dedupe_key=key)
    rows = Invitation.objects.waiting(now).filter(~Exists(planned)).order_by("pk")
    mails = [_mail(row, now) for row in rows[:MOST_AT_ONCE]]
    if mails:
        Message.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def _mail(row: Invitation, now: datetime) -> Message:
    mail = new_message(None, now.date(), now, dedupe_key(row), Message.Kind.INVITATION)
    mail.invitation = row
    return mail


def is_latest(message: Message, invitation: Invitation, now: datetime) -> bool:
    """Whether the mail may leave: its invitation can be accepted, and was not sent anew since."""
    waits = invitation.state_at(now) == Invitation.State.WAITING
    return waits and message.dedupe_key == dedupe_key(invitation)
