"""``manage.py sending``: may mail leave from here? After a restore, an operator says so."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications.services import gate
from notifications.services.resuming import resume


class Command(BaseCommand):
    """Show the gate, or open it."""

    help = "Show whether mail may leave from this installation, or let it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["status", "resume"], nargs="?", default="status")
        parser.add_argument(
            "--cancel-waiting",
            action="store_true",
            help="With resume: cancel what waits. It may have left after the backup was made.",
        )

    def handle(self, *args: Any, what: str, cancel_waiting: bool, **options: Any) -> None:
        now = timezone.now()
        if what == "resume":
            cancelled = resume(now, cancel_waiting=cancel_waiting)
            if cancel_waiting:
                self.stdout.write(f"Cancelled {cancelled} waiting mails.")
        found = gate.look(now)
        self.stdout.write(f"Sending: {found.state}. {found.reason}".rstrip())
