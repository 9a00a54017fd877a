"""What a worker has in the air, written down on its own host, mail by mail.

A batch of mails is decided in one transaction; which of them a killed worker had begun,
and what the relay had answered, is known from here. So a kill leaves one mail in doubt and
not a batch, without a transaction for each mail.

One file for each batch, in JOURNAL_DIR. It is locked as long as its worker lives: the lock goes
with the process, so that whoever gets it knows the worker to be dead. It says until when its
worker may offer a mail, by the clock that nobody sets: until then the batch is that worker's
alone, whatever the database's clock says of its lease; afterwards all is written that may have
left, even if the worker only stands still.

What a process has written outlives the process, but not a power cut; after a restart of the
machine, and on other machines, a journal proves nothing and its mails are unknown
(services.recovering).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from notifications.conversing import Answer, Outcome

_BOOT = Path("/proc/sys/kernel/random/boot_id")
# The mail's row, and the number of the attempt.
Flight = tuple[int, int]


@dataclass
class Evidence:
    """What a journal tells: which mails were begun, and what was answered."""

    begun: set[Flight] = field(default_factory=set)
    answers: dict[Flight, Answer] = field(default_factory=dict)
    # Until when the worker may begin a mail, by ``ticks``.
    until: float = field(default=0.0, compare=False)


class Journal:
    """One batch's journal, held by the worker that writes it."""

    def __init__(self, token: UUID, until: float = 0.0) -> None:
        """Make it and lock it. Raises OSError when nothing can be written."""
        self.token = token
        self.path = _path(token)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # It gets its name when it is locked: nobody finds it without its lock.
        draft = self.path.with_suffix(".part")
        self.file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self._write({"boot": _boot(), "until": until})
        draft.rename(self.path)

    def begin(self, flight: Flight) -> None:
        """Say that from now on the relay may have this mail."""
        self._append(f'{{"begun": [{flight[0]}, {flight[1]}]}}')

    def answer(self, flight: Flight, answer: Answer) -> None:
        """Keep what the relay has said."""
        self._write({"answer": [*flight, answer.outcome, answer.code, answer.reply]})

    def close(self, *, done: bool) -> None:
        """Let go of it; with everything in the database it is not needed any more."""
        if done:
            self.path.unlink(missing_ok=True)
        os.close(self.file)

    def _write(self, line: object) -> None:
        self._append(json.dumps(line))

    def _append(self, line: str) -> None:
        text = f"{line}\n".encode()
        # One call for one line: a kill leaves whole lines. A full disk may take half of one.
        if os.write(self.file, text) != len(text):
            raise OSError(f"{self.path} cannot be written: the disk is full.")
        if not _boot():
            # Where a restart cannot be told, each line has to outlive it.
            os.fsync(self.file)


@contextmanager
def left_on_error(journal: Journal) -> Iterator[None]:
    """Let go of a journal when something goes wrong: it stays, for whoever recovers its mails."""
    try:
        yield
    except BaseException:
        journal.close(done=False)
        raise


@contextmanager
def abandoned() -> Iterator[list[UUID]]:
    """The batches of dead workers of this machine, kept from others meanwhile."""
    locked: dict[UUID, int] = {}
    try:
        for path in Path(settings.JOURNAL_DIR).glob("*.log"):
            file = _lock(path)
            if file is not None:
                locked[UUID(path.stem)] = file
        yield list(locked)
    finally:
        for file in locked.values():
            os.close(file)


def evidence(token: UUID) -> Evidence | None:
    """What the journal of a batch tells; None when there is none that proves anything here."""
    try:
        lines = _path(token).read_bytes().splitlines()
    except OSError:
        return None
    try:
        head = json.loads(lines[0]) if lines else {}
    except ValueError:
        # A power cut may leave a file of nothing.
        return None
    if head.get("boot") != _boot():
        return None
    # A journal of a version before this one does not say until when.
    found = Evidence(until=head.get("until", 0.0))
    for line in lines[1:]:
        # Half a line is one that could not be written; its mail was not begun.
        with suppress(ValueError):
            _read(json.loads(line), found)
    return found


def forget(token: UUID) -> None:
    """Remove a journal: what it tells is in the database."""
    _path(token).unlink(missing_ok=True)


def _read(line: dict[str, list[Any]], found: Evidence) -> None:
    if "begun" in line:
        pk, number = line["begun"]
        found.begun.add((pk, number))
    else:
        pk, number, outcome, code, reply = line["answer"]
        found.answers[pk, number] = Answer(Outcome(outcome), code, reply)


def _lock(path: Path) -> int | None:
    """The lock on a dead worker's journal; None while its worker lives."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    # OSError: its worker lives. ValueError: a file of that ending which is no journal.
    with suppress(OSError, ValueError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if evidence(UUID(path.stem)) is not None:
            return file
    os.close(file)
    return None


@lru_cache(maxsize=1)
def _boot() -> str:
    return _BOOT.read_text().strip() if _BOOT.exists() else ""


def _path(token: UUID) -> Path:
    return Path(settings.JOURNAL_DIR) / f"{token}.log"
