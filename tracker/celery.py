"""The Celery application. Redis only wakes the workers; the database rows are the truth."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init

from tracker import broker
from tracker.checks import exit_on_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

broker.install()
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Worker and beat come up with safe settings only, as the web server does.
celeryd_init.connect(exit_on_unsafe_start)
beat_init.connect(exit_on_unsafe_start)
