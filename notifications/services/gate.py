"""May mail leave at all? Asked before each batch, and once more with each mail.

Closed by default: a database that is not the one this installation has sent from (a copy
on another host, a restored backup) sends nothing until an operator says so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from notifications import outside
from notifications.models import Message, Sending
from notifications.outside import Outside
from notifications.services.claiming import follow

log = logging.getLogger(__name__)
# After a fault that is not one mail's (a wrong password): long enough not to be locked out.
PAUSE = timedelta(minutes=15)
OPEN, NOT_BEGUN, ELSEWHERE, BEHIND, PAUSED = "ok", "not begun", "elsewhere", "behind", "paused"


@dataclass(frozen=True)
class Gate:
    """Whether mail may leave; if not, why, in words for an operator."""

    state: str
    reason: str = ""
    epoch: str = ""

    @property
    def is_open(self) -> bool:
        """Whether mail may leave now."""
        return self.state == OPEN


def look(now: datetime) -> Gate:
    """How it stands; nothing is written."""
    # The outside first: another worker may raise both marks in between, inside before outside.
    known = outside.read()
    row = Sending.objects.filter(name=Sending.MAIL).first()
    if row is None:
        if known is None or not _has_sent():
            return Gate(NOT_BEGUN, "Nothing has been sent yet.")
        return Gate(BEHIND, "The database is older than this installation: a restored backup?")
    if known is None or known.epoch != row.epoch or row.host != _host():
        where = f"It was sent from {row.host} before, and this is {_host()}"
        return Gate(ELSEWHERE, f"The database comes from another installation. {where}.")
    if known.mark > row.mark:
        lag = known.mark - row.mark
        return Gate(BEHIND, f"The database is {lag} batches behind: a restored backup?")
    if row.paused_until and row.paused_until > now:
        return Gate(PAUSED, f"Until {row.paused_until:%Y-%m-%d %H:%M %Z}: {row.reason}")
    return Gate(OPEN, epoch=row.epoch)


def enter(now: datetime) -> Gate:
    """As :func:`look`; the very first start of an installation opens the gate by itself."""
    gate = look(now)
    if gate.state != NOT_BEGUN:
        return gate
    known = outside.found()
    Sending.objects.get_or_create(
        name=Sending.MAIL,
        defaults={"epoch": known.epoch, "mark": known.mark, "host": _host()},
    )
    return look(now)


def note_batch() -> None:
    """Raise the mark, inside and then outside: from now on an older database is noticed."""
    rows = Sending.objects.filter(name=Sending.MAIL)
    rows.update(mark=F("mark") + 1)
    row, known = rows.get(), outside.read()
    # A slower worker must not take back what a faster one has noted.
    if known is None or known.epoch != row.epoch or known.mark < row.mark:
        outside.keep(Outside(row.epoch, row.mark))


def pause_queue(now: datetime, reason: str) -> None:
    """Stop all sending for a while: the fault is the whole queue's, not one mail's."""
    Sending.objects.filter(name=Sending.MAIL).update(paused_until=now + PAUSE, reason=reason[:500])
    log.error("Sending is paused for %s: %s", PAUSE, reason)


def resume(now: datetime, *, cancel_waiting: bool) -> int:
    """Let this installation send, as an operator has said; returns how many were cancelled.

    A new epoch is given, so that a copy of this database elsewhere stays closed.
    """
    known = outside.read()
    epoch = settings.SENDING_EPOCH or str(uuid4())
    cancelled = _cancel_waiting(now) if cancel_waiting else 0
    with transaction.atomic():
        row, _ = Sending.objects.get_or_create(name=Sending.MAIL, defaults={"host": _host()})
        Sending.objects.filter(pk=row.pk).update(
            epoch=epoch,
            host=_host(),
            mark=Greatest(F("mark"), known.mark if known else 0) + 1,
            paused_until=None,
            reason="",
        )
        row.refresh_from_db()
    outside.keep(Outside(row.epoch, row.mark))
    follow()
    return cancelled


def _cancel_waiting(now: datetime) -> int:
    """What waits may have left already from where the database comes from."""
    held = Q(state__in=(*Message.WAITING, Message.State.CLAIMED))
    # In doubt already, and its second copy would be a third one.
    unsure = Q(state__in=(Message.State.HANDING_OVER, Message.State.UNKNOWN), resent=False)
    Message.objects.filter(unsure).update(
        state=Message.State.UNKNOWN, resent=True, lease_until=None, token=None, settled_at=now
    )
    return Message.objects.filter(held).update(
        state=Message.State.CANCELLED,
        token=None,
        lease_until=None,
        settled_at=now,
        note="Cancelled when sending was resumed: it may have left before.",
    )


def _has_sent() -> bool:
    return Message.objects.filter(tries__gt=0).exists()


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""
