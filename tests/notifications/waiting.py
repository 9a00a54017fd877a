"""A queue of mails without anything to tell, for tests of the queue itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import F

from networks.models import User
from notifications.models import Message
from notifications.services.claiming import Batch, claim
from tests import factories


def queued(now: datetime, number: int = 1, person: User | None = None, **fields: Any) -> list[int]:
    """So many mails, due now; their ids."""
    rows = [
        Message(
            recipient=person or factories.user(),
            local_day=now.date(),
            dedupe_key=f"test:{uuid4()}",
            message_id=f"<{uuid4()}@example.org>",
            **({"created_at": now, "next_try_at": now} | fields),
        )
        for _ in range(number)
    ]
    return [row.pk for row in Message.objects.bulk_create(rows)]


def values(*columns: str, **where: Any) -> list[Any]:
    """These columns of the mails, in their order; of one column the bare value."""
    rows = Message.objects.filter(**where).order_by("pk")
    return list(rows.values_list(*columns, flat=len(columns) == 1))


def in_the_air(now: datetime) -> tuple[Batch, list[Message]]:
    """All that is due, as a worker has decided it that has not come to an end with it.

    Written here, because a mail without anything to tell would be dropped.
    """
    batch = claim(now, uuid4())
    rows = Message.objects.filter(pk__in=batch.ids).order_by("pk")
    rows.update(state="handing_over", tries=F("tries") + 1, crashes=0, handed_over_at=now)
    return batch, list(rows)
