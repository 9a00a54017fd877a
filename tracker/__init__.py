"""The project. Importing it makes the Celery application the default one for tasks."""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
