"""What reports have to tell: one came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from networks import notices
from networks.access import LEADS, current
from networks.models import Event, Member, User
from networks.notices import NoticeSource, Tale, Waiting
from reports import review_notices
from reports.board_pack_news import BoardPackReady
from reports.models import ProgressReport


class ReportReturned(NoticeSource):
    """It came back, from staff or from the committee: to lead and deputy, for it is theirs again."""

    kind = "report-returned"
    verbs = frozenset(["return_report"])

    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        reports = ProgressReport.objects.filter(
            pk__in={event.target_id for event in events}, is_returned=True
        ).in_bulk()
        rows = Member.objects.filter(
            current(now.date()),
            network_id__in={report.network_id for report in reports.values()},
            role__in=LEADS,
            user__is_active=True,
        )
        leads: dict[int, set[int]] = {}
        for network, person in rows.values_list("network_id", "user_id"):
            leads.setdefault(network, set()).add(person)
        return {
            event.pk: frozenset(leads.get(reports[event.target_id].network_id, set()))
            - {event.actor_id, event.on_behalf_of_id}
            for event in events
            if event.target_id in reports
        }

    def tell(self, event: Event, person: User) -> Tale | None:
        rows = ProgressReport.objects.select_related("network")
        report = rows.filter(pk=event.target_id).first()
        if report is None:
            return None
        notes = report.notes.filter(at=event.at).select_related("section").order_by("pk")
        return Tale(
            headline=_("%(acronym)s %(code)s came back: something is missing")
            % {"acronym": report.network.acronym, "code": report.code},
            about=str(report),
            facts=[_one_line(str(note.section or ""), note.text) for note in notes],
            by=str(event.actor or ""),
            url=report.get_absolute_url(),
            action=_("See what is missing, and hand it in again"),
            why=_("You lead the network, or are its deputy lead."),
        )

    def items(self, events: Sequence[Event]) -> dict[int, tuple[str, int]]:
        return {event.pk: ("progress-report", event.target_id) for event in events}


def _one_line(section: str, text: str) -> str:
    return f"{section}: {text}" if section else text


notices.register(ReportReturned())
notices.register(BoardPackReady())

# The news of reviews register themselves.
__all__ = ["ReportReturned", "review_notices"]
