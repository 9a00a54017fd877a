"""A mail server that fails as it is told to, at any step of a mail, and keeps a journal.

One thread, plain sockets: what it has kept is known for certain, also where the client was
cut off before it heard so.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from select import select
from socket import MSG_PEEK
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

# Where a mail can go wrong: naming the sender, the recipient, asking to give the text, within
# the text, and after its final dot.
STEPS = ("mail", "rcpt", "data", "text", "dot")
CUT, KEPT_AND_CUT, KEPT_AND_NONSENSE = "cut", "kept, then cut", "kept, then nonsense"
IN_DOUBT = (KEPT_AND_CUT, KEPT_AND_NONSENSE)


@dataclass(frozen=True)
class Kept:
    """A mail the server has taken over: from here on it is delivered."""

    recipient: str
    mail: EmailMessage
    # Whether the client was told so.
    said: bool

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def row(self) -> int:
        """The number of the mail in the outbox."""
        return int(self.mail["X-Reminder-Id"])

    @property
    def is_marked(self) -> bool:
        """Whether it says of itself that it may be a copy."""
        return self.mail["X-Possible-Copy"] is not None

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Of each line of the mail: the item's code, when it says it is due, what it is."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        line = r"^\* (\S+) .*\n  Due (.+): .*\n  (.+?): "
        return re.findall(line, body.get_content(), re.MULTILINE)


@dataclass
class FaultyRelay:
    """The script and the journal. Each mail takes one fault off the queue, or goes well."""

    faults: deque[tuple[str, str]] = field(default_factory=deque)
    kept: list[Kept] = field(default_factory=list)
    # What to do with connections: nothing, or answer them so.
    greeting: str = ""
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    # Whose envelope came before the mail ahead of it had its answer.
    early: list[str] = field(default_factory=list)
    # Commands after which the connection is cut.
    deaf_to: set[str] = field(default_factory=set)

    def reset(self) -> None:
        self.faults.clear()
        self.kept.clear()
        self.greeting = ""


class _Cut(Exception):
    pass


class _Session(StreamRequestHandler):
    # Nothing is read ahead of its turn, so that what has come is seen.
    rbufsize = 0
    relay: FaultyRelay
    fault: tuple[str, str] = ("", "")
    recipient = ""

    def handle(self) -> None:
        relay = self.relay
        if relay.greeting:
            if relay.greeting != CUT:
                self.say(relay.greeting)
            return
        self.say("220 ready")
        try:
            for line in self.rfile:
                if line[:4].decode().upper() in relay.deaf_to or not self.obey(
                    line.decode().strip()
                ):
                    return
        except (_Cut, OSError):
            return

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")

    def obey(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb == "EHLO":
            # The first line is the server's name, and no extension.
            self.say("250-faulty")
            for extension in self.relay.extensions:
                self.say(f"250-{extension}")
            self.say("250 HELP")
        elif verb == "MAIL":
            queue = self.relay.faults
            self.fault, self.recipient = (queue.popleft() if queue else ("", "")), ""
            self.step("mail", "250 OK")
        elif verb == "RCPT":
            if self.step("rcpt", "250 OK"):
                self.recipient = re.findall("<(.*?)>", line)[0]
        elif verb == "DATA":
            if not self.recipient:
                self.say("503 whose?")
            elif self.step("data", "354 go on"):
                self.take()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 OK")
        return True

    def step(self, name: str, well: str) -> bool:
        """Answer as scripted; whether it went well."""
        where, how = self.fault
        if where != name:
            self.say(well)
            return True
        if how == CUT:
            raise _Cut
        self.say(how)
        return False

    def take(self) -> None:
        content = b""
        for line in self.rfile:
            if line == b".\r\n":
                break
            content += line.removeprefix(b".")
            if self.fault[0] == "text":
                raise _Cut
        else:
            return
        self.note_what_is_early()
        where, how = self.fault
        if where != "dot" or how in IN_DOUBT:
            mail: Any = message_from_bytes(content, policy=policy.default)  # type: ignore[arg-type]
            self.relay.kept.append(Kept(self.recipient, mail, where != "dot"))
        if where == "dot" and how in (CUT, KEPT_AND_CUT):
            raise _Cut
        self.say(
            {"": "250 kept", KEPT_AND_NONSENSE: "199 what?"}.get(how, how)
            if where == "dot"
            else "250 kept"
        )

    def note_what_is_early(self) -> None:
        """Look at what has come after the text already."""
        ready, _, _ = select([self.connection], [], [], 0)
        ahead = self.connection.recv(4096, MSG_PEEK) if ready else b""
        self.relay.early += re.findall(r"rcpt TO:<(.*?)>", ahead.decode())


class _Server(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def faulty_relay(settings: Any) -> Iterator[FaultyRelay]:
    """Serve, and let Django send there by its own SMTP backend."""
    relay = FaultyRelay()
    session = type("Session", (_Session,), {"relay": relay})
    with _Server(("127.0.0.1", 0), session) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()
