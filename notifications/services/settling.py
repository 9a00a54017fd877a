"""Writing down what the relay said: the attempt, and the mail's state."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from notifications.failpoints import AFTER_ANSWER, reach
from notifications.models import Attempt, Message
from notifications.services.claiming import GIVE_UP_AFTER, Batch, pause
from notifications.services.handover import Outgoing
from notifications.transport import Answer, Outcome

log = logging.getLogger(__name__)


def settle(outgoing: Outgoing, batch: Batch, answer: Answer, now: datetime) -> str:
    """Write down one answer. Returns the state that the mail is in by it."""
    reach(AFTER_ANSWER)
    message = outgoing.message
    state, next_try = _verdict(outgoing, answer, now)
    with transaction.atomic():
        # “unknown” too: a worker that was thought dead may still bring the answer. A mail
        # that was refused before its text was offered is still only claimed.
        Message.objects.filter(
            pk=message.pk,
            token=batch.token,
            state__in=(Message.State.HANDING_OVER, Message.State.UNKNOWN)
            if outgoing.marked
            else (Message.State.CLAIMED,),
        ).update(
            state=state,
            settled_at=now,
            next_try_at=next_try,
            lease_until=None,
            tries=outgoing.number,
            crashes=0,
            note=f"{answer.code or ''} {answer.reply}".strip()[:500],
        )
        Attempt.objects.create(
            message=message,
            number=outgoing.number,
            at=now,
            outcome=answer.outcome,
            code=answer.code,
            reply=answer.reply,
        )
    if state != Message.State.ACCEPTED:
        log.warning("Message %s: %s %s %s", message.pk, state, answer.code, answer.reply)
    return str(state)


def _verdict(outgoing: Outgoing, answer: Answer, now: datetime) -> tuple[Message.State, datetime]:
    if answer.outcome == Outcome.ACCEPTED:
        return Message.State.ACCEPTED, now
    if answer.outcome == Outcome.UNKNOWN:
        return Message.State.UNKNOWN, now
    if answer.queue_wide:
        # Not the mail's fault: it leaves as soon as the queue goes on.
        return Message.State.DUE, now
    if answer.outcome == Outcome.REFUSED or now - outgoing.message.created_at > GIVE_UP_AFTER:
        return Message.State.REFUSED, now
    return Message.State.DEFERRED, now + pause(outgoing.number)
