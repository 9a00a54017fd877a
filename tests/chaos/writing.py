"""Somebody who writes by the API, again and again, and notes how it went."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PAUSE = 0.25


@dataclass
class Writer:
    """Says where one milestone stands, until it is stopped."""

    address: str
    token: str
    milestone: int
    # The status of each answer, and after how many seconds it came; 0 for none at all.
    answers: list[tuple[int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stopped = Event()
        self.thread = Thread(target=self.run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self.thread.start()

    def stop(self) -> None:
        """End, after the write in hand."""
        self.stopped.set()
        self.thread.join()

    def run(self) -> None:
        """Write, and wait a little."""
        while not self.stopped.wait(PAUSE):
            began = time.monotonic()
            status = self.write(len(self.answers) % 100)
            self.answers.append((status, time.monotonic() - began))

    def write(self, percent: int) -> int:
        """One status update; returns the answer's status."""
        body = {"milestone": self.milestone, "confidence": "on_track", "percent": percent}
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = Request(
            f"{self.address}/api/v1/status-updates/", json.dumps(body).encode(), headers
        )
        try:
            with urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as refused:
            return refused.code
        except (URLError, OSError):
            return 0
