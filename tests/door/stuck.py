"""A mail relay that takes the call and says nothing until the test lets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

_called, _open = Event(), Event()


class StuckBackend(BaseEmailBackend):
    """Waits at the gate."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Send nothing, as soon as the gate is open."""
        _called.set()
        _open.wait(30)
        return len(email_messages)


@contextmanager
def closed() -> Iterator[None]:
    """The gate stays closed inside."""
    _called.clear()
    _open.clear()
    try:
        yield
    finally:
        _open.set()


def waiting() -> bool:
    """Whether somebody stands at the gate by now."""
    return _called.wait(10)
