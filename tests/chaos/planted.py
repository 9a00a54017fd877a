"""Two senders as they are found in the field. The judge must find both guilty.

They are as simple as those are, and share nothing with ours but the queue.
"""

import time
from datetime import timedelta
from uuid import uuid4

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from notifications.models import Message, Reminder
from notifications.services import plan

LEASE = timedelta(seconds=2)
BATCH = 10


def claim_first() -> None:
    """Mark a batch as sent, and then send it: what it held when it died is lost."""
    plan(timezone.now())
    with transaction.atomic():
        rows = take()
        close(rows)
    send(rows)


def lease_and_resend() -> None:
    """Mark a batch as sent after it was sent: what it held when it died goes out again."""
    plan(timezone.now())
    with transaction.atomic():
        Message.objects.filter(state="claimed", lease_until__lte=Now()).update(state="due")
        rows = take()
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            state="claimed", token=uuid4(), lease_until=Now() + LEASE
        )
    send(rows)
    close(rows)


def take() -> list[Message]:
    """The next ones of the queue."""
    waiting = Message.objects.select_for_update(skip_locked=True).filter(state="due")
    return list(waiting.order_by("pk")[:BATCH])


def close(rows: list[Message]) -> None:
    """Say that they are sent."""
    names = [row.pk for row in rows]
    Message.objects.filter(pk__in=names).update(state="accepted")
    Reminder.objects.filter(message__in=names).update(state="sent")


def send(rows: list[Message]) -> None:
    """Over one connection."""
    if not rows:
        time.sleep(0.1)
        return
    relay = get_connection()
    relay.open()
    for row in rows:
        name = {"Message-ID": row.message_id}
        person = [row.recipient.email]
        EmailMessage("Due", "It is due.", to=person, headers=name, connection=relay).send()
    relay.close()
