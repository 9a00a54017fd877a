"""Putting a thing into a network's plan: one service per kind of row.

Staff do this while a plan is set up; later on it takes an amendment
(:mod:`milestones.services.amendments`). Each raises ValidationError by field for what the
rules of the model do not allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from milestones.access import require
from milestones.models import (
    Deliverable,
    Effort,
    Milestone,
    PlannedReview,
    Risk,
    WorkPackage,
)
from milestones.services.plan_rows import (
    NewMilestone,
    NewRisk,
    due_date_of,
    insert_items,
    insert_milestones,
    insert_risks,
    insert_rows,
)
from networks.acts import Act
from networks.models import Member, Network, Partner
from networks.refusals import Refusal


@transaction.atomic
def create_work_package(
    act: Act,
    network: Network,
    *,
    code: str,
    title: str,
    objectives: str = "",
    description: str = "",
    lead_partner: Partner | None = None,
    lead: Member | None = None,
    start_month: int | None = None,
    end_month: int | None = None,
    person_months: Decimal | None = None,
) -> WorkPackage:
    """Plan a work package."""
    require(act.by, "import_plan", network)
    package = WorkPackage(
        network=network,
        code=code,
        title=title,
        objectives=objectives,
        description=description,
        lead_partner=lead_partner,
        lead=lead,
        start_month=start_month,
        end_month=end_month,
        person_months=person_months,
    )
    package.full_clean(exclude=["code_key"])
    return insert_rows(act, network, "create_work_package", [package])[0]


@transaction.atomic
def create_milestone(
    act: Act,
    network: Network,
    *,
    code: str,
    title: str,
    description: str = "",
    due_month: int | None = None,
    contractual_date: date | None = None,
    work_packages: Sequence[WorkPackage] = (),
    lead_partner: Partner | None = None,
    contributors: Sequence[Partner] = (),
    responsible: Member | None = None,
    means_of_verification: str = "",
    is_gate: bool = False,
    tranche: str = "",
) -> Milestone:
    """Plan a milestone; its date follows from the due month unless it is given."""
    require(act.by, "import_plan", network)
    milestone = Milestone(
        network=network,
        code=code,
        title=title,
        description=description,
        due_month=due_month,
        contractual_date=_date(network, due_month, contractual_date, "contractual_date"),
        lead_partner=lead_partner,
        responsible=responsible,
        means_of_verification=means_of_verification,
        is_gate=is_gate,
        tranche=tranche,
    )
    milestone.full_clean(exclude=["code_key"])
    new = NewMilestone(milestone, work_packages, contributors)
    return insert_milestones(act, network, [new])[0]


@transaction.atomic
def create_deliverable(
    act: Act,
    network: Network,
    *,
    code: str,
    title: str,
    description: str = "",
    due_month: int | None = None,
    contractual_date: date | None = None,
    work_package: WorkPackage | None = None,
    lead_partner: Partner | None = None,
    responsible: Member | None = None,
    type: str = Deliverable.Type.OTHER,
    dissemination_level: str = Deliverable.Level.SEN,
) -> Deliverable:
    """Plan a deliverable; its date follows from the due month unless it is given."""
    require(act.by, "import_plan", network)
    deliverable = Deliverable(
        network=network,
        code=code,
        title=title,
        description=description,
        due_month=due_month,
        contractual_date=_date(network, due_month, contractual_date, "contractual_date"),
        work_package=work_package,
        lead_partner=lead_partner,
        responsible=responsible,
        type=type,
        dissemination_level=dissemination_level,
    )
    deliverable.full_clean(exclude=["code_key"])
    return insert_items(act, network, [deliverable])[0]


@transaction.atomic
def create_foreseen_risk(
    act: Act,
    network: Network,
    *,
    code: str,
    description: str,
    work_packages: Sequence[WorkPackage] = (),
    likelihood: str = "",
    severity: str = "",
    mitigation: str = "",
) -> Risk:
    """Plan for a critical risk; those nobody foresaw come by ``add_risk``."""
    require(act.by, "import_plan", network)
    risk = Risk(
        network=network,
        code=code,
        description=description,
        likelihood=likelihood,
        severity=severity,
        mitigation=mitigation,
        foreseen=True,
    )
    risk.full_clean(exclude=["code_key"])
    return insert_risks(act, network, [NewRisk(risk, work_packages)])[0]


@transaction.atomic
def create_planned_review(
    act: Act,
    network: Network,
    *,
    code: str,
    due_month: int | None = None,
    due_date: date | None = None,
    venue: str = "",
    comment: str = "",
) -> PlannedReview:
    """Plan a project review; its date follows from the month unless it is given."""
    require(act.by, "import_plan", network)
    review = PlannedReview(
        network=network,
        code=code,
        due_month=due_month,
        due_date=_date(network, due_month, due_date, "due_date"),
        venue=venue,
        comment=comment,
    )
    review.full_clean(exclude=["code_key"])
    return insert_rows(act, network, "create_planned_review", [review])[0]


@transaction.atomic
def plan_effort(
    act: Act,
    network: Network,
    *,
    work_package: WorkPackage,
    partner: Partner,
    person_months: Decimal | None = None,
) -> Effort:
    """Plan a partner's part in a work package; without a figure it only takes part."""
    require(act.by, "import_plan", network)
    effort = Effort(
        network=network, work_package=work_package, partner=partner, person_months=person_months
    )
    effort.full_clean()
    return insert_rows(act, network, "plan_effort", [effort])[0]


def _date(network: Network, due_month: int | None, given: date | None, field: str) -> date:
    if given is not None:
        return given
    if due_month is None:
        raise Refusal("Give a due month or a date.", field)
    if due_month < 1:
        raise Refusal(
            f"Month {due_month} does not exist: project months count from 1.", "due_month"
        )
    return due_date_of(network, due_month)
