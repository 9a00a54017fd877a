"""The wake-up. It carries no data: the rows say what is due."""

from celery import shared_task
from django.utils import timezone

from notifications import services


@shared_task  # type: ignore[untyped-decorator]
def sweep(**_ignored: object) -> None:
    """Run one pass now. Safe to run twice, late, or at the same time as another."""
    services.sweep(timezone.now())
