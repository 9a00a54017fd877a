"""Who belongs to a network, and who runs, reviews and pays for a programme."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from networks.acts import Act
from networks.models import (
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    User,
)
from networks.services.events import record_event
from networks.services.permits import require_manager, require_team_keeper


@transaction.atomic
def add_member(
    act: Act,
    network: Network,
    *,
    user: User,
    role: str = Member.Role.MEMBER,
    partner: Partner | None = None,
    starts: date | None = None,
    ends: date | None = None,
    effort: Decimal | None = None,
) -> Member:
    """A person joins a network in one role. Raises ValidationError by field."""
    require_team_keeper(act.by, network)
    member = Member(
        network=network,
        user=user,
        role=role,
        partner=partner,
        starts=starts,
        ends=ends,
        effort=effort,
    )
    member.full_clean()
    member.save(force_insert=True)
    record_event(act, "add_member", member, network=network)
    return member


@transaction.atomic
def end_membership(act: Act, member: Member, *, last_day: date) -> Member:
    """A person leaves, or is about to take another role; the row stays, as history."""
    require_team_keeper(act.by, member.network)
    old, member.ends = member.ends, last_day
    member.full_clean()
    member.save(update_fields=["ends"])
    changes = {"ends": [old, last_day]}
    record_event(act, "end_membership", member, network=member.network, changes=changes)
    return member


@transaction.atomic
def grant_role(
    act: Act,
    programme: Programme,
    *,
    user: User,
    role: str,
    organisation: Organisation | None = None,
    starts: date | None = None,
    ends: date | None = None,
) -> ProgrammeRole:
    """Give a person a role in a programme. Raises ValidationError by field."""
    require_manager(act.by, programme)
    granted = ProgrammeRole(
        programme=programme,
        user=user,
        role=role,
        organisation=organisation,
        starts=starts,
        ends=ends,
    )
    granted.full_clean()
    granted.save(force_insert=True)
    record_event(act, "grant_role", granted, programme=programme)
    return granted


@transaction.atomic
def end_role(act: Act, granted: ProgrammeRole, *, last_day: date) -> ProgrammeRole:
    """A person's role in a programme ends on a day; the row stays, as history."""
    require_manager(act.by, granted.programme)
    old, granted.ends = granted.ends, last_day
    granted.full_clean()
    granted.save(update_fields=["ends"])
    changes = {"ends": [old, last_day]}
    record_event(act, "end_role", granted, programme=granted.programme, changes=changes)
    return granted
