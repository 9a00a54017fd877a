"""Signs of life of the reminders: figures only, no names, no addresses.

Read from the rows, so that a silent beat, a dead worker and a stuck queue all show: to
whoever waits for a mail they are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from notifications.models import Heartbeat, Message, Suppression

LATELY = timedelta(hours=24)
_State = Message.State
# What has still to leave. One that a dead worker holds has not left either.
_UNSENT = (_State.DUE, _State.DEFERRED, _State.CLAIMED, _State.HANDING_OVER)
# What somebody should look at.
_AMISS = (_State.UNKNOWN, _State.REFUSED, _State.BOUNCED)

OK, LATE, STOPPED = "ok", "late", "stopped"


@dataclass(frozen=True)
class Signs:
    """The state of the reminders at an instant; ages in whole seconds, None for never."""

    oldest_due_seconds: int
    due: int
    deferred: int
    unknown: int
    refused_lately: int
    bounced_lately: int
    # Addresses that nothing is sent to.
    suppressed: int
    sweep_seconds: int | None
    plan_seconds: int | None
    # When a web request last had to do beat's work; a young age means that beat is dead.
    healed_seconds: int | None

    @property
    def status(self) -> str:
        """``ok``, ``late`` or ``stopped``, by the longest silence and two settings."""
        if self.sweep_seconds is None or self.plan_seconds is None:
            return STOPPED
        silence = max(self.oldest_due_seconds, self.sweep_seconds, self.plan_seconds)
        if silence >= settings.REMINDERS_STOPPED_SECONDS:
            return STOPPED
        return LATE if silence >= settings.REMINDERS_LATE_SECONDS else OK


def signs_of_life(now: datetime) -> Signs:
    """Read the signs: three statements, each over an index of what is not settled."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    waiting = Q(state__in=_UNSENT, next_try_at__lte=now)
    lately = Q(settled_at__gte=now - LATELY)
    # Sent mails are the bulk of the table; they are left out before anything is counted.
    unsettled = Message.objects.filter(state__in=(*_UNSENT, *_AMISS))
    counted = unsettled.aggregate(
        oldest=Min("next_try_at", filter=waiting),
        due=Count("pk", filter=waiting),
        deferred=Count("pk", filter=Q(state=_State.DEFERRED)),
        unknown=Count("pk", filter=Q(state=_State.UNKNOWN)),
        refused=Count("pk", filter=lately & Q(state=_State.REFUSED)),
        bounced=Count("pk", filter=lately & Q(state=_State.BOUNCED)),
    )
    return Signs(
        oldest_due_seconds=_age(counted["oldest"], now) or 0,
        due=counted["due"],
        deferred=counted["deferred"],
        unknown=counted["unknown"],
        refused_lately=counted["refused"],
        bounced_lately=counted["bounced"],
        suppressed=Suppression.objects.in_force().count(),
        sweep_seconds=_distance(beats.get(Heartbeat.SWEEP), now),
        plan_seconds=_age(beats.get(Heartbeat.PLAN), now),
        healed_seconds=_age(beats.get(Heartbeat.HEAL), now),
    )


def _distance(at: datetime | None, now: datetime) -> int | None:
    # Each sweep writes its own instant: one in the future is from a clock that was wrong,
    # and tells as little of the present as an old one.
    return None if at is None else abs(int((now - at).total_seconds()))


def _age(at: datetime | None, now: datetime) -> int | None:
    # The planner's sign never goes back (planning.py), so it may lie ahead for a while.
    return None if at is None else max(0, int((now - at).total_seconds()))
