"""Worker and beat in one process, for the queue that lives in that process's memory.

Celery's own ``worker -B`` forks beat off, and a fork shares no memory queue: its tasks would
reach nobody. So beat runs as a thread here. The queue is lost when the process ends, which
costs one sweep and nothing else: the database rows are the truth.
"""

from pathlib import Path
from typing import Any

from celery.beat import EmbeddedService
from celery.signals import worker_ready
from django.conf import settings

from tracker.celery import app
from tracker.demo.commands import WORKER_OPTIONS
from tracker.demo.readiness import SOLO_READY


def say_ready(**kwargs: Any) -> None:
    """Leave a file for the launcher: nobody can ping a queue in another process's memory."""
    (Path(settings.DATA_DIR) / SOLO_READY).touch()


def main() -> None:
    """Start beat as a thread and become the worker."""
    worker_ready.connect(say_ready)
    app.set_current()
    app.loader.import_default_modules()
    beat = EmbeddedService(app, thread=True, schedule_filename=app.conf.beat_schedule_filename)
    beat.start()
    app.worker_main(["worker", *WORKER_OPTIONS])


if __name__ == "__main__":
    main()
