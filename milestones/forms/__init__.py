"""What people type, and the service each form calls.

Every form has ``carry_out(act)``: it runs the form's service and answers whether it was
done. A refusal becomes an error of the field it names, so pages and mail links only show
the form again. ``PermissionDenied`` passes through: that is the page's 403.
"""

from milestones.forms.amendments import DecisionForm
from milestones.forms.asking import AskForm, NewAmendmentForm
from milestones.forms.base import ServiceForm
from milestones.forms.handing_in import ClaimForm, EvidenceForm, HandInForm, SubmitForm
from milestones.forms.importing import ImportForm
from milestones.forms.risks import AssessRiskForm, RiskForm
from milestones.forms.updates import UpdateForm
from milestones.forms.verdicts import VerdictForm, verdicts_on

__all__ = [
    "AskForm",
    "AssessRiskForm",
    "ClaimForm",
    "DecisionForm",
    "EvidenceForm",
    "HandInForm",
    "ImportForm",
    "NewAmendmentForm",
    "RiskForm",
    "ServiceForm",
    "SubmitForm",
    "UpdateForm",
    "VerdictForm",
    "verdicts_on",
]
