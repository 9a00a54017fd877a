"""May mail leave at all? Asked before each batch, and once more with each mail.

Closed by default: a database that is not the one this installation has sent from (a copy
on another host, a restored backup) sends nothing until an operator says so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F

from networks.models import Network
from notifications import outside
from notifications.models import Message, Sending
from notifications.outside import Outside

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
        if known is None or not _is_older(known):
            return Gate(NOT_BEGUN, "Nothing has been sent yet.")
        return Gate(BEHIND, "The database is older than this installation: a restored backup?")
    if known is None or known.epoch != row.epoch or row.host != host():
        where = f"It was sent from {row.host} before, and this is {host()}"
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
        defaults={"epoch": known.epoch, "mark": known.mark, "host": host()},
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


def _is_older(known: Outside) -> bool:
    """Whether a database without a row of its own is from before the installation's first pass.

    One that was emptied, to begin anew, is not: it holds no network at the first pass over it.
    """
    began = bool(known.mark) and Network.objects.exists()
    return began or Message.objects.filter(tries__gt=0).exists()


def host() -> str:
    """The host that this installation's pages are reached by."""
    return urlsplit(settings.SITE_URL).hostname or ""
