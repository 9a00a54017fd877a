"""What the reminders hold for one person alone."""

from __future__ import annotations

from django.db.models import Q

from networks.erasing import register
from networks.models import User
from notifications.models import (
    Bounce,
    CalendarFeed,
    ItemLink,
    Message,
    Preference,
    Silence,
    Suppression,
)


def forget_mails(person: User) -> None:
    """The ledger stays (that somebody was told, when); what the mails said, and to where, goes."""
    for model in (CalendarFeed, ItemLink, Preference, Silence):
        model._default_manager.filter(user=person).delete()
    Suppression.objects.filter(user=person).delete()
    Suppression.objects.filter(released_by=person).update(released_by=None)
    to_them = Message.objects.filter(
        Q(recipient=person) | Q(invitation__email=person.email.lower())
    )
    # What waits to be sent is called off; the state of what has left is the record.
    waiting = to_them.filter(state__in=(*Message.WAITING, Message.State.CLAIMED))
    waiting.update(state=Message.State.CANCELLED, token=None, lease_until=None)
    to_them.update(subject="", text="", html="", address="", note="")
    Bounce.objects.filter(message__in=to_them).update(address="", said="")


register("mails", forget_mails)
