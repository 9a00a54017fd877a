"""``manage.py bounces``: take in a mail that came back, from a pipe or the mailbox of the settings."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from notifications.mailboxes import NoMailbox
from notifications.returned_mail import LARGEST
from notifications.services.fetching import fetch, take_in

# sysexits.h: the mail server keeps the mail, and tries the pipe again later.
TRY_LATER = 75


class Command(BaseCommand):
    """For an alias such as ``bounces: "|/srv/tracker/bounces"``, or by hand."""

    help = (
        "Read a returned mail from standard input, or with --mailbox all that BOUNCE_MAILBOX holds."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", action="store_true", help="Read BOUNCE_MAILBOX instead.")

    def handle(self, *args: Any, mailbox: bool, **options: Any) -> None:
        try:
            said = self.from_mailbox() if mailbox else self.from_pipe()
        except DatabaseError as error:
            raise CommandError(f"The database: {error}", returncode=TRY_LATER) from error
        self.stdout.write(said)

    def from_pipe(self) -> str:
        """One mail. What is no report is no error: the mail server must not keep it."""
        bounce = take_in(sys.stdin.buffer.read(LARGEST + 1), timezone.now())
        return f"Recorded: {bounce}" if bounce else "Nothing recorded."

    def from_mailbox(self) -> str:
        """All that is unread."""
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("Set BOUNCE_MAILBOX, such as imaps://user:password@host/INBOX.")
        try:
            found = fetch(settings.BOUNCE_MAILBOX, timezone.now())
        except NoMailbox as error:
            raise CommandError(str(error), returncode=TRY_LATER) from error
        said = ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()))
        return f"Read: {said}." if said else "Nothing new."
