"""Which roles of a programme need a second factor."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from networks.acts import Act
from networks.models import Programme, ProgrammeRole, RequiredFactor
from networks.refusals import Refusal
from networks.services.events import record_event
from networks.services.permits import require_manager


@transaction.atomic
def require_factors(act: Act, programme: Programme, roles: Collection[str]) -> None:
    """From the next request on, people of these roles (and no others) need one."""
    require_manager(act.by, programme)
    unknown = set(roles) - set(ProgrammeRole.Role.values)
    if unknown:
        raise Refusal(f"There is no role {', '.join(sorted(unknown))}.", "roles")
    rules = RequiredFactor.objects.filter(programme=programme)
    old = sorted(rules.values_list("role", flat=True))
    new = sorted(set(roles))
    if old == new:
        return
    rules.exclude(role__in=new).delete()
    for role in set(new) - set(old):
        RequiredFactor.objects.create(programme=programme, role=role)
    changes = {"roles": [old, new]}
    record_event(act, "require_factors", programme, programme=programme, changes=changes)
