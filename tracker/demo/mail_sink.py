"""A small SMTP server that keeps each mail it receives as one .eml file.

It speaks real SMTP, so that the demo and the tests send as production does. Run as a
process: ``python -m tracker.demo.mail_sink PORT DIRECTORY``. It knows nothing of Django.
"""

import asyncio
import itertools
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 10 * 1024 * 1024


class KeepAsFiles:
    """The aiosmtpd handler: one file per mail, named so that names sort by arrival."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self.counter = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the mail, and only then say 250: what was promised is on the disk."""
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self.counter)}.eml"
        head = "".join(f"X-Envelope-To: {address}\r\n" for address in envelope.rcpt_tos)
        content = envelope.original_content or b""
        self.write(name, head.encode("ascii", "replace") + content)
        return "250 OK kept"

    def write(self, name: str, content: bytes) -> None:
        """Write under another name first, so that a reader never sees half a mail."""
        draft = self.directory / f".{name}.part"
        draft.write_bytes(content)
        draft.rename(self.directory / name)


async def serve(port: int, directory: Path) -> None:
    """Listen on the loopback interface until SIGTERM or SIGINT."""
    handler = KeepAsFiles(directory)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=MAX_BYTES, loop=loop),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        await stop.wait()


def main(arguments: list[str]) -> None:
    """Read PORT and DIRECTORY from the command line and serve."""
    asyncio.run(serve(int(arguments[0]), Path(arguments[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
