"""The plan of a network and what becomes of it."""

from milestones.models.amendment import Amendment, AmendmentChange
from milestones.models.deliverable import Deliverable
from milestones.models.item import Confidence, Item, ReasonCode
from milestones.models.milestone import Milestone
from milestones.models.risk import Risk, RiskAssessment, RiskLevel
from milestones.models.status_update import Evidence, StatusUpdate
from milestones.models.work_package import Effort, PlannedReview, PromisedPackage, WorkPackage

__all__ = [
    "Amendment",
    "AmendmentChange",
    "Confidence",
    "Deliverable",
    "Effort",
    "Evidence",
    "Item",
    "Milestone",
    "PlannedReview",
    "PromisedPackage",
    "ReasonCode",
    "Risk",
    "RiskAssessment",
    "RiskLevel",
    "StatusUpdate",
    "WorkPackage",
]
