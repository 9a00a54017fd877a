"""One pass: plan the news and the mornings that have begun, send what is due, leave a sign of life."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime

from notifications.models import Heartbeat
from notifications.services.delivering import deliver
from notifications.services.inviting import plan_invitations
from notifications.services.noticing import plan_notices
from notifications.services.planning import Planned, plan


@dataclass(frozen=True)
class Swept:
    """What one pass did."""

    planned: Planned = field(default_factory=Planned)
    notices: int = 0
    invitations: int = 0
    fates: Counter[str] = field(default_factory=Counter)


def sweep(now: datetime) -> Swept:
    """One pass at an instant. Any number of them, at the same time, are harmless."""
    beat(now)
    planned, notices, invitations = Planned(), 0, 0
    # A fault in one step must hold up neither the next one nor what is planned already.
    try:
        try:
            invitations = plan_invitations(now)
        finally:
            try:
                notices = plan_notices(now)
            finally:
                planned = plan(now)
    finally:
        fates = deliver(now)
    swept = Swept(planned, notices, invitations, +fates)
    facts = {
        "planned": asdict(planned),
        "notices": notices,
        "invitations": invitations,
        "mails": dict(swept.fates),
    }
    beat(now, facts)
    return swept


def beat(now: datetime, facts: dict[str, object] | None = None) -> None:
    """Say that sweeping is alive."""
    values = {"at": now} if facts is None else {"at": now, "facts": facts}
    Heartbeat.objects.update_or_create(name=Heartbeat.SWEEP, defaults=values)
