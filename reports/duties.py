"""Handing progress reports in, as a duty like any other: reminders, ladder, "My work"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from milestones.conditions import SENT_BACK
from milestones.dated import ABOUT
from milestones.tallies import OPEN, tally
from networks import access, duties
from networks.clock import Today
from networks.duties import Audience, Audiences, Climb, Duty, Name, Tally, Words
from networks.models import Event, Member, Network, User
from networks.standing import Standing
from reports import review_duties
from reports.models import AnswerRevision, ProgressReport, ReportKind

_COLUMNS = ("pk", "network_id", "number", "kind", "period_start", "period_end", "is_returned")
_MORE = ("deadline_version", "state", "due_date")
_KINDS: dict[str, Any] = dict(ReportKind.choices)
_STATES: dict[str, Any] = dict(ProgressReport.State.choices)


class ReportDuties(duties.DutySource):
    """Writing and handing in a report: the lead's duty, or else the deputy's.

    It begins when the report opens, the day after its period: nobody can write before.
    """

    kind = "progress-report"
    label = _("Progress report")

    def rows(self) -> QuerySet[Any]:
        """Reports of running networks that can be written now."""
        running = ProgressReport.objects.filter(network__in=Network.objects.running())
        open_now = running.filter(state__in=ProgressReport.WRITABLE_STATES)
        rows: QuerySet[Any] = open_now.annotate(**ABOUT, due=F("due_date"))
        return rows

    def due_by(self, last: date) -> Iterator[Duty]:
        near = self.rows().filter(due_date__lte=last).order_by("due_date", "pk")
        return self._read(near)

    def among(self, ids: Iterable[int]) -> list[Duty]:
        # In no order, and without a cursor on the server: asked while mails are handed over.
        rows = self.rows().filter(pk__in=list(ids)).order_by()
        return [_duty(row) for row in rows.values(*_COLUMNS, *_MORE, *ABOUT)]

    def near(self, user: User, last: date, day: date) -> list[Duty]:
        held = Member.objects.current(day).filter(user=user, role__in=access.TEAM)
        own = self.rows().filter(network_id__in=held.values("network_id"))
        return list(self._read(own.filter(Q(due_date__lte=last) | Q(is_returned=True))))

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        book = Standing.around(duties, day)
        return {
            duty.id: {
                Audience.RESPONSIBLE.value: book.responsible(duty, ()),
                Audience.LEADS.value: book.network_leads(duty),
                Audience.OFFICERS.value: book.impartial(duty, "officer"),
                Audience.MANAGERS.value: book.impartial(duty, "manager"),
            }
            for duty in duties
        }

    def acted_since(self, ids: Iterable[int], since: datetime) -> set[tuple[int, int]]:
        wanted = list(ids)
        wrote = AnswerRevision.objects.filter(
            at__gte=since, author__isnull=False, answer__report_id__in=wanted
        )
        told = Event.objects.filter(
            target_type="reports.progressreport",
            target_id__in=wanted,
            at__gte=since,
            actor__isnull=False,
        )
        return {
            *wrote.values_list("answer__report_id", "author_id"),
            *told.values_list("target_id", "actor_id"),
        }

    def visible_ids(self, user: User, ids: Iterable[int]) -> set[int]:
        seen = ProgressReport.objects.visible_to(user).filter(pk__in=list(ids))
        return set(seen.values_list("pk", flat=True))

    def run_by(self, user: User) -> QuerySet[Any]:
        held: QuerySet[Any] = ProgressReport.objects.within(access.staff(user))
        return held.values("pk") if access.is_known(user) else held.none()

    def names(self, ids: Iterable[int]) -> dict[int, Name]:
        return {
            report.pk: Name(
                report.code,
                _title(report.kind, report.period_start, report.period_end),
                report.get_absolute_url(),
                report.network_id,
                report.get_state_display(),
            )
            for report in ProgressReport.objects.filter(pk__in=list(ids))
        }

    def pick(self, programme: int, network: int | None, text: str, limit: int) -> list[Duty]:
        rows = self.rows().filter(network__programme_id=programme)
        if network is not None:
            rows = rows.filter(network_id=network)
        if text:
            number = text.upper().removeprefix("PR")
            named = Q(network__acronym__icontains=text)
            if number.isdecimal() and len(number) < 5:
                named |= Q(number=int(number))
            rows = rows.filter(named)
        return list(self._read(rows.order_by("due_date", "pk")[:limit]))

    def tally(self, where: Q, today: Today, climbs: Sequence[Climb]) -> Tally:
        said: Any = Case(When(is_returned=True, then=Value(SENT_BACK[0])), default=Value(""))
        return tally(self.rows(), said, where, today, climbs, OPEN)

    def counted(self, number: int) -> str:
        said = ngettext("%(count)d progress report", "%(count)d progress reports", number)
        return said % {"count": number}

    def list_url(self, reference: str, figure: str) -> str:
        return reverse("network-reports", args=[reference])

    def _read(self, rows: QuerySet[Any]) -> Iterator[Duty]:
        for row in rows.values(*_COLUMNS, *_MORE, *ABOUT).iterator(chunk_size=2000):
            yield _duty(row)


def _title(kind: str, starts: date, ends: date) -> Words:
    # Worded in the language of whoever reads it, as late as that is.
    return format_lazy("{} {} \N{EN DASH} {}", _KINDS[kind], starts.isoformat(), ends.isoformat())


def _duty(row: dict[str, Any]) -> Duty:
    return Duty(
        kind=ReportDuties.kind,
        id=row["pk"],
        network_id=row["network_id"],
        programme_id=row["programme_id"],
        acronym=row["acronym"],
        zone=row["zone"],
        code=f"PR{row['number']}",
        title=_title(row["kind"], row["period_start"], row["period_end"]),
        due_date=row["due_date"],
        deadline_version=row["deadline_version"],
        state=row["state"],
        state_label=_STATES[row["state"]],
        url_name="progress-report",
        returned=row["is_returned"],
    )


duties.register(ReportDuties())

# The review's kinds register themselves.
__all__ = ["ReportDuties", "review_duties"]
