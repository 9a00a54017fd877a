"""Finding the mails whose worker died, and telling which of them may have left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from notifications import journal
from notifications.conversing import Answer, Outcome
from notifications.journal import Evidence
from notifications.models import Message
from notifications.querysets import MessageQuerySet
from notifications.services.claiming import follow
from notifications.services.settling import note_attempts, settle, take_back
from notifications.stopwatch import ticks

# How often work on a mail may be begun without coming to an end.
MAX_CRASHES = 5
# The machine that a worker ran on is given this long after the lease to say what became
# of its mails; then the others call them unknown.
ELSEWHERE = timedelta(minutes=2)
State = Message.State
SILENT = Answer(Outcome.UNKNOWN, None, "The worker stopped before the answer was written down.")


def recover(now: datetime) -> int:
    """Settle what dead workers have left behind; returns how many mails that were.

    A worker of this machine is known to be dead by its journal's lock, any other one by its
    lease; one that lives here keeps what it has decided for as long as its journal says, even
    where the database's clock has jumped past the lease. Claimed but not decided: certainly
    not sent, so due again (a mail that has cost several workers their life is refused, or it
    would kill for ever). Decided: what the journal says; without one, unknown.
    """
    with journal.abandoned() as dead:
        left = Message.objects.filter(Q(token__in=dead) | Q(lease_until__lte=Now()))
        back = _return_claimed(left.filter(state=State.CLAIMED), now)
        decided = left.filter(state=State.HANDING_OVER, token__isnull=False)
        tokens = decided.values_list("token", flat=True).distinct().order_by()
        back += sum(
            _judge(token, now, dead=token in dead) for token in list(tokens) if token is not None
        )
        _tidy(dead)
    return back


def _return_claimed(left: MessageQuerySet, now: datetime) -> int:
    with transaction.atomic():
        # A worker that stands still while it decides holds its rows: waiting for them would
        # stop everybody with it.
        found = dict(left.select_for_update(skip_locked=True).values_list("pk", "crashes"))
        held = Message.objects.filter(pk__in=found)
        if any(crashes >= MAX_CRASHES for crashes in found.values()):
            held.filter(crashes__gte=MAX_CRASHES).update(
                state=State.REFUSED,
                token=None,
                lease_until=None,
                settled_at=now,
                note="Workers died over this mail; it is not tried again.",
            )
            follow(list(found), {State.REFUSED})
        if found:
            held.filter(state=State.CLAIMED).update(
                state=State.DUE, token=None, lease_until=None, next_try_at=now
            )
    return len(found)


def _judge(token: UUID, now: datetime, *, dead: bool) -> int:
    """Settle one dead worker's decided mails."""
    with transaction.atomic():
        rows = Message.objects.filter(token=token, state=State.HANDING_OVER)
        proof = journal.evidence(token)
        if proof is not None and not dead and ticks() < proof.until:
            return 0
        if proof is None:
            rows = rows.filter(lease_until__lte=Now() - ELSEWHERE)
        held = list(rows.select_for_update(skip_locked=True))
        return _by(proof, token, held, now)


def _by(proof: Evidence | None, token: UUID, held: Collection[Message], now: datetime) -> int:
    if proof is None:
        begun, answers = {(message.pk, message.tries) for message in held}, {}
    else:
        begun, answers = proof.begun, proof.answers
    answered, unsure, rest = [], [], []
    for message in held:
        flight = (message.pk, message.tries)
        if flight in answers:
            answered.append((message, answers[flight]))
        elif flight in begun:
            unsure.append(message)
        else:
            rest.append(message.pk)
    settle(token, answered, now)
    take_back(token, rest, state=State.DUE)
    # The token stays: should the worker live after all, its answer still counts.
    Message.objects.filter(pk__in=[message.pk for message in unsure]).update(
        state=State.UNKNOWN, settled_at=now, note=SILENT.reply
    )
    note_attempts([(message, SILENT) for message in unsure], now)
    return len(held)


def _tidy(dead: Collection[UUID]) -> None:
    """Remove the journals of the dead of which the database knows everything."""
    open_rows = Message.objects.filter(
        token__in=dead, state__in=(State.CLAIMED, State.HANDING_OVER)
    )
    needed = set(open_rows.values_list("token", flat=True))
    for token in set(dead) - needed:
        journal.forget(token)
