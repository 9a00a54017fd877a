"""The wake-up. It carries no data: the rows say what is due."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from notifications import services
from notifications.services.fetching import fetch


@shared_task  # type: ignore[untyped-decorator]
def sweep(**_ignored: object) -> None:
    """Run one pass now. Safe to run twice, late, or at the same time as another."""
    services.sweep(timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def read_bounces(**_ignored: object) -> None:
    """Take in what came back since the last look. Read twice, a mail is recorded once."""
    fetch(settings.BOUNCE_MAILBOX, timezone.now())
