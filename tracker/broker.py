"""Redis as Celery's broker, so that a worker outlives every loss of Redis.

A worker whose connection breaks gives back the tasks it has in hand, and acknowledges later, by
the channel that is closed, those that end meanwhile. Kombu 5.7 falls over both, and the worker
ends. Neither is needed here: a task is only a tick, the next one is seconds away, and what was
not acknowledged Redis hands out again (``visibility_timeout``).
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """As Kombu's, but silent about tasks once it is closed."""

    do_restore = False

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Say that a task is done, if there is still anybody to be told."""
        if not self.closed:
            super().basic_ack(delivery_tag, multiple)  # type: ignore[no-untyped-call]

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Give a task back, if there is still anybody to give it to."""
        if not self.closed:
            super().basic_reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    """What the addresses ``redis://`` and ``rediss://`` stand for."""

    Channel: Any = Channel


def install() -> None:
    """Let Celery find it behind the addresses that operators know."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
