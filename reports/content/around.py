"""What stands around the plan: risks, people, outputs, effort, conditions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, Sum

from milestones.conditions import CLASSIFIED
from milestones.models import Effort, Evidence, Risk, RiskAssessment, WorkPackage
from networks.models import Event, Member, Partner
from reports.content.plan import iso
from reports.content.window import Window
from reports.models import Condition, EffortSpent

# A risk is there from one of these on: written by hand or by an amendment, or imported.
ADDED = ("add_risk", "create_risk")


def risks(window: Window) -> list[dict[str, Any]]:
    """Risks known at the cut-off with their state of play: closed ones only in their window."""
    packages = Prefetch("work_packages", WorkPackage.objects.order_by("code_key", "pk"))
    rows = Risk.objects.filter(network=window.network).prefetch_related(packages)
    later = list(
        Event.objects.filter(
            network=window.network, target_type="milestones.risk", at__gte=window.end
        ).order_by("at", "pk")
    )
    unknown = {event.target_id for event in later if event.verb in ADDED}
    said = RiskAssessment.objects.filter(network=window.network, at__lt=window.end)
    play = {row.risk_id: row for row in said.order_by("at", "pk")}
    return [
        _risk(window, risk, play.get(risk.pk), later)
        for risk in rows.order_by("code_key", "pk")
        if risk.pk not in unknown and _was_open(window, risk)
    ]


def _was_open(window: Window, risk: Risk) -> bool:
    return risk.closed_on is None or risk.closed_on >= window.first_day


def _risk(
    window: Window, risk: Risk, said: RiskAssessment | None, later: list[Event]
) -> dict[str, Any]:
    closed = risk.closed_on if window.holds(risk.closed_on) else None
    return {
        "code": risk.code,
        "description": risk.description,
        "likelihood": _level(risk, "likelihood", later),
        "severity": _level(risk, "severity", later),
        "mitigation": risk.mitigation,
        "foreseen": risk.foreseen,
        "closed_on": iso(closed),
        "work_packages": [package.code for package in risk.work_packages.all()],
        "play": _play(window, said) if said else None,
    }


def _level(risk: Risk, name: str, later: list[Event]) -> str:
    """A level as it was: the old value of its first change after the cut-off, or today's."""
    for event in later:
        if event.target_id == risk.pk and name in event.changes:
            return str(event.changes[name][0] or "")
    return str(getattr(risk, name))


def _play(window: Window, said: RiskAssessment) -> dict[str, Any]:
    return {
        "period": said.period,
        "on": window.day_of(said.at).isoformat(),
        "mitigation_applied": said.mitigation_applied,
        "materialised": said.materialised,
        "comment": said.comment,
    }


def people(window: Window) -> dict[str, Any]:
    """Team and partners at the cut-off, and who joined or left since the report before."""
    rows = Member.objects.filter(network=window.network).select_related("user", "partner")
    began = rows.filter(Q(starts__isnull=True) | Q(starts__lte=window.until))
    members = list(began.order_by("pk"))
    team = [row for row in members if row.ends is None or row.ends >= window.until]
    now = {row.user_id for row in team}
    # Another role is neither joining nor leaving.
    before = {row.user_id for row in members if row.starts is None or row.starts < window.first_day}
    joined = [row for row in team if window.joined(row.starts) and row.user_id not in before]
    left = [row for row in members if window.holds(row.ends) and row.user_id not in now]
    return {
        "joined": _persons(joined),
        "left": _persons(left),
        "team": _persons(team),
        "partners": [_partner(window, row) for row in _partners(window)],
    }


def _persons(members: Iterable[Member]) -> list[dict[str, Any]]:
    return [
        {
            "name": str(member.user),
            "orcid": member.user.orcid,
            "role": member.role,
            "partner": member.partner.short_name if member.partner else "",
            "starts": iso(member.starts),
            "ends": iso(member.ends),
            "effort": _amount(member.effort),
        }
        for member in members
    ]


