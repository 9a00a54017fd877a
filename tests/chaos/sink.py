"""The truth about what was received: an SMTP server that fsyncs each mail, then says 250.

Run as a process: ``python -m tests.chaos.sink PORT JOURNAL``.
"""

import asyncio
import json
import os
import random
from argparse import ArgumentParser
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Journal:
    """One line per mail, durable before its sender is told.

    With ``once`` it is a relay that keeps one mail per idempotency key, as some providers
    do: a further copy is answered 250 as well, and written down as not kept.
    """

    def __init__(self, path: Path, reply: tuple[float, float], once: str = "") -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.reply, self.once = reply, once
        kept = (json.loads(line) for line in path.read_text().splitlines())
        self.keys = {line["key"] for line in kept if line["key"]}

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        # As real relays do: so a sender is killed also while its next mail is announced.
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.original_content)
        key = mail[self.once] if self.once else None
        line = {
            "id": mail["Message-ID"],
            "reminder": mail["X-Reminder-Id"],
            "key": key,
            "to": envelope.rcpt_tos,
            "from": session.peer[1],
            "copy": mail["X-Possible-Copy"] is not None,
            "kept": key is None or key not in self.keys,
        }
        self.keys.add(key)
        os.write(self.file, json.dumps(line).encode() + b"\n")
        os.fsync(self.file)
        # In this time the mail has arrived, and its sender does not know it yet.
        await asyncio.sleep(random.uniform(*self.reply))
        return "250 OK kept"


async def serve(port: int, journal: Journal) -> None:
    """Listen until the process is ended."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(journal, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    await server.serve_forever()


def main() -> None:
    """Read the words of the command, and serve."""
    parser = ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--reply", type=float, nargs=2, default=(0.002, 0.01))
    parser.add_argument("--once", default="", help="the header that holds the key")
    words = parser.parse_args()
    words.journal.touch()
    asyncio.run(serve(words.port, Journal(words.journal, tuple(words.reply), words.once)))


if __name__ == "__main__":
    main()
