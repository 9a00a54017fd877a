"""The news that a board pack is ready, for the people its manager has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from networks.models import Event, User
from networks.notices import NoticeSource, Tale, Waiting
from reports.models import BoardPackSchedule
from reports.services.board_packs import SENT, readers_of


class BoardPackReady(NoticeSource):
    """The pack of a programme: to the people its manager has chosen, while they have a role."""

    kind = "board_pack"
    verbs = frozenset([SENT])

    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        schedules = {
            row.pk: row
            for row in BoardPackSchedule.objects.filter(
                pk__in={event.target_id for event in events}
            ).select_related("programme")
        }
        chosen = {
            pk: frozenset(
                readers_of(row.programme, now.date())
                .filter(board_packs=row)
                .values_list("pk", flat=True)
            )
            for pk, row in schedules.items()
        }
        return {event.pk: chosen.get(event.target_id, frozenset()) for event in events}

    def tell(self, event: Event, person: User) -> Tale | None:
        schedule = (
            BoardPackSchedule.objects.filter(pk=event.target_id).select_related("programme").first()
        )
        if schedule is None:
            return None
        since, as_of = event.changes["as_of"]
        words = {"programme": schedule.programme.name, "day": as_of}
        address = reverse("board-pack", args=[schedule.programme.slug])
        return Tale(
            headline=_("Board pack of %(programme)s, %(day)s") % words,
            about=schedule.programme.name,
            facts=[
                _("Figures as of %(day)s, changes since %(since)s.") % {**words, "since": since}
            ],
            url=f"{address}?{urlencode({'as_of': as_of, 'since': since})}",
            action=_("Open the board pack (PDF)"),
            why=_("The programme's manager has put you on the list of its board packs."),
        )
