"""The hand-over: one transaction in which everything is looked at once more and decided.

A change that commits after it comes too late by definition, one that commits before it is
heeded. What is decided leaves within a second, or is decided anew (services.delivering).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists
from django.db.models.functions import Now

from notifications.failpoints import AFTER_RENDER, reach
from notifications.journal import Flight
from notifications.models import Message, Sending
from notifications.rendering import Line, render_digest
from notifications.services.bouncing import NOT_SENT
from notifications.services.claiming import Batch, follow
from notifications.services.links import make_links, personalise, weekly_placeholder
from notifications.services.rechecking import still_true
from notifications.services.returning import headers_of, metadata
from notifications.suppressing import suppressed

log = logging.getLogger(__name__)
_WRITTEN = (
    "state",
    "tries",
    "crashes",
    "handed_over_at",
    "settled_at",
    "note",
    "address",
    "subject",
    "text",
    "html",
)
State = Message.State


@dataclass(frozen=True)
class Outgoing:
    """A mail that is decided and about to leave."""

    message: Message
    mail: EmailMultiAlternatives

    @property
    def flight(self) -> Flight:
        """What the journal knows this attempt by."""
        return self.message.pk, self.message.tries


def hand_over(batch: Batch, ids: Sequence[int], epoch: str, now: datetime) -> list[Outgoing]:
    """Decide some mails of a batch: those that may leave are marked, the others dropped.

    The fence: only rows that are still ours, by an unexpired lease, in the database of this
    installation. The number of statements does not depend on the number of mails.
    """
    with transaction.atomic():
        held = list(
            Message.objects.filter(
                Exists(Sending.objects.filter(name=Sending.MAIL, epoch=epoch)),
                pk__in=ids,
                token=batch.token,
                state=State.CLAIMED,
                lease_until__gt=Now(),
            )
            .select_related("recipient")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        lines = still_true(held, now)
        links = make_links([line.reminder for kept in lines.values() for line in kept], now)
        barred = suppressed(message.recipient.email for message in held)
        mails = [_prepare(message, lines[message.pk], links, barred, now) for message in held]
        reach(AFTER_RENDER)
        _write(held, now)
    return [Outgoing(*pair) for pair in zip(held, mails, strict=True) if pair[1] is not None]  # type: ignore[arg-type]


def _write(held: Sequence[Message], now: datetime) -> None:
    """Write what was decided: one statement, and one more for each fate but leaving."""
    for message in held:
        message.crashes = 0
        if message.state == State.CLAIMED:
            message.state, message.handed_over_at = State.HANDING_OVER, now
        else:
            message.settled_at = now
        message.tries += message.state != State.CANCELLED
    # The rows exist and are locked: every one of them is updated, by its key.
    Message.objects.bulk_create(
        held, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
    )
    dropped = [message.pk for message in held if message.state != State.HANDING_OVER]
    if dropped:
        follow(dropped, {message.state for message in held})


def _prepare(
    message: Message,
    lines: Sequence[Line],
    links: Mapping[int, Any],
    barred: Collection[str],
    now: datetime,
) -> EmailMultiAlternatives | None:
    """The mail as it leaves; None if it does not, with the reason on the row."""
    person = message.recipient
    if not lines or not person.is_active:
        message.state = State.CANCELLED
        message.note = "Nothing was left to say at the moment of sending."
        return None
    if person.email in barred:
        message.state, message.note = State.REFUSED, NOT_SENT
        return None
    try:
        # One address only: "a@x, b@y" would be two recipients.
        validate_email(person.email)
        rendered = render_digest(person, lines, links, now)
        message.address = person.email
        message.subject, message.text, message.html = (
            rendered.subject,
            rendered.text,
            rendered.html,
        )
        return compose(message)
    except ValidationError:
        message.state = State.REFUSED
        message.note = "This is not one valid e-mail address."
    except Exception as error:
        # A poison row never stops its neighbours; staff see it in the outbox.
        log.exception("Message %s cannot be rendered", message.pk)
        message.state = State.REFUSED
        message.note = f"It cannot be rendered: {error!r}"[:500]
    return None


def compose(message: Message) -> EmailMultiAlternatives:
    """The mail as it leaves, with its personal addresses."""
    weekly = personalise(weekly_placeholder(message.recipient_id))
    headers = {
        "Message-ID": message.message_id,
        # By these a mail is known again when it comes back (services.returning).
        **headers_of(message),
        "From": settings.DEFAULT_FROM_EMAIL,
        "Auto-Submitted": "auto-generated",
        # RFC 8058: one press in the mail program, without a log-in. It bundles deadline
        # mail into one a week; what is a duty cannot be silenced.
        "List-Unsubscribe": f"<{weekly}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if message.resent:
        headers["X-Possible-Copy"] = "The answer to the first copy of this mail was lost."
    mail = EmailMultiAlternatives(
        message.subject,
        personalise(message.text),
        # The envelope's sender: where mail servers send what they cannot deliver.
        settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        [message.address],
        headers=headers,
    )
    mail.attach_alternative(personalise(message.html), "text/html")
    # A provider's own backend (django-anymail) gives them back with its events.
    mail.metadata = metadata(message)  # type: ignore[attr-defined]
    return mail
