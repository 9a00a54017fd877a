"""A web process does beat's work when beat is silent: one pass, by one process at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from notifications.models import Heartbeat
from notifications.services.sweeping import sweep

SILENCE = timedelta(minutes=2)
# However many processes notice the silence, one of them sweeps, once in this time.
TURN = timedelta(minutes=1)


def heal(now: datetime) -> bool:
    """Sweep once if nobody else has for two minutes; returns whether it did."""
    if not _is_silent(now) or not _take_turn(now):
        return False
    sweep(now)
    return True


def _is_silent(now: datetime) -> bool:
    # A sign from the future is that of a clock that was wrong: it proves nothing.
    fresh = Q(at__gt=now - SILENCE, at__lt=now + SILENCE)
    return not Heartbeat.objects.filter(fresh, name=Heartbeat.SWEEP).exists()


def _take_turn(now: datetime) -> bool:
    """Whether this process is the one. The UPDATE locks the row; the second finds it taken.

    No lock is held while mails leave: a process that dies in its turn bars nobody for
    longer than a minute, and what it held is found by its lease.
    """
    turn, _ = Heartbeat.objects.get_or_create(name=Heartbeat.HEAL)
    free = Q(at__isnull=True) | Q(at__lte=now - TURN) | Q(at__gt=now + TURN)
    return bool(Heartbeat.objects.filter(free, pk=turn.pk).update(at=now))
