"""Asking the relay what it has: by its journal, as one asks a Postfix by its log."""

import os
from collections.abc import Sequence
from pathlib import Path

from notifications.models import Message
from tests.chaos.judging import read


def in_journal(messages: Sequence[Message]) -> set[int]:
    """Which of these mails have arrived."""
    kept = {line["id"] for line in read(Path(os.environ["CHAOS_JOURNAL"]))}
    return {message.pk for message in messages if message.message_id in kept}
