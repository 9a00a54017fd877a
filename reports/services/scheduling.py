"""Which reports a network owes, and when: laid out by its programme's rhythm.

Nobody calls this when a network starts or an amendment is approved, for both lie below: the
round (``keep_schedules``, part of every sweep) finds the networks whose dates or rhythm are
not those their reports were laid out by, in one query.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from milestones.models import AmendmentChange
from networks.acts import Act
from networks.clock import Today
from networks.models import Event, Network
from networks.refusals import Refusal
from networks.services import changed, record_event
from networks.wording import in_a_sentence
from reports.access import require
from reports.models import ProgressReport, ReportSchedule
from reports.periods import Pause, Period, Rhythm, periods
from reports.services.locking import hold, touch
from reports.services.ready_templates import ensure_ready_templates

log = logging.getLogger(__name__)
State = ProgressReport.State
# Laid out at most so many networks in one round: a big import is done in a few of them.
MOST_NETWORKS = 500
# Staff give a report no date farther from its period than this: later it is a slip of the key.
FARTHEST = timedelta(days=3653)


def keep_schedules(now: datetime) -> int:
    """Lay out reports where they are not as they should be, and open those whose period is over.

    Any number of rounds at the same time are harmless. Returns how many rows were touched.
    """
    act = Act(by=None, at=now, channel=Event.Channel.SYSTEM)
    written = 0
    for network in _outdated()[:MOST_NETWORKS]:
        try:
            written += schedule(act, network)
        except Exception:
            # The dates of one network must not keep all others from their reports.
            log.exception("The reports of %s cannot be laid out.", network)
    return written + open_reports(act)


def _outdated() -> QuerySet[Network]:
    """Running networks whose reports were laid out by other rules than today's, or never."""
    same = Q(
        report_schedule__starts=F("starts"),
        report_schedule__ends=F("ends"),
        report_schedule__every_months=F("programme__reporting_every_months"),
        report_schedule__due_days=F("programme__report_due_days"),
    ) & (
        Q(report_schedule__final_due_days=F("programme__final_report_due_days"))
        | Q(
            report_schedule__final_due_days__isnull=True,
            programme__final_report_due_days__isnull=True,
        )
    )
    kept = Network.objects.filter(same).values("pk")
    rows = Network.objects.running().exclude(pk__in=kept)
    return rows.select_related("programme").order_by("pk")


@transaction.atomic
def schedule(act: Act, network: Network) -> int:
    """Lay out the reports of one network: what is written already stays, the rest follows it.

    What had ended before the network was first scheduled here is waived: nobody can write
    today what was known then. Returns how many rows were written.
    """
    require(act.by, "schedule", network)
    # Two rounds at once: the second waits here, and then finds nothing to change.
    Network.objects.select_for_update().get(pk=network.pk)
    ensure_ready_templates()
    programme = network.programme
    rhythm = Rhythm(
        programme.reporting_every_months,
        programme.report_due_days,
        programme.final_report_due_days,
    )
    before = ReportSchedule.objects.filter(network=network).first()
    rows = list(ProgressReport.objects.filter(network=network).order_by("number"))
    today = act.today.in_zone(network.time_zone)
    fixed = [row for row in rows if not _is_movable(row, today)]
    wanted = periods(
        network.starts,
        network.ends,
        rhythm,
        _pauses(network),
        after=fixed[-1].period_end if fixed else None,
    )
    number = fixed[-1].number if fixed else 0
    movable = [row for row in rows if row.number > number]
    written = _drop(act, movable[len(wanted) :])
    written += _move(act, zip(movable, wanted, strict=False), network, before)
    number = max([number, *(row.number for row in movable[: len(wanted)])])
    for period in wanted[len(movable) :]:
        number += 1
        _create(act, network, number, period, is_first=before is None)
        written += 1
    ReportSchedule.objects.update_or_create(
        network=network,
        defaults={
            "starts": network.starts,
            "ends": network.ends,
            "every_months": rhythm.every_months,
            "due_days": rhythm.due_days,
            "final_due_days": rhythm.final_due_days,
            "made_at": act.at,
        },
    )
    return written


def _is_movable(report: ProgressReport, today: date) -> bool:
    """Nobody has written into it. One that is waived before its period ends moves on, waived."""
    if report.template_id is not None:
        return False
    if report.state == State.WAIVED:
        return report.period_end >= today
    return report.state in (State.SCHEDULED, State.OPEN)


def _pauses(network: Network) -> list[Pause]:
    """The suspensions that were approved, by the day of their approval."""
    lines = AmendmentChange.objects.filter(
        network=network, field="suspension_days", amendment__state="approved"
    ).select_related("amendment")
    found = []
    for line in lines.order_by("pk"):
        decided = line.amendment.decided_at
        if decided is not None and isinstance(line.new, int):
            found.append(Pause(Today.at(decided).in_zone(network.time_zone), line.new))
    return found


def _kind(period: Period) -> str:
    return "final" if period.is_final else "interim"


