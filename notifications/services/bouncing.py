"""What becomes of a mail that came back: it is recorded, told, and a dead address gets no more."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import Event
from networks.refusals import Conflict, Refusal
from notifications.models import Bounce, Message, Reminder, Suppression
from notifications.services.mail_log import log_mails
from notifications.services.returning import is_token_of
from notifications.words import one_line

log = logging.getLogger(__name__)
Kind = Bounce.Kind
NOT_SENT = "Not sent: mail to this address comes back. Staff or the person can release it."
# A mail server gives up after days, not weeks: what comes later is not believed.
BELIEVED_FOR = timedelta(days=30)
# Whoever has one mail in hand could make up reports about that one without end.
MOST_REPORTS = 20
# RFC 3463: the address itself is wrong, for good. 5.1.7 and 5.1.8 are about the sender.
_DEAD_ADDRESS = re.compile(r"5\.1\.(?:[01236]|10)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# From which states a mail can come back. It can before our own "accepted" is committed:
# the worker's late answer then finds the row moved on, and changes nothing.
_LEFT = (Message.State.HANDING_OVER, Message.State.ACCEPTED, Message.State.UNKNOWN)


@dataclass(frozen=True)
class Report:
    """What a mail server, or a provider, says about one mail."""

    # Names the report itself; the same one twice is one.
    key: str
    door: Bounce.Door
    kind: Bounce.Kind
    status: str = ""
    said: str = ""
    reminder_id: str = ""
    token: str = ""
    message_id: str = ""
    # Whether whoever brings it has proved who they are (a signed webhook).
    trusted: bool = False


def status_in(text: str) -> str:
    """The first enhanced status code in a server's words, or nothing."""
    found = _STATUS.search(text)
    return found[1] if found else ""


def is_dead(status: str) -> bool:
    """Whether a status says that the address does not exist, and will not."""
    return _DEAD_ADDRESS.fullmatch(status) is not None


def kind_of(status: str, *, failed: bool) -> Bounce.Kind:
    """Hard where the address is dead, soft where only this mail failed, else still on its way."""
    if not failed:
        return Kind.DELAYED
    return Kind.HARD if is_dead(status) else Kind.SOFT


@transaction.atomic
def record_bounce(report: Report, now: datetime) -> Bounce | None:
    """Write down what came back; None for a report that is not believed, or known already.

    A forged or strange report changes nothing. In whatever order report and answer arrive,
    the mail ends as ``bounced``.
    """
    message = _believed(report, now)
    if message is None:
        log.warning("A report about mail %r is not believed.", report.reminder_id[:40])
        return None
    bounce, new = Bounce.objects.get_or_create(
        key=report.key,
        defaults={
            "message": message,
            "at": now,
            "kind": report.kind,
            "door": report.door,
            "address": message.address,
            "status": report.status[:12],
            "said": one_line(report.said)[:500],
        },
    )
    if not new:
        return None
    act = Act(by=None, at=now, channel=Event.Channel.SYSTEM)
    log_mails(act, "bounce_mail", [message], {"bounce": f"{report.kind} {report.status}".strip()})
    if report.kind in (Kind.HARD, Kind.SOFT):
        _came_back(message, bounce)
    if report.kind == Kind.HARD:
        suppress(message, bounce.words, now)
    return bounce


def note_refusal(message: Message, reply: str, now: datetime) -> None:
    """What the mail server said to our face counts as much as what it sends back later."""
    if is_dead(status_in(reply[:80])):
        suppress(message, reply, now)


def suppress(message: Message, reason: str, now: datetime) -> Suppression | None:
    """Send nothing more to the address of a mail; None where that holds already.

    A report about a mail from before the address was released says nothing new. Nor is an
    address barred that is nobody's: its invitation says that it came back, and whoever sends
    it again means to.
    """
    if message.recipient_id is None:
        return None
    address = message.address.lower()
    known = Suppression.objects.filter(user=message.recipient_id, address=address)
    sent = message.handed_over_at or now
    if known.filter(released_at__gt=sent).exists():
        return None
    barred, new = Suppression.objects.get_or_create(
        user_id=message.recipient_id,
        address=address,
        released_at=None,
        defaults={
            "since": now,
            "reason": one_line(reason)[:500] or "It came back.",
            "message": message,
        },
    )
    if not new:
        return None
    act = Act(by=None, at=now, channel=Event.Channel.SYSTEM)
    log_mails(act, "suppress_address", [message], {"reason": barred.reason})
    return barred


@transaction.atomic
def release(act: Act, suppression: Suppression, *, reason: str) -> None:
    """Let mail go to an address again: staff say why, or the person says that it works."""
    if not reason.strip():
        raise Refusal(_("Say why."), "reason")
    open_ones = Suppression.objects.filter(pk=suppression.pk, released_at__isnull=True)
    released = {
        "released_at": act.at,
        "released_by": act.by,
        "release_reason": reason.strip()[:300],
    }
    if not open_ones.update(**released):
        raise Conflict(_("Mail goes to this address again already."))
    if suppression.message is not None:
        log_mails(act, "release_address", [suppression.message], {"reason": reason.strip()})


def _believed(report: Report, now: datetime) -> Message | None:
    """The mail a report is about, if it can be believed: the right token, and not too old."""
    found = _named(report)
    if found is None and report.trusted and report.message_id:
        found = Message.objects.filter(message_id=report.message_id).first()
    if found is None or not found.tries:
        return None
    # Without the instant where a second copy was decided and taken back.
    young = now - (found.handed_over_at or found.created_at) <= BELIEVED_FOR
    return found if young and found.bounces.count() < MOST_REPORTS else None


def _named(report: Report) -> Message | None:
    if not re.fullmatch(r"[0-9]{1,18}", report.reminder_id):
        return None
    found = Message.objects.filter(pk=int(report.reminder_id)).first()
    return found if found is not None and is_token_of(found, report.token) else None


def _came_back(message: Message, bounce: Bounce) -> None:
    said = bounce.words
    moved = Message.objects.filter(pk=message.pk, state__in=_LEFT).update(
        state=Message.State.BOUNCED,
        settled_at=bounce.at,
        note=f"Came back: {said}"[:500],
        token=None,
        lease_until=None,
    )
    if moved:
        lines = Reminder.objects.filter(message=message)
        lines.filter(state__in=(Reminder.State.PLANNED, Reminder.State.SENT)).update(
            state=Reminder.State.BOUNCED, note=f"Came back: {said}"[:200]
        )
