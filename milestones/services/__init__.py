"""What people do with a plan. Each service is one business action, atomic and logged."""

from milestones.services.amendment_asking import Move, ask_to_end, ask_to_move
from milestones.services.amendment_checks import NewChange
from milestones.services.amendment_drafts import change_draft
from milestones.services.amendments import (
    approve_amendment,
    draft_amendment,
    refuse_amendment,
    submit_amendment,
    withdraw_amendment,
)
from milestones.services.evidence import NewEvidence, add_evidence
from milestones.services.planning import (
    create_deliverable,
    create_foreseen_risk,
    create_milestone,
    create_planned_review,
    create_work_package,
    plan_effort,
)
from milestones.services.risks import add_risk, assess_risk
from milestones.services.updates import claim_milestone, post_update, submit_deliverable
from milestones.services.verdicts import (
    accept_deliverable,
    request_revision,
    return_milestone,
    verify_milestone,
)

__all__ = [
    "Move",
    "NewChange",
    "NewEvidence",
    "accept_deliverable",
    "add_evidence",
    "add_risk",
    "approve_amendment",
    "ask_to_end",
    "ask_to_move",
    "assess_risk",
    "change_draft",
    "claim_milestone",
    "create_deliverable",
    "create_foreseen_risk",
    "create_milestone",
    "create_planned_review",
    "create_work_package",
    "draft_amendment",
    "plan_effort",
    "post_update",
    "refuse_amendment",
    "request_revision",
    "return_milestone",
    "submit_amendment",
    "submit_deliverable",
    "verify_milestone",
    "withdraw_amendment",
]
