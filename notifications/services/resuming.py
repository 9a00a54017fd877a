"""An operator lets an installation send again: after a restore, a move, a pause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from notifications import outside
from notifications.models import Heartbeat, Message, Sending
from notifications.mornings import LONGEST_WAIT
from notifications.outside import Outside
from notifications.services.claiming import follow
from notifications.services.gate import host
from notifications.services.holding import wait_for_planner
from notifications.services.inviting import plan_invitations
from notifications.services.noticing import plan_notices
from notifications.services.planning import plan
from notifications.services.sweeping import lay_out_reports
from reports.services.board_packs import announce_due_packs

State = Message.State
HOUR = timedelta(hours=1)


def resume(now: datetime, *, cancel_waiting: bool) -> int:
    """Let this installation send, as an operator has said; returns how many were cancelled.

    A new epoch is given, so that a copy of this database elsewhere stays closed.
    """
    known = outside.read()
    epoch = settings.SENDING_EPOCH or str(uuid4())
    cancelled = _cancel_waiting(now) if cancel_waiting else 0
    with transaction.atomic():
        row, _ = Sending.objects.get_or_create(name=Sending.MAIL)
        Sending.objects.filter(pk=row.pk).update(
            epoch=epoch,
            host=host(),
            mark=Greatest(F("mark"), known.mark if known else 0) + 1,
            paused_until=None,
            reason="",
        )
        row.refresh_from_db()
    outside.keep(Outside(row.epoch, row.mark))
    follow()
    return cancelled


@transaction.atomic
def _cancel_waiting(now: datetime) -> int:
    """What is due by now may have left already from where the database comes from.

    So what no pass has planned yet is planned first: the next pass would, and send it. That
    goes for the mornings since the last pass as well, which for many are over: theirs was
    yesterday's mail, and what it told of would be told again today.
    """
    wait_for_planner()
    lay_out_reports(now)
    announce_due_packs(now)
    for hour in _hours_unplanned(now):
        plan(hour)
    plan_notices(now)
    while plan_invitations(now):
        pass
    # In doubt already, and its second copy would be a third one.
    unsure = Q(state__in=(State.HANDING_OVER, State.UNKNOWN), resent=False)
    Message.objects.filter(unsure).update(
        state=State.UNKNOWN, resent=True, lease_until=None, token=None, settled_at=now
    )
    held = Message.objects.filter(state__in=(*Message.WAITING, State.CLAIMED))
    return held.update(
        state=State.CANCELLED,
        token=None,
        lease_until=None,
        settled_at=now,
        note="Cancelled when sending was resumed: it may have left before.",
    )


def _hours_unplanned(now: datetime) -> Iterator[datetime]:
    """Each hour since the planner last ran here, and now: a morning is open for an hour at least."""
    last = Heartbeat.objects.filter(name=Heartbeat.PLAN).values_list("at", flat=True).first()
    hour = max(last or now, now - LONGEST_WAIT) + HOUR
    while hour < now:
        yield hour
        hour += HOUR
    yield now
