"""What a mail provider tells through django-anymail, where that is installed.

Anymail has checked the request's secret and signature before its signal is sent, and has
brought the providers' words to one form. This is the signal's receiver, and only that: what
follows from it is services.bouncing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.utils import timezone

from notifications.models import Bounce
from notifications.services.bouncing import Report, kind_of, record_bounce, status_in
from notifications.services.returning import ID, TOKEN

_FAILED = ("bounced", "rejected", "failed")


def tell(sender: Any, event: Any, esp_name: str, **_more: Any) -> None:
    """Record one event of a provider, if it is about a mail that did not arrive, or a complaint."""
    kind, status = _verdict(event)
    if kind is None:
        return
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    named = str(metadata.get(ID, ""))
    about = (esp_name, event.event_id, event.event_type, event.message_id, event.recipient, named)
    report = Report(
        key=sha256(repr((*about, event.timestamp)).encode("utf-8", "replace")).hexdigest(),
        door=Bounce.Door.PROVIDER,
        kind=kind,
        status=status,
        said=str(event.mta_response or event.description or event.reject_reason or ""),
        reminder_id=named,
        token=str(metadata.get(TOKEN, "")),
        message_id=str(event.message_id or ""),
        trusted=True,
    )
    record_bounce(report, timezone.now())


def _verdict(event: Any) -> tuple[Bounce.Kind | None, str]:
    status = status_in(str(event.mta_response or "")) or status_in(str(event.description or ""))
    if event.event_type == "complained":
        return Bounce.Kind.COMPLAINT, status
    if event.event_type == "deferred":
        return Bounce.Kind.DELAYED, status
    if event.event_type not in _FAILED:
        return None, ""
    if event.reject_reason == "invalid":
        # The provider has found that this is no address at all.
        return Bounce.Kind.HARD, status
    # “Bounced” alone does not say for how long: providers use it for full mailboxes too.
    return kind_of(status, failed=True), status
