"""People, organisations, programmes, networks, and the activity log."""

from networks.models.conflict import ConflictDeclaration
from networks.models.erasure import Erasure
from networks.models.event import Event
from networks.models.invitation import Invitation
from networks.models.network import Member, Network, Partner
from networks.models.organisation import Organisation
from networks.models.programme import Programme, ProgrammeRole, RequiredFactor
from networks.models.user import ApiToken, User, UserManager

__all__ = [
    "ApiToken",
    "ConflictDeclaration",
    "Erasure",
    "Event",
    "Invitation",
    "Member",
    "Network",
    "Organisation",
    "Partner",
    "Programme",
    "ProgrammeRole",
    "RequiredFactor",
    "User",
    "UserManager",
]
