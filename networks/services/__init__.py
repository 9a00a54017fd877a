"""What people do with networks. Each service is one business action, atomic and logged."""

from networks.services.events import build_event, changed, record_event, record_events
from networks.services.networks import (
    add_partner,
    change_network_state,
    create_network,
    create_programme,
    end_partnership,
    find_organisation,
)
from networks.services.people import add_member, end_membership, end_role, grant_role

__all__ = [
    "add_member",
    "add_partner",
    "build_event",
    "change_network_state",
    "changed",
    "create_network",
    "create_programme",
    "end_membership",
    "end_partnership",
    "end_role",
    "find_organisation",
    "grant_role",
    "record_event",
    "record_events",
]
