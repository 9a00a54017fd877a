"""Taking back lines that are planned and have not left: under the planner's own lock."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from notifications.models import Heartbeat, Message, Reminder

_FATE = ["message", "state", "note", "planned_at", "audience", "due_date"]


def wait_for_planner() -> None:
    """Let a planner at work finish, and keep the next one out until the transaction ends.

    So what it has written is seen here, and what is written here is seen by the next.
    """
    Heartbeat.objects.get_or_create(name=Heartbeat.PLAN)
    Heartbeat.objects.select_for_update().get(name=Heartbeat.PLAN)


def hold(lines: QuerySet[Reminder], why: str) -> int:
    """Hold back planned lines whose mail has not been handed over; returns how many.

    The mails are locked first: one that is being decided at this moment is waited for,
    and then counts as gone.
    """
    planned = lines.filter(state=Reminder.State.PLANNED)
    waiting = Message.objects.filter(
        pk__in=planned.values("message"), state__in=(*Message.WAITING, Message.State.CLAIMED)
    )
    # In the order in which a worker locks them to decide: else each might wait for the other.
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    return planned.filter(message__in=ids).update(state=Reminder.State.HELD, note=why[:200])


def take_up(rows: Sequence[Reminder]) -> list[Reminder]:
    """Write again, in their own rows, lines that were held back; returns the new ones."""
    held = Reminder.objects.filter(
        state=Reminder.State.HELD,
        recipient__in={row.recipient_id for row in rows},
        duty_id__in={row.duty_id for row in rows},
    )
    known = {_key(row): row.pk for row in held}
    again = [row for row in rows if _key(row) in known]
    for row in again:
        row.pk = known[_key(row)]
    Reminder.objects.bulk_update(again, _FATE, batch_size=500)
    return [row for row in rows if _key(row) not in known]


def _key(row: Reminder) -> tuple[str, int, int, int, int]:
    return (
        row.duty_kind,
        row.duty_id,
        row.deadline_version,
        row.recipient_id,
        row.offset_days,
    )
