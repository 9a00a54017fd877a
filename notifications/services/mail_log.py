"""The activity log's lines about mails: for the staff of the programmes a mail tells of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from networks.acts import Act
from networks.models import Programme
from networks.services import build_event, record_events
from notifications.models import Message, Reminder


def log_mails(act: Act, verb: str, messages: Sequence[Message], new: Mapping[str, object]) -> None:
    """One line per mail and programme. The mails are given as they were before the act.

    Without the network: programme staff read it in the log, the team does not.
    """
    about: dict[int, set[int]] = defaultdict(set)
    lines = Reminder.objects.filter(message__in=[message.pk for message in messages])
    pairs = lines.order_by().values_list("message_id", "network__programme_id").distinct()
    for message_id, programme_id in pairs:
        about[message_id or 0].add(programme_id)
    for message in messages:
        if message.invitation is not None:
            about[message.pk].add(message.invitation.programme_id)
    programmes = Programme.objects.in_bulk({pk for found in about.values() for pk in found})
    record_events(
        build_event(
            act,
            verb,
            message,
            programme=programmes[programme_id],
            changes={name: [getattr(message, name, ""), value] for name, value in new.items()},
        )
        for message in messages
        for programme_id in sorted(about[message.pk])
    )
