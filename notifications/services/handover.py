"""The hand-over: one transaction in which everything is looked at once more and decided.

A change that commits after it comes too late by definition, one that commits before it is
heeded. What is decided leaves within a second, or is decided anew (services.delivering).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, F, prefetch_related_objects
from django.db.models.functions import Now

from notifications.composing import Letter, compose
from notifications.faces import render
from notifications.failpoints import AFTER_RENDER, reach
from notifications.journal import Flight
from notifications.models import Message, Sending
from notifications.rendering import Line
from notifications.services.bouncing import NOT_SENT
from notifications.services.claiming import Batch, follow
from notifications.services.links import make_links
from notifications.services.marking import mark_leaving
from notifications.services.rechecking import still_true
from notifications.suppressing import suppressed

log = logging.getLogger(__name__)
State = Message.State
_OF_INVITATIONS = (
    "invitation__network",
    "invitation__programme",
    "invitation__partner__organisation",
    "invitation__organisation",
    "invitation__invited_by",
)


@dataclass(frozen=True)
class Outgoing:
    """A mail that is decided and about to leave."""

    message: Message
    letter: Letter

    @property
    def flight(self) -> Flight:
        """What the journal knows this attempt by."""
        return self.message.pk, self.message.tries


def hand_over(batch: Batch, ids: Sequence[int], epoch: str, now: datetime) -> list[Outgoing]:
    """Decide some mails of a batch: those that may leave are marked, the others dropped.

    The fence: only rows that are still ours, by an unexpired lease, in the database of this
    installation. The number of statements does not depend on the number of digests; news,
    summaries and invitations look up one by one what they tell.
    """
    with transaction.atomic():
        held = list(
            Message.objects.filter(
                Exists(Sending.objects.filter(name=Sending.MAIL, epoch=epoch)),
                pk__among=set(ids),
                token=batch.token,
                state=State.CLAIMED,
                lease_until__gt=Now(),
            )
            .select_related("recipient")
            .select_for_update(of=("self",))
            .order_by("pk")
        )
        # Read for those few that have one: to look for it with each row takes longer than
        # all else of reading the mails.
        invited = [message for message in held if message.invitation_id is not None]
        prefetch_related_objects(invited, *_OF_INVITATIONS)
        lines = still_true(held, now)
        links = make_links([line.reminder for kept in lines.values() for line in kept], now)
        barred = suppressed(message.goes_to for message in held)
        letters = [_prepare(message, lines[message.pk], links, barred, now) for message in held]
        reach(AFTER_RENDER)
        _write(held, now)
    return [
        Outgoing(message, letter)
        for message, letter in zip(held, letters, strict=True)
        if letter is not None
    ]


def _write(held: Sequence[Message], now: datetime) -> None:
    """Write what was decided: one statement, and some more for each fate but leaving."""
    dropped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for message in held:
        message.crashes = 0
        message.tries += int(message.state != State.CANCELLED)
        if message.state == State.CLAIMED:
            message.state, message.handed_over_at = State.HANDING_OVER, now
        else:
            dropped[message.state, message.note].append(message.pk)
    mark_leaving([message for message in held if message.state == State.HANDING_OVER], now)
    for (state, note), ids in dropped.items():
        Message.objects.filter(pk__among=set(ids)).update(
            state=state,
            note=note,
            tries=F("tries") + int(state != State.CANCELLED),
            crashes=0,
            settled_at=now,
        )
        follow(ids, {state})


def _prepare(
    message: Message,
    lines: Sequence[Line],
    links: Mapping[int, Any],
    barred: Collection[str],
    now: datetime,
) -> Letter | None:
    """The mail as it leaves; None if it does not, with the reason on the row."""
    if message.is_wanted and message.goes_to in barred:
        message.state, message.note = State.REFUSED, NOT_SENT
        return None
    try:
        rendered = render(message, lines, links, now) if message.is_wanted else None
        if rendered is None:
            message.state = State.CANCELLED
            message.note = "Nothing was left to say at the moment of sending."
            return None
        # One address only: "a@x, b@y" would be two recipients.
        validate_email(message.goes_to)
        message.address = message.goes_to
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
