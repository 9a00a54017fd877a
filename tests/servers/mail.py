"""A private SMTP server with a journal: the same sink that the demo uses, as a process."""

import os
import shutil
import smtplib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tracker.demo.children import Child, wait_until
from tracker.demo.environment import free_port
from tracker.demo.mails import Mail, newest_first

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class MailSink:
    """An SMTP server that accepts everything and remembers it."""

    port: int
    folder: Path
    child: Child

    @property
    def url(self) -> str:
        """The value of EMAIL_URL that sends to this sink."""
        return f"smtp://127.0.0.1:{self.port}"

    def mails(self) -> list[Mail]:
        """Return what was received, oldest first."""
        return newest_first(self.folder)[::-1]

    def wait_for(self, count: int, seconds: float = 30) -> list[Mail]:
        """Wait until so many mails have come, and return them all."""
        wait_until(lambda: len(self.mails()) >= count, seconds)
        return self.mails()

    def answers(self) -> bool:
        """Say whether the server greets."""
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as client:
                return client.noop()[0] == 250
        except OSError:
            return False

    def start(self) -> None:
        """Start the server, also again after a test has stopped it."""
        self.child.start()
        if not wait_until(self.answers, 15):
            raise RuntimeError(f"The mail sink does not answer:\n{self.child.tail()}")

    def stop(self) -> None:
        """Stop the server and remove its mails."""
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> MailSink:
    """Return a running sink on a free port."""
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="tracker-mail-"))
    command = [sys.executable, "-m", "tracker.demo.mail_sink", str(port), str(folder)]
    sink = MailSink(port, folder, Child("mail", command, os.environ, ROOT, folder / "sink.log"))
    sink.start()
    return sink
