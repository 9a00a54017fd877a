"""What the database says about each mail, for the judge."""

from typing import Any

from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q

from milestones.models import Milestone
from notifications.models import Attempt, Message, Reminder
from tracker.demo.children import wait_until

# Waiting, or in somebody's hands.
UNDER_WAY = Q(state__in=("due", "deferred", "claimed", "handing_over"))
# In doubt, and still to be asked about or sent once more.
UNSETTLED = Q(state="unknown", resent=False)


def calm(mails: int) -> bool:
    """Whether so many mails are planned, and nothing is left to be done about any.

    The connection is closed again, so that a process that forks may ask.
    """
    try:
        busy = Message.objects.filter(UNDER_WAY | UNSETTLED).exists()
        return not busy and Message.objects.count() >= mails
    finally:
        connections.close_all()


def wait(*, mails: int, patience: float) -> list[dict[str, Any]]:
    """Wait until others have come to an end, and tell how each mail stands."""
    wait_until(lambda: calm(mails), patience, 0.3)
    return rows()


def lines() -> list[tuple[str, str, int, str, str]]:
    """Each reminder: to whom, of what, which step, its state and why."""
    codes = dict(Milestone.objects.values_list("pk", "code"))
    found = Reminder.objects.values_list(
        "recipient__email", "duty_id", "offset_days", "state", "note"
    )
    return [(who, codes[duty], *rest) for who, duty, *rest in found.order_by("pk")]


def rows() -> list[dict[str, Any]]:
    """Each mail as it stands; in doubt also means that it once was."""
    of_this = Attempt.objects.filter(message=OuterRef("pk"))
    return list(
        Message.objects.annotate(
            unknown=Exists(of_this.filter(outcome=Attempt.Outcome.UNKNOWN)),
            put_off=Exists(of_this.filter(outcome=Attempt.Outcome.DEFERRED)),
            lines=Count("reminders", filter=Q(reminders__state=Reminder.State.SENT)),
        ).values("message_id", "address", "state", "resent", "unknown", "put_off", "lines", "note")
    )
