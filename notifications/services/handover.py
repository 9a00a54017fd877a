"""A mail is looked at twice: with its slice, when it is rendered, and alone, when it leaves.

:func:`prepare` reads everything once more and renders; nothing is decided by it.
:func:`mark` decides one mail, immediately before its text is offered to the relay: a change
that commits after it comes too late by definition, one that commits before it is heeded.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from networks.clock import Today
from networks.duties import Duty, source
from networks.models import User
from notifications.composing import compose
from notifications.models import Message, Reminder, Sending
from notifications.rendering import Line, render_digest
from notifications.services.claiming import Batch
from notifications.services.links import make_links

log = logging.getLogger(__name__)
_WRITTEN = ["state", "tries", "settled_at", "note", "address"]
_RENDERED = ["subject", "text", "html"]


@dataclass
class Outgoing:
    """A mail that is ready and not yet sent."""

    message: Message
    mail: EmailMultiAlternatives
    lines: Sequence[Line]
    # Whether it was decided: from then on it counts as handed over.
    marked: bool = False

    @property
    def number(self) -> int:
        """Of this attempt."""
        return self.message.tries + 1


def prepare(batch: Batch, ids: Sequence[int], now: datetime) -> list[Outgoing]:
    """Look at a slice of a batch: what is no longer true is dropped, the rest rendered."""
    with transaction.atomic():
        # Only rows that are still ours, by an unexpired lease.
        held = list(
            Message.objects.filter(
                pk__in=ids, token=batch.token, state=Message.State.CLAIMED, lease_until__gt=Now()
            )
            .select_related("recipient")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        lines = _still_true(held, now)
        links = make_links([line.reminder for kept in lines.values() for line in kept], now)
        for message in held:
            _render(message, lines[message.pk], links, now)
        Message.objects.bulk_update(held, _WRITTEN + _RENDERED)
    going = [message for message in held if message.state == Message.State.CLAIMED]
    return [
        Outgoing(message, compose(message).for_django(), lines[message.pk]) for message in going
    ]


def mark(outgoing: Outgoing, batch: Batch, epoch: str, now: datetime) -> bool:
    """Decide one mail: the fence. False when it may not leave as it was prepared.

    One statement for the lease, the person and the installation, and one per kind of duty.
    """
    message = outgoing.message
    person = User.objects.filter(pk=OuterRef("recipient"), is_active=True, email=message.address)
    with transaction.atomic():
        ours = Message.objects.filter(
            Exists(person),
            Exists(Sending.objects.filter(name=Sending.MAIL, epoch=epoch)),
            pk=message.pk,
            token=batch.token,
            state=Message.State.CLAIMED,
            lease_until__gt=Now(),
        )
        outgoing.marked = ours.update(
            state=Message.State.HANDING_OVER,
            handed_over_at=now,
            tries=outgoing.number,
            crashes=0,
        ) == 1 and _all_due(outgoing.lines)
        transaction.set_rollback(not outgoing.marked)
    return outgoing.marked


def _all_due(lines: Sequence[Line]) -> bool:
    """Whether every duty that the mail tells of is open with that very deadline."""
    versions: dict[str, dict[int, int]] = defaultdict(dict)
    for line in lines:
        versions[line.duty.kind][line.duty.id] = line.reminder.deadline_version
    return all(
        source(kind).still_due(wanted).keys() == wanted.keys() for kind, wanted in versions.items()
    )


def _still_true(held: Iterable[Message], now: datetime) -> dict[int, list[Line]]:
    """The lines that still hold, by message; the others are marked with their reason."""
    found: dict[int, list[Line]] = defaultdict(list)
    dropped: list[Reminder] = []
    by_kind: dict[str, list[Reminder]] = defaultdict(list)
    people = {message.pk: message.recipient for message in held}
    planned = Reminder.objects.filter(message__in=people, state=Reminder.State.PLANNED)
    # The latest step of a duty comes first and is the one that is kept.
    for reminder in planned.order_by("-offset_days", "pk"):
        by_kind[reminder.duty_kind].append(reminder)
    for kind, reminders in by_kind.items():
        duties = {duty.id: duty for duty in source(kind).among({r.duty_id for r in reminders})}
        audiences = source(kind).audiences(list(duties.values()), Today.at(now).utc_date)
        told: set[tuple[int, int]] = set()
        for reminder in reminders:
            duty = duties.get(reminder.duty_id)
            if duty is not None and _holds(reminder, duty, audiences[duty.id], told):
                found[reminder.message_id or 0].append(Line(reminder, duty))
                continue
            if duty is None:
                _drop(reminder, Reminder.State.CANCELLED, "It is no longer open.")
            dropped.append(reminder)
    Reminder.objects.bulk_update(dropped, ["state", "note"])
    return found


def _holds(
    reminder: Reminder,
    duty: Duty,
    audiences: Mapping[str, frozenset[int]],
    told: set[tuple[int, int]],
) -> bool:
    """Whether this line may go out; if not, it is marked with the reason."""
    key = (reminder.message_id or 0, duty.id)
    if duty.deadline_version != reminder.deadline_version:
        _drop(reminder, Reminder.State.SUPERSEDED, "Its deadline has moved.")
    elif reminder.recipient_id not in audiences.get(reminder.audience, ()):
        _drop(reminder, Reminder.State.CANCELLED, "It is no longer theirs.")
    elif key in told:
        _drop(reminder, Reminder.State.SUPERSEDED, "A later step went out in the same mail.")
    else:
        told.add(key)
        return True
    return False


def _drop(reminder: Reminder, state: Reminder.State, why: str) -> None:
    reminder.state, reminder.note = state, why


def _render(message: Message, lines: Sequence[Line], links: Any, now: datetime) -> None:
    person = message.recipient
    if not lines or not person.is_active:
        message.state, message.settled_at = Message.State.CANCELLED, now
        message.note = "Nothing was left to say at the moment of sending."
        return
    try:
        # One address only: "a@x, b@y" would be two recipients.
        validate_email(person.email)
        rendered = render_digest(person, lines, links, now)
    except ValidationError:
        _refuse(message, now, "This is not one valid e-mail address.")
    except Exception as error:
        # A poison row never stops its neighbours; staff see it in the outbox.
        log.exception("Message %s cannot be rendered", message.pk)
        _refuse(message, now, f"It cannot be rendered: {error!r}"[:500])
    else:
        message.subject, message.text, message.html = (
            rendered.subject,
            rendered.text,
            rendered.html,
        )
        message.address = person.email


def _refuse(message: Message, now: datetime, why: str) -> None:
    message.state, message.settled_at, message.note = Message.State.REFUSED, now, why
    message.tries += 1
