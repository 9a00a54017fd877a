"""The sink of the benchmarks counts what was really handed over, and each mail once."""

from __future__ import annotations

import os
import smtplib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.machines import Sink
from scripts.check import ROOT
from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    port, journal = free_port(), tmp_path / "accepted"
    command = [sys.executable, "-m", "benchmarks.sink", str(port), str(journal)]
    child = Child("sink", command, os.environ, ROOT, tmp_path / "sink.log")
    child.start()
    # The journal is opened before the port is.
    assert wait_until(lambda: journal.exists() and answers(port), 15), child.tail()
    yield Sink(port, journal)
    child.stop()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def a_mail(name: str, text: str = "Good morning") -> bytes:
    return f"From: a@example.org\r\nMessage-ID: <{name}@x>\r\n\r\n{text}\r\n".encode()


def test_it_notes_each_mail_in_order(sink: Sink) -> None:
    texts = ["", "a\r\n.\r\nb", "x" * 300_000, "..", "DATA\r\nQUIT"]
    with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        for number, text in enumerate(texts):
            smtp.sendmail("a@example.org", ["b@example.org"], a_mail(str(number), text))
    accepted = sink.accepted()
    assert [name for _, name in accepted] == [f"<{number}@x>" for number in range(len(texts))]
    assert [at for at, _ in accepted] == sorted(at for at, _ in accepted)


def test_a_second_copy_is_seen_as_one(sink: Sink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        for name in ("one", "two", "one"):
            smtp.sendmail("a@example.org", ["b@example.org"], a_mail(name))
    assert sink.copies() == {"<one@x>": 2, "<two@x>": 1}
    sink.forget()
    assert sink.copies() == {}


def test_a_mail_without_its_final_dot_does_not_count(sink: Sink) -> None:
    with socket.create_connection(("127.0.0.1", sink.port)) as line:
        line.sendall(b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n" + a_mail("cut"))
    assert answers(sink.port)
    assert sink.accepted() == []


def test_commands_may_come_in_one_go(sink: Sink) -> None:
    with socket.create_connection(("127.0.0.1", sink.port)) as line:
        envelope = b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n"
        line.sendall((envelope + a_mail("one") + b".\r\n") * 2 + b"QUIT\r\n")
        while line.recv(4096):
            pass
    assert [name for _, name in sink.accepted()] == ["<one@x>", "<one@x>"]
