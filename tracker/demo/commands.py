"""The command line of each process. Those of worker, beat and web are production's own."""

import sys

from tracker.demo.broker import Broker
from tracker.demo.environment import Place

# Root is what a container and a fresh machine often run the demo as. Celery warns of it
# at each start; a demo on the loopback interface that takes JSON messages only need not.
CELERY = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery"]
WORKER_OPTIONS = ["--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"]


def web(place: Place) -> list[str]:
    """One process with threads, as suits SQLite; Django's reloading server for developers."""
    if place.dev:
        return [sys.executable, "manage.py", "runserver", str(place.port)]
    options = ["--bind", f"127.0.0.1:{place.port}", "--worker-class", "gthread"]
    options += ["--workers", "1", "--threads", "8", "--graceful-timeout", "5"]
    options += ["--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "tracker.wsgi", *options]


def worker(broker: Broker) -> list[str]:
    """The Celery worker; with the queue in memory it carries beat as well."""
    if broker.in_memory:
        return [*CELERY[:3], "-m", "tracker.demo.solo"]
    return [*CELERY, "--app", "tracker", "worker", *WORKER_OPTIONS]


def beat() -> list[str]:
    """The one process that ticks; it answers pings as workers do."""
    return [*CELERY, "--app", "tracker", "beat", "--enable-remote-control", "--loglevel", "INFO"]


def mail_sink(place: Place, port: int) -> list[str]:
    """The SMTP server that keeps every mail as a file."""
    return [sys.executable, "-m", "tracker.demo.mail_sink", str(port), str(place.mail)]


def preparation(place: Place) -> list[str]:
    """Tables, demo data and static files, in a process with the demo's environment."""
    command = [sys.executable, "manage.py", "demo", "--prepare", "--port", str(place.port)]
    return [*command, "--dev"] if place.dev else command
