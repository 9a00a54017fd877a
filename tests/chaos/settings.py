"""The product's settings with its waits made short, for processes that are killed a lot."""

import os
from datetime import timedelta

from tracker.settings import *  # noqa: F403
from tracker.settings import CELERY_BEAT_SCHEDULE, DATABASES

MAIL_BATCH = int(os.environ.get("CHAOS_BATCH", "10"))
MAIL_LEASE = timedelta(seconds=float(os.environ.get("CHAOS_LEASE", "60")))
MAIL_SETTLE_AFTER = timedelta(seconds=1)
MAIL_RELAY_LOOKUP = "tests.chaos.asking.in_journal"
# Every tick so many times, as a second beat or a broker that delivers twice would do.
(_tick,) = CELERY_BEAT_SCHEDULE.values()
CELERY_BEAT_SCHEDULE = {
    f"sweep-{number}": _tick for number in range(int(os.environ.get("CHAOS_TICKS", "1")))
}
options = DATABASES["default"].setdefault("OPTIONS", {})
if "init_command" in options:
    # A killed process loses nothing that it has given to the kernel; only a power cut would.
    options["init_command"] = options["init_command"].replace("=FULL", "=OFF")
    options["timeout"] = float(os.environ.get("CHAOS_LOCK_SECONDS", "20"))
else:
    # Whoever waits for a lock for ever shall be seen.
    options["options"] = "-c statement_timeout=60s"
