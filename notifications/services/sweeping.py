"""One pass: lay out reports, plan the news and the mornings that have begun, send what is due, leave a sign of life."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from notifications.models import Heartbeat
from notifications.services.delivering import deliver
from notifications.services.inviting import plan_invitations
from notifications.services.noticing import plan_notices
from notifications.services.planning import Planned, plan
from reports.services.board_packs import announce_due_packs
from reports.services.scheduling import keep_schedules

# Reports follow dates: nobody waits half a minute for them.
SCHEDULES_EVERY = timedelta(minutes=10)


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
    # A fault in one step must hold up neither the next one nor what is planned already:
    # ExitStack runs them all, the last that was added first.
    with ExitStack() as steps:
        fates: Counter[str] = Counter()
        steps.callback(lambda: fates.update(deliver(now)))

        @steps.callback
        def _mornings() -> None:
            nonlocal planned
            planned = plan(now)

        @steps.callback
        def _news() -> None:
            nonlocal notices
            notices = plan_notices(now)

        @steps.callback
        def _invitations() -> None:
            nonlocal invitations
            invitations = plan_invitations(now)

        steps.callback(announce_due_packs, now)
        steps.callback(lay_out_reports, now)
    swept = Swept(planned, notices, invitations, +fates)
    facts = {
        "planned": asdict(planned),
        "notices": notices,
        "invitations": invitations,
        "mails": dict(swept.fates),
    }
    beat(now, facts)
    return swept


def lay_out_reports(now: datetime) -> None:
    """Schedule and open progress reports, unless somebody has done so a moment ago."""
    row, _new = Heartbeat.objects.get_or_create(name=Heartbeat.SCHEDULES)
    waited = Q(at__isnull=True) | Q(at__lte=now - SCHEDULES_EVERY)
    if Heartbeat.objects.filter(waited, pk=row.pk).update(at=now):
        keep_schedules(now)


def beat(now: datetime, facts: dict[str, object] | None = None) -> None:
    """Say that sweeping is alive."""
    values = {"at": now} if facts is None else {"at": now, "facts": facts}
    Heartbeat.objects.update_or_create(name=Heartbeat.SWEEP, defaults=values)
