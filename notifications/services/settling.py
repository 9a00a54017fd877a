"""Writing down what the relay said: the attempt, and the mail's state."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import F

from notifications.conversing import Answer, Outcome
from notifications.models import Attempt, Message
from notifications.services.bouncing import note_refusal
from notifications.services.claiming import GIVE_UP_AFTER, follow, pause

log = logging.getLogger(__name__)
State = Message.State
Answered = Sequence[tuple[Message, Answer]]
_ATTEMPT = ("message_id", "number", "at", "outcome", "code", "reply")


def settle(token: UUID, answered: Answered, now: datetime) -> Counter[str]:
    """Write down answers, in one transaction; returns how many mails came to which state.

    Three statements for all that were accepted, and one more for each other mail.
    """
    if not answered:
        return Counter()
    verdicts = [(message, answer, *_verdict(message, answer, now)) for message, answer in answered]
    # "unknown" too: a worker that was thought dead may still bring the answer.
    ours = Message.objects.filter(token=token, state__in=(State.HANDING_OVER, State.UNKNOWN))
    with transaction.atomic():
        taken = [message.pk for message, _, state, _ in verdicts if state == State.ACCEPTED]
        if taken:
            ours.filter(pk__among=set(taken)).update(
                state=State.ACCEPTED, settled_at=now, lease_until=None, note=""
            )
        for message, answer, state, next_try in verdicts:
            if state != State.ACCEPTED:
                log.warning("Message %s: %s %s %s", message.pk, state, answer.code, answer.reply)
                ours.filter(pk=message.pk).update(
                    state=state,
                    settled_at=now,
                    next_try_at=next_try,
                    lease_until=None,
                    note=f"{answer.code or ''} {answer.reply}".strip()[:500],
                )
        note_attempts(answered, now)
        for message, answer in answered:
            if answer.outcome == Outcome.REFUSED:
                note_refusal(message, answer.reply, now)
        states = Counter(str(state) for _, _, state, _ in verdicts)
        follow([message.pk for message, _ in answered], states)
    return states


def note_attempts(answered: Answered, now: datetime) -> None:
    """Write the attempts, which nobody alters afterwards: one plain statement.

    Django's ``bulk_create`` prepares each value of each row, which costs a third of settling.
    """
    if not answered:
        return
    connection = connections[Attempt.objects.db]
    quote = connection.ops.quote_name
    at = connection.ops.adapt_datetimefield_value(now)
    params: list[Any] = []
    for message, answer in answered:
        outcome = str(answer.outcome)
        params += [message.pk, message.tries, at, outcome, answer.code, answer.reply]
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(answered))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(Attempt._meta.db_table)} "  # noqa: S608 - names of our own
            f"({', '.join(map(quote, _ATTEMPT))}) VALUES {rows}",
            params,
        )


def take_back(token: UUID, ids: Sequence[int], *, state: State) -> int:
    """Undo the decision over mails that were certainly not begun; returns how many."""
    if not ids:
        return 0
    ours = Message.objects.filter(pk__in=ids, token=token, state=State.HANDING_OVER)
    kept = state == State.CLAIMED
    free = {} if kept else {"token": None, "lease_until": None}
    return ours.update(state=state, tries=F("tries") - 1, handed_over_at=None, **free)


def _verdict(message: Message, answer: Answer, now: datetime) -> tuple[State, datetime]:
    if answer.outcome == Outcome.ACCEPTED:
        return State.ACCEPTED, now
    if answer.outcome == Outcome.UNKNOWN:
        return State.UNKNOWN, now
    if answer.queue_wide:
        # Not the mail's fault: it leaves as soon as the queue goes on.
        return State.DUE, now
    if answer.outcome == Outcome.REFUSED or now - message.created_at > GIVE_UP_AFTER:
        return State.REFUSED, now
    return State.DEFERRED, now + pause(message.tries)
