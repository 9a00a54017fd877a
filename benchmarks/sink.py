"""A lean SMTP server, so that it is the sender that is measured: ``python -m benchmarks.sink``.

It accepts everything and notes, for each mail and before it answers 250, the instant by the
machine's steady clock and the Message-ID. ``aiosmtpd`` would be slower than our sender.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from time import monotonic_ns

_END = b"\r\n.\r\n"
_NAME = re.compile(rb"^Message-ID:\s*(<[^>\r\n]*>)", re.MULTILINE | re.IGNORECASE)
_HELLO = b"250-bench\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250 8BITMIME\r\n"
_ANSWERS = {b"EHLO": _HELLO, b"HELO": b"250 bench\r\n", b"QUIT": b"221 Bye\r\n"}
_GO_AHEAD = b"354 Go ahead\r\n"


class Lean(asyncio.Protocol):
    """One connection: commands, and the text after DATA."""

    def __init__(self, journal: int) -> None:
        self.journal = journal
        self.held = bytearray()
        self.in_text = False
        # How far the text has been searched for its end.
        self.searched = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self.held += data
        while self.take_text() if self.in_text else self.take_command():
            pass

    def take_command(self) -> bool:
        line, found, rest = self.held.partition(b"\r\n")
        if not found:
            return False
        self.held = rest
        verb = bytes(line[:4]).upper()
        if verb == b"DATA":
            self.in_text, self.searched = True, 0
            self.transport.write(_GO_AHEAD)
        else:
            self.transport.write(_ANSWERS.get(verb, b"250 OK\r\n"))
        if verb == b"QUIT":
            self.transport.close()
        return True

    def take_text(self) -> bool:
        end = self.held.find(_END, self.searched)
        if end < 0:
            self.searched = max(0, len(self.held) - len(_END))
            return False
        named = _NAME.search(self.held, 0, min(end, 4000))
        name = named[1] if named else b"<none>"
        os.write(self.journal, b"%d %s\n" % (monotonic_ns(), name))
        del self.held[: end + len(_END)]
        self.in_text = False
        self.transport.write(b"250 OK\r\n")
        return True


async def serve(port: int, journal: Path) -> None:
    """Listen on the loopback interface until SIGTERM."""
    notes = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: Lean(notes), "127.0.0.1", port)
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
