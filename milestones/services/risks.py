"""Risks and their state of play."""

from django.db import transaction

from milestones.access import require
from milestones.models import Risk, RiskAssessment
from networks.acts import Act
from networks.models import Network
from networks.refusals import Refusal
from networks.services import record_event


@transaction.atomic
def add_risk(
    act: Act,
    network: Network,
    *,
    code: str,
    description: str,
    likelihood: str = "",
    severity: str = "",
    mitigation: str = "",
) -> Risk:
    """Name a risk the contract did not foresee (a foreseen one comes with the plan only)."""
    require(act.by, "add_risk", network)
    risk = Risk(
        network=network,
        code=code,
        description=description,
        likelihood=likelihood,
        severity=severity,
        mitigation=mitigation,
        foreseen=False,
    )
    risk.full_clean(exclude=["code_key"])
    risk.save(force_insert=True)
    record_event(act, "add_risk", risk, network=network)
    return risk


@transaction.atomic
def assess_risk(
    act: Act,
    risk: Risk,
    *,
    period: str,
    likelihood: str = "",
    severity: str = "",
    mitigation_applied: bool = False,
    materialised: bool = False,
    comment: str = "",
) -> RiskAssessment:
    """State of play in one period: is the mitigation applied, did the risk materialise?

    The risk's own likelihood and severity follow the newest assessment that gives them.
    """
    require(act.by, "assess_risk", risk)
    if not period.strip():
        raise Refusal("Name the period, such as RP1 or 2026-H2.", "period")
    assessment = RiskAssessment(
        network_id=risk.network_id,
        risk=risk,
        period=period,
        at=act.at,
        author=act.by,
        likelihood=likelihood,
        severity=severity,
        mitigation_applied=mitigation_applied,
        materialised=materialised,
        comment=comment,
    )
    assessment.full_clean()
    assessment.save(force_insert=True)
    changes = {}
    for field, value in (("likelihood", likelihood), ("severity", severity)):
        if value and value != getattr(risk, field):
            changes[field] = [getattr(risk, field), value]
            setattr(risk, field, value)
    risk.save(update_fields=["likelihood", "severity"])
    record_event(act, "assess_risk", risk, network=risk.network, changes=changes)
    return assessment
