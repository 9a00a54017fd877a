"""``manage.py sweep``: one pass by hand."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notifications import services


class Command(BaseCommand):
    """Plan and send once, as beat does every half minute."""

    help = "Plan the reminders that are due and send them, once; print what happened."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now", help="As if it were this instant (ISO 8601), such as 2026-11-23T08:00Z."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = self.instant(options["now"])
        swept = services.sweep(now)
        planned = swept.planned
        self.stdout.write(
            f"{now:%Y-%m-%d %H:%M %Z}: planned {planned.messages} mails with {planned.reminders} "
            f"reminders; {planned.missed} earlier steps missed, {planned.quiet} left quiet; "
            f"{swept.notices} notices."
        )
        sent = swept.fates.pop("accepted", 0)
        rest = ", ".join(f"{number} {fate}" for fate, number in sorted(swept.fates.items()))
        self.stdout.write(f"Sent {sent}." + (f" Of the others: {rest}." if rest else ""))

    def instant(self, text: str | None) -> datetime:
        """The instant that was asked for; without a zone it is UTC."""
        if text is None:
            return timezone.now()
        try:
            asked = parse_datetime(text)
        except ValueError:
            asked = None
        if asked is None:
            raise CommandError(f"“{text}” is not an instant. Write it like 2026-11-23T08:00Z.")
        return asked if asked.tzinfo else asked.replace(tzinfo=UTC)