def _partners(window: Window) -> Iterable[Partner]:
    rows = Partner.objects.filter(network=window.network).select_related("organisation")
    began = rows.filter(Q(starts__isnull=True) | Q(starts__lte=window.until))
    there = began.filter(Q(ends__isnull=True) | Q(ends__gte=window.first_day))
    return there.order_by("number_key", "pk")


def _partner(window: Window, partner: Partner) -> dict[str, Any]:
    change = "joined" if window.joined(partner.starts) else ""
    return {
        "number": partner.number,
        "short_name": partner.short_name,
        "name": partner.organisation.name,
        "country": partner.organisation.country,
        "kind": partner.kind,
        "starts": iso(partner.starts),
        "ends": iso(partner.ends),
        "change": "left" if window.holds(partner.ends) else change,
    }


def outputs(window: Window) -> list[dict[str, Any]]:
    """Evidence up to the cut-off; what is new since the report before is marked."""
    rows = Evidence.objects.filter(network=window.network, at__lt=window.end)
    rows = rows.exclude(deliverable__dissemination_level__in=CLASSIFIED)
    shown = rows.select_related("milestone", "deliverable").order_by("at", "pk")
    return [_output(window, row) for row in shown]


def _output(window: Window, row: Evidence) -> dict[str, Any]:
    item = row.milestone or row.deliverable
    return {
        "item": item.code if item else "",
        "title": row.title,
        "kind": row.kind,
        "doi": row.doi,
        "url": row.url,
        "name": row.original_name,
        "on": window.day_of(row.at).isoformat(),
        "new": window.start is None or row.at >= window.start,
    }


def effort(window: Window) -> list[dict[str, Any]]:
    """Person-months: planned for the whole award, put in now, and in the reports before."""
    report = window.report
    planned = {
        (row.work_package_id, row.partner_id): row
        for row in _named(Effort.objects.filter(network=window.network))
    }
    spent = {
        (row.work_package_id, row.partner_id): row
        for row in _named(EffortSpent.objects.filter(report=report))
    }
    earlier = EffortSpent.objects.filter(
        report__network_id=report.network_id, report__number__lt=report.number
    )
    before = {
        (row["work_package_id"], row["partner_id"]): row["total"]
        for row in earlier.order_by()
        .values("work_package_id", "partner_id")
        .annotate(total=Sum("person_months"))
    }
    return [
        {
            "work_package": row.work_package.code,
            "partner": row.partner.short_name,
            "planned": _amount(planned[key].person_months) if key in planned else None,
            "actual": _amount(spent[key].person_months) if key in spent else None,
            "before": _amount(before.get(key)),
        }
        for key, row in (spent | planned).items()
    ]


def _named(rows: Any) -> Any:
    named = rows.select_related("work_package", "partner")
    return named.order_by("work_package__code_key", "partner__number_key", "pk")


def _amount(value: Decimal | None) -> str | None:
    # Two places always: PostgreSQL and SQLite give back 1.50 and 1.5.
    return None if value is None else f"{value:.2f}"


def conditions(window: Window) -> list[dict[str, Any]]:
    """Conditions of decisions until the cut-off that were still open after the report before."""
    rows = Condition.objects.filter(network=window.network, decision__at__lt=window.end)
    rows = rows.select_related("decision")
    still = rows.filter(Q(settled_on__isnull=True) | Q(settled_on__gte=window.first_day))
    return [
        {
            "code": row.code,
            "text": row.text,
            "evidence_asked": row.evidence_asked,
            "due": row.due_date.isoformat(),
            "state": row.state,
            "handed_in_on": iso(row.handed_in_on),
            "answer": row.answer,
            "evidence_url": row.evidence_url,
            "settled_on": iso(row.settled_on),
            "decided_on": row.decision.decided_on.isoformat(),
            "decision": row.decision.outcome,
        }
        for row in still.order_by("number")
    ]
