"""Take the tables of a Description of Action into a network's plan."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from milestones.importing.dates import DateOrder
from milestones.importing.limits import MAX_FILE_BYTES
from milestones.importing.plan_import import Setup, import_plan
from milestones.importing.tables import Source
from milestones.importing.wording import lines_of, outcome
from networks.acts import Act
from networks.models import Event, User

_TABLES = (".csv", ".tsv", ".txt", ".xlsx")


def iso_date(text: str) -> date:
    """A date on the command line, in the one form that cannot be misread."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no date like 2015-09-01") from None


class Command(BaseCommand):
    """``manage.py import_plan DIRECTORY --programme SLUG --reference REF --starts DATE``."""

    help = "Read the tables of a plan (CSV or XLSX) and take all of them in, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a directory of tables, or one workbook")
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--reference", required=True, help="the award's reference")
        parser.add_argument("--starts", type=iso_date, metavar="DATE", help="first day of month 1")
        parser.add_argument("--ends", type=iso_date, metavar="DATE", help="else the last month")
        parser.add_argument("--acronym", default="", help="else the reference")
        parser.add_argument("--title", default="", help="else the acronym")
        parser.add_argument("--time-zone", default="UTC", help="of the network, like Europe/Paris")
        parser.add_argument(
            "--dates",
            choices=[order.value for order in DateOrder],
            help="what comes first in dates like 03/04/2017, where the files do not tell",
        )
        parser.add_argument("--create", action="store_true", help="make what is not there yet")
        parser.add_argument("--dry-run", action="store_true", help="show it all, save nothing")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="who imports")

    def handle(self, *args: Any, **options: Any) -> None:
        sources = self._sources(options["path"])
        setup = Setup(
            programme=options["programme"],
            reference=options["reference"],
            starts=options["starts"],
            ends=options["ends"],
            acronym=options["acronym"],
            title=options["title"],
            time_zone=options["time_zone"],
            create=options["create"],
            date_order=DateOrder(options["dates"]) if options["dates"] else None,
        )
        act = Act(_person(options["email"]), timezone.now(), Event.Channel.IMPORT)
        try:
            report = import_plan(act, setup, sources, dry_run=options["dry_run"])
        except PermissionDenied as error:
            raise CommandError(f"{options['email']} may not import this plan.") from error
        for line in lines_of(report):
            self.stdout.write(line)
        if report.is_refused:
            raise CommandError(outcome(report))

    def _sources(self, path: Path) -> list[Source]:
        if not path.exists():
            raise CommandError(f"There is no {path}.")
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        files = [file for file in files if file.is_file() and not file.name.startswith((".", "~$"))]
        for file in files:
            if file.suffix.lower() not in _TABLES:
                self.stdout.write(f"{file.name}: left out, as it is no CSV or XLSX file")
        tables = [file for file in files if file.suffix.lower() in _TABLES]
        if not tables:
            raise CommandError(f"There is no CSV or XLSX file in {path}.")
        return [Source(file.name, _read(file)) for file in tables]


def _read(file: Path) -> bytes:
    # One byte over the limit is enough to know that it is too large.
    with file.open("rb") as opened:
        return opened.read(MAX_FILE_BYTES + 1)


def _person(email: str | None) -> User | None:
    if not email:
        return None
    person: User | None = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no open account with the address {email}.")
    return person
