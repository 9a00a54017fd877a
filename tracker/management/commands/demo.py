"""``manage.py demo``: the whole product from nothing, with demo data, until Ctrl-C."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tracker.demo.environment import Place
from tracker.demo.launcher import default_data, launch
from tracker.demo.preparation import prepare as prepare_data

ROOT = Path(__file__).resolve().parent.parent.parent.parent


class Command(BaseCommand):
    """Starts web, worker, beat, broker and mail sink as children of this process."""

    help = "Start everything with demo data: web, worker, beat, broker and mail sink."
    # The launcher only starts processes; each of them checks its own settings.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where to answer and how."""
        parser.add_argument("--port", default="8000", help="the port of the web pages")
        parser.add_argument("--dev", action="store_true", help="DEBUG, reload, log on screen")
        parser.add_argument("--prepare", action="store_true", help="only prepare the data")

    def handle(self, *args: Any, port: str, dev: bool, prepare: bool, **options: Any) -> None:
        """Prepare in this process, or launch everything."""
        if not port.isdigit() or not 1 <= int(port) <= 65535:
            sys.exit(f"PORT must be a number from 1 to 65535, and '{port}' is not.")
        place = Place(root=ROOT, data=default_data(), port=int(port), dev=dev)
        if prepare:
            prepare_data(place)
        else:
            sys.exit(launch(place))
