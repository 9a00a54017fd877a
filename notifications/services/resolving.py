"""What becomes of a mail of which nobody knows whether it left.

In this order, by what the relay can do (the setting MAIL_RELAY): one that drops copies by a
key gets it again; one that can be asked is asked; otherwise a reminder is sent once more
and marked, and anything else waits for staff.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.composing import IDEMPOTENT
from notifications.conversing import Answer, Outcome
from notifications.models import Message
from notifications.querysets import MessageQuerySet
from notifications.services.claiming import pause
from notifications.services.settling import settle

log = logging.getLogger(__name__)
# Takes mails, returns the ids (``pk``) of those that the relay has.
Lookup = Callable[[Sequence[Message]], Collection[int]]
ASKABLE = "askable"
State = Message.State
HAS_IT = Answer(Outcome.ACCEPTED, None, "The mail server was asked and has it.")


def resolve(now: datetime) -> int:
    """Settle mails in doubt whose time has come; returns how many."""
    # Of a second copy nobody sends a third one.
    unsure = Message.objects.filter(state=State.UNKNOWN, resent=False)
    if settings.MAIL_RELAY == IDEMPOTENT:
        known = unsure.filter(handed_over_at__gt=now - settings.MAIL_IDEMPOTENCY_WINDOW)
        sent = _send_again(known, now)
        return sent + _copy(unsure, now)
    ripe = unsure.filter(settled_at__lte=now - settings.MAIL_SETTLE_AFTER)
    if settings.MAIL_RELAY == ASKABLE:
        return _ask(list(ripe.order_by("pk")[: settings.MAIL_BATCH]), now)
    return _copy(unsure, now)


def _send_again(known: MessageQuerySet, now: datetime) -> int:
    """The relay drops what it has already: no waiting, no mark."""
    return sum(
        known.filter(tries=tries).update(
            state=State.DUE,
            token=None,
            lease_until=None,
            next_try_at=now if tries < 2 else now + pause(tries - 1),
        )
        for tries in set(known.values_list("tries", flat=True))
    )


def _ask(ripe: Sequence[Message], now: datetime) -> int:
    if not ripe:
        return 0
    lookup: Lookup = import_string(settings.MAIL_RELAY_LOOKUP)
    try:
        arrived = set(lookup(ripe))
    except Exception:
        log.exception("The mail server cannot be asked; %d mails stay unknown", len(ripe))
        return 0
    for message in ripe:
        if message.pk in arrived and message.token is not None:
            settle(message.token, [(message, HAS_IT)], now)
    rest = [message.pk for message in ripe if message.pk not in arrived]
    _again(Message.objects.filter(pk__in=rest), now)
    return len(ripe)


def _copy(unsure: MessageQuerySet, now: datetime) -> int:
    """Missing a deadline is worse than reading of it twice: one more copy, and only one."""
    due = now - settings.MAIL_SETTLE_AFTER
    ripe = unsure.filter(kind__in=Message.MORNINGS, settled_at__lte=due)
    return _again(ripe, now, resent=True)


def _again(mails: MessageQuerySet, now: datetime, **more: bool) -> int:
    return mails.filter(state=State.UNKNOWN).update(
        state=State.DUE, token=None, lease_until=None, next_try_at=now, **more
    )
