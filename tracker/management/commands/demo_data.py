"""``manage.py demo_data``: the demo's alliance, awards, people and two years of history."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from networks.models import Programme
from tracker.demo.data.accounts import printed_accounts
from tracker.demo.data.loading import is_loaded, load

SEED = 20


class Command(BaseCommand):
    """Loads the demo's data once; called again, it only prints the accounts."""

    help = (
        "Load invented data for the demo: two programmes, eight challenge awards, three networks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what makes one load differ from another."""
        parser.add_argument("--seed", type=int, default=SEED, help="another seed, other chances")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day that all is relative to; today"
        )

    def handle(self, *args: Any, seed: int, today: date | None, **options: Any) -> None:
        """Load unless it is there, then print who can sign in."""
        if not is_loaded():
            refuse_real_site()
            load(moment(today), seed)
        self.stdout.write(printed_accounts())


def moment(today: date | None) -> datetime:
    """Now, or noon (UTC) of the day that was given, which must not lie ahead."""
    now = timezone.now()
    if today is None:
        return now
    given = datetime.combine(today, time(12), tzinfo=UTC)
    if given.date() > now.date():
        raise CommandError(f"{today} has not come yet: a history can only end today or before.")
    return min(given, now)


def refuse_real_site() -> None:
    """The demo's accounts share a printed password: they have no place beside real data."""
    if settings.HTTPS or Programme.objects.exists():
        raise CommandError(
            "This looks like a real site (HTTPS is on, or there are programmes already). The "
            "demo's accounts share a published password, so its data go into an empty database."
        )
