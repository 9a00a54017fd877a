"""Looks after the sweep whenever this process has answered a request.

Django says ``request_finished`` when the answer has left, so nobody waits for it; the look
itself, and a pass if one is needed, run in a thread with a connection of their own.
"""

from __future__ import annotations

import logging
from threading import Lock, Thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from notifications.services.healing import heal

log = logging.getLogger(__name__)
# Between two looks a request costs one comparison, and no query.
LOOK_SECONDS = 30.0


class Watch:
    """What this process remembers: when it may look again, and whether a look is under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next = 0.0
        self._born = monotonic()
        self.thread: Thread | None = None

    def after_request(self, **_ignored: Any) -> None:
        """Start a look if it is time; called by the signal, after each answer."""
        if not settings.SWEEP_FROM_WEB or monotonic() < self._next or self._is_young():
            return
        with self._lock:
            if monotonic() < self._next or (self.thread and self.thread.is_alive()):
                return
            self._next = monotonic() + LOOK_SECONDS
            # Not a daemon: a server that stops in good order lets the pass (25 s) end, so
            # that no mail is cut off between the relay's answer and its being written down.
            self.thread = Thread(target=look, name="sweep-when-silent", daemon=False)
            self.thread.start()

    def _is_young(self) -> bool:
        # All services start together, and beat's first tick comes after the first page.
        return bool(monotonic() < self._born + settings.SWEEP_GRACE_SECONDS)


def look() -> None:
    """Heal if beat is silent; a fault is logged, for there is nobody to tell."""
    try:
        if heal(timezone.now()):
            log.warning("No sweep for two minutes: this web process did one. Is beat running?")
    except DatabaseError as error:
        log.warning("The sweep could not be looked after: %s", error)
    except Exception:
        log.exception("The sweep of a web process failed.")
    finally:
        connections.close_all()


watch = Watch()
