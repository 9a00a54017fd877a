"""Taking returned mails in: one from a pipe, or what is new in a mailbox."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from notifications.mailboxes import opened
from notifications.models import Bounce
from notifications.returned_mail import read_report
from notifications.services.bouncing import record_bounce


def take_in(content: bytes, now: datetime) -> Bounce | None:
    """One mail; None where it is no report, or not believed."""
    report = read_report(content)
    return record_bounce(report, now) if report is not None else None


def fetch(address: str, now: datetime) -> Counter[str]:
    """What is unread in a mailbox, each mail marked as read once it is written down.

    Killed in between, a mail is read again, and is known by then. Raises NoMailbox.
    """
    found: Counter[str] = Counter()
    with opened(address) as mails:
        for content, done in mails:
            bounce = take_in(content, now)
            found["other" if bounce is None else str(bounce.kind)] += 1
            done()
    return found
