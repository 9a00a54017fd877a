"""Writes an award with its whole plan, in bulk and with its history, as an import does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from milestones.models import Deliverable, Effort, Milestone, PlannedReview, Risk, WorkPackage
from milestones.services.plan_rows import (
    NewMilestone,
    NewRisk,
    insert_items,
    insert_milestones,
    insert_risks,
    insert_rows,
)
from networks.acts import Act
from networks.models import Event, Member, Network, Partner, Programme
from networks.months import add_months
from networks.services.networks import create_network
from tracker.demo.data.people import People, key_of
from tracker.demo.data.shapes import Due, Plan
from tracker.demo.data.tables import rows

Item = Milestone | Deliverable


@dataclass
class Award:
    """An award as it was written: its rows by the keys that the tables use."""

    plan: Plan
    network: Network
    today: date
    planned_at: datetime
    partners: dict[str, Partner] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    packages: dict[str, WorkPackage] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    risks: dict[str, Risk] = field(default_factory=dict)
    # Kind of work of each item, and the person who speaks for it.
    work: dict[str, str] = field(default_factory=dict)
    speaker: dict[str, str] = field(default_factory=dict)

    def lead(self) -> str:
        """The key of the network's lead."""
        return next(key for key, member in self.members.items() if member.role == "lead")


def start_of(plan: Plan, today: date) -> date:
    """Awards begin on the first of a month."""
    return add_months(today.replace(day=1), -plan.months_ago)


def write_award(
    plan: Plan, programme: Programme, people: People, today: date, planned_at: datetime
) -> Award:
    """Create the network and everything it plans, by the programme's manager."""
    by_hand = Act(people["manager"], planned_at, Event.Channel.PAGE)
    starts = start_of(plan, today)
    network = create_network(
        by_hand,
        programme,
        reference=plan.reference,
        acronym=plan.acronym,
        title=plan.title,
        starts=starts,
        ends=add_months(starts, plan.months) - timedelta(days=1),
        state=plan.state,
        time_zone=plan.time_zone,
        predecessor=Network.objects.filter(reference=plan.predecessor).first(),
        award_amount=Decimal(plan.amount),
        lay_summary=plan.summary,
        grant_doi=f"10.5555/compass.{plan.reference.lower()}",
    )
    award = Award(plan, network, today, planned_at)
    _write_team(by_hand, award, people)
    act = Act(people["manager"], planned_at + timedelta(hours=2), Event.Channel.IMPORT)
    _write_packages(act, award)
    _write_milestones(act, award)
    _write_deliverables(act, award)
    _write_rest(act, award)
    return award


def _write_team(act: Act, award: Award, people: People) -> None:
    network = award.network
    partners = [
        Partner(
            network=network,
            number=number,
            kind=kind,
            short_name=short,
            organisation=people.home(short),
            starts=network.starts,
        )
        for number, kind, short, joins in rows(award.plan.partners, 4)
        if not joins
    ]
    award.partners = {
        row.short_name: row for row in insert_rows(act, network, "add_partner", partners)
    }
    keys, members = [], []
    for email, name, home, role, months, *_ in rows(award.plan.team, 6):
        if home not in award.partners:
            continue  # Joins later, by an amendment.
        keys.append(key_of(email, name))
        members.append(
            Member(
                network=network,
                user=people[keys[-1]],
                role=role,
                partner=award.partners[home],
                starts=min(network.starts, award.today),
                effort=Decimal(months) if months else None,
            )
        )
    award.members = dict(zip(keys, insert_rows(act, network, "add_member", members), strict=True))


def _write_packages(act: Act, award: Award) -> None:
    shares = [(name, months.split()) for name, months in rows(award.plan.effort, 2)]
    packages = []
    for index, (code, span, home, lead, title, aims) in enumerate(rows(award.plan.packages, 6)):
        first, last = span.split("-")
        total = sum(Decimal(months[index]) for _, months in shares)
        packages.append(
            WorkPackage(
                network=award.network,
                code=code,
                title=title,
                objectives=aims,
                lead_partner=award.partners[home],
                lead=award.members[lead],
                start_month=int(first),
                end_month=int(last),
                person_months=total or None,
            )
        )
        award.speaker[code] = lead
    written = insert_rows(act, award.network, "create_work_package", packages)
    award.packages = {row.code: row for row in written}
    effort = [
        Effort(
            network=award.network,
            work_package=package,
            partner=award.partners[name],
            person_months=Decimal(months[index]),
        )
        for name, months in shares
        for index, package in enumerate(written)
        if months[index] != "0" and name in award.partners
    ]
    insert_rows(act, award.network, "plan_effort", effort)


def _write_milestones(act: Act, award: Award) -> None:
    planned = []
    gates = 0
    for code, due, where, work, who, title, means in rows(award.plan.milestones, 7):
        gate = code.endswith("*")
        gates += gate
        packages = [award.packages[name] for name in where.split()]
        row = Milestone(
            **_item(award, code.rstrip("*"), due, work, who, packages[0]),
            title=title,
            means_of_verification=means,
            is_gate=gate,
            tranche=f"Tranche {gates + 1}" if gate else "",
        )
        others = [package.lead_partner for package in packages[1:] if package.lead_partner]
        planned.append(NewMilestone(row, packages, others))
    for milestone in insert_milestones(act, award.network, planned):
        award.items[milestone.code] = milestone


def _write_deliverables(act: Act, award: Award) -> None:
    planned = []
    for code, due, kind, work, who, title in rows(award.plan.deliverables, 6):
        sort, level = kind.split()
        package = award.packages[f"WP{code[1:].split('.')[0]}"]
        row = Deliverable(
            **_item(award, code, due, work, who, package),
            title=title,
            work_package=package,
            type=sort,
            dissemination_level=level,
        )
        planned.append(row)
    for deliverable in insert_items(act, award.network, planned):
        award.items[deliverable.code] = deliverable


def _item(
    award: Award, code: str, due: str, work: str, who: str, package: WorkPackage
) -> dict[str, object]:
    when = Due.parse(due)
    award.work[code] = work
    award.speaker[code] = who or award.speaker[package.code]
    return {
        "network": award.network,
        "code": code,
        "due_month": when.month,
        "contractual_date": when.on(award.network.starts, award.today),
        "lead_partner": package.lead_partner,
        "responsible": award.members[who] if who else None,
    }


def _write_rest(act: Act, award: Award) -> None:
    risks = []
    for code, levels, where, description, mitigation in rows(award.plan.risks, 5):
        likelihood, severity = levels.split()
        row = Risk(
            network=award.network,
            code=code,
            description=description,
            likelihood=likelihood,
            severity=severity,
            mitigation=mitigation,
        )
        risks.append(NewRisk(row, [award.packages[name] for name in where.split()]))
    award.risks = {row.code: row for row in insert_risks(act, award.network, risks)}
    reviews = []
    for code, due, venue, comment in rows(award.plan.reviews, 4):
        when = Due.parse(due)
        reviews.append(
            PlannedReview(
                network=award.network,
                code=code,
                due_month=when.month,
                due_date=when.on(award.network.starts, award.today),
                venue=venue,
                comment=comment,
            )
        )
    insert_rows(act, award.network, "create_planned_review", reviews)
