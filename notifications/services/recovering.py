"""Finding the mails whose worker died, and settling what can be settled about them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from notifications.models import Attempt, Message

# How often work on a mail may be begun without coming to an end.
MAX_CRASHES = 5


def recover(now: datetime) -> int:
    """Settle what dead workers have left behind; returns how many mails that were.

    1. Claimed but not handed over: certainly not sent, so due again (a mail that has cost
       several workers their life is refused, or it would kill for ever).
    2. Handed over without an answer: unknown, and said so.
    3. Unknown for long enough: sent once more, marked, with the same Message-ID.
    """
    left = Message.objects.abandoned().filter(state=Message.State.CLAIMED)
    poison = left.filter(crashes__gte=MAX_CRASHES).update(
        state=Message.State.REFUSED,
        token=None,
        lease_until=None,
        settled_at=now,
        note="Workers died over this mail; it is not tried again.",
    )
    due = left.update(state=Message.State.DUE, token=None, lease_until=None, next_try_at=now)
    return poison + due + _mark_unknown(now) + _resend_unknown(now)


def _mark_unknown(now: datetime) -> int:
    with transaction.atomic():
        silent = Message.objects.abandoned().filter(state=Message.State.HANDING_OVER)
        lost = list(silent.select_for_update(skip_locked=True))
        Message.objects.filter(pk__in=[m.pk for m in lost]).update(
            # The token stays: should the worker live after all, its answer still counts.
            state=Message.State.UNKNOWN,
            settled_at=now,
            note="The worker stopped before the mail server's answer was written down.",
        )
        Attempt.objects.bulk_create(
            Attempt(
                message=message,
                number=message.tries,
                at=now,
                outcome=Attempt.Outcome.UNKNOWN,
                reply="No answer: the worker stopped.",
            )
            for message in lost
        )
    return len(lost)


def _resend_unknown(now: datetime) -> int:
    """Missing a deadline is worse than reading of it twice: one more copy, and only one."""
    return Message.objects.filter(
        state=Message.State.UNKNOWN,
        kind=Message.Kind.DIGEST,
        resent=False,
        settled_at__lte=now - settings.MAIL_SETTLE_AFTER,
    ).update(state=Message.State.DUE, token=None, lease_until=None, resent=True, next_try_at=now)