def _state(act: Act, network: Network, period: Period) -> State:
    today = act.today.in_zone(network.time_zone)
    return State.OPEN if period.ends < today else State.SCHEDULED


def _create(act: Act, network: Network, number: int, period: Period, *, is_first: bool) -> None:
    report = ProgressReport(
        network=network,
        number=number,
        kind=_kind(period),
        period_start=period.starts,
        period_end=period.ends,
        cut_off=period.ends,
        due_date=period.due,
        state=_state(act, network, period),
    )
    if is_first and period.due < act.today.in_zone(network.time_zone):
        report.state = State.WAIVED
        report.waived_reason = "This period was over before the network was tracked here."
    report.full_clean()
    report.save(force_insert=True)
    record_event(act, "schedule_report", report, network=network)


def _move(
    act: Act,
    pairs: Iterable[tuple[ProgressReport, Period]],
    network: Network,
    before: ReportSchedule | None,
) -> int:
    moved = 0
    for report, period in pairs:
        given, later = _given(report, before)
        cut_off = max(period.starts, period.ends + later)
        is_waived = report.state == State.WAIVED
        new = {
            "kind": _kind(period),
            "period_start": period.starts,
            "period_end": period.ends,
            "cut_off": cut_off,
            "due_date": max(cut_off, period.due + given),
            "state": str(State.WAIVED if is_waived else _state(act, network, period)),
        }
        changes = changed({name: getattr(report, name) for name in new}, new)
        if not changes:
            continue
        if "due_date" in changes:
            new["deadline_version"] = report.deadline_version + 1
        touch(act, report, **new)
        record_event(act, "reschedule_report", report, network=network, changes=changes)
        moved += 1
    return moved


def _given(report: ProgressReport, before: ReportSchedule | None) -> tuple[timedelta, timedelta]:
    """By how much staff had put the due date and the cut-off elsewhere: that is kept."""
    if before is None:
        return timedelta(0), timedelta(0)
    rhythm = Rhythm(before.every_months, before.due_days, before.final_due_days)
    laid_out = rhythm.due(report.period_end, is_final=report.kind == "final")
    return report.due_date - laid_out, report.cut_off - report.period_end


def _drop(act: Act, reports: list[ProgressReport]) -> int:
    """Reports about time that is no longer part of the award; nothing was written into them."""
    for report in reports:
        was = {"due_date": [report.due_date, None]}
        record_event(act, "unschedule_report", report, network=report.network, changes=was)
        report.delete()
    return len(reports)


@transaction.atomic
def open_reports(act: Act) -> int:
    """Open the reports whose period is over where their network is."""
    near = ProgressReport.objects.filter(
        state=State.SCHEDULED, network__state="active", period_end__lt=act.today.latest()
    )
    over = near.filter(period_end__lt=act.today.expression("network__time_zone"))
    reports = list(over.select_for_update(of=("self",)).select_related("network").order_by("pk"))
    for report in reports:
        opened = {"state": [report.state, State.OPEN]}
        touch(act, report, state=State.OPEN)
        record_event(act, "open_report", report, network=report.network, changes=opened)
    return len(reports)


@transaction.atomic
def waive(act: Act, report: ProgressReport, *, reason: str) -> None:
    """Staff do without a report, and say why; its texts, if any, stay on file."""
    require(act.by, "waive", report)
    hold(report)
    _require_open(report)
    if not reason.strip():
        raise Refusal(_("Say why the report is waived."), "reason")
    old = report.state
    touch(act, report, state=State.WAIVED, waived_reason=reason.strip())
    record_event(
        act,
        "waive_report",
        report,
        network=report.network,
        changes={"state": [old, State.WAIVED], "reason": ["", reason.strip()]},
    )


@transaction.atomic
def set_dates(act: Act, report: ProgressReport, *, due_date: date, cut_off: date) -> None:
    """Staff give a report another due date or cut-off; the period itself stays."""
    require(act.by, "schedule", report)
    hold(report)
    _require_open(report)
    if cut_off < report.period_start:
        raise Refusal(_("The facts cannot be older than the period."), "cut_off")
    for name, day in (("cut_off", cut_off), ("due_date", due_date)):
        if day - report.period_end > FARTHEST:
            raise Refusal(_("Choose a day within ten years after the period."), name)
    if due_date < cut_off:
        raise Refusal(_("A report cannot be due before the day its facts are of."), "due_date")
    new = {"due_date": due_date, "cut_off": cut_off}
    changes = changed({name: getattr(report, name) for name in new}, new)
    if not changes:
        return
    rise = int("due_date" in changes)
    touch(act, report, **new, deadline_version=report.deadline_version + rise)
    record_event(act, "reschedule_report", report, network=report.network, changes=changes)


def _require_open(report: ProgressReport) -> None:
    if report.state not in ProgressReport.OPEN_STATES:
        words = {"code": report.code, "state": in_a_sentence(report.get_state_display())}
        raise Refusal(_("%(code)s is %(state)s: its dates stand.") % words, "state")
