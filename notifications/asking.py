"""Asking a relay whether it has a mail: by the log of a Postfix on this machine.

Postfix writes three kinds of lines that matter here. ``cleanup`` names the Message-ID as
soon as it has read the headers, before the mail is safe; ``qmgr`` says ``(queue active)``
for the same queue id once it has taken responsibility; ``smtp``, ``lmtp``, ``local``,
``virtual`` and ``pipe`` say what became of it. The first alone proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from notifications.models import Message

_CLEANUP = re.compile(rb"postfix[^:\[]*/cleanup\[\d+\]: (\w+): message-id=(<[^>\s]+>)")
_TAKEN = re.compile(
    rb"postfix[^:\[]*/(?:qmgr\[\d+\]: (\w+): from=.*\(queue active\)|\w+\[\d+\]: (\w+): to=.*status=)"
)


def in_postfix_log(messages: Sequence[Message]) -> set[int]:
    """Which of these mails Postfix has taken, by the files in MAIL_RELAY_LOGS.

    The log must reach back further than MAIL_SETTLE_AFTER: name the rotated file too.
    Raises OSError when a file cannot be read: then nothing is known, and nothing is sent.
    """
    wanted = {message.message_id.encode(): message.pk for message in messages}
    queued: dict[bytes, int] = {}
    taken: set[bytes] = set()
    for name in settings.MAIL_RELAY_LOGS:
        with Path(name).open("rb") as lines:
            for line in lines:
                if found := _CLEANUP.search(line):
                    if found[2] in wanted:
                        queued[found[1]] = wanted[found[2]]
                elif found := _TAKEN.search(line):
                    taken.add(found[1] or found[2])
    return {pk for queue_id, pk in queued.items() if queue_id in taken}
