"""Leaving: a last day, and somebody for each open thing. Asked, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from networks.access import COMMITTEE, LEADS, TEAM, access_day, current
from networks.acts import Act
from networks.holdings import Holding, held_by, sources
from networks.models import Member, ProgrammeRole, User
from networks.policy import can
from networks.refusals import Refusal
from networks.services.people import end_membership, end_role
from networks.services.permits import require_manager, require_staff, require_team_keeper

MOST_DAYS_BACK, MOST_YEARS_AHEAD = 31, 10


def successors(holder: Member | ProgrammeRole) -> list[User]:
    """Who can take over today: the rest of the team, of the committee, or of the same role."""
    day = access_day()
    if isinstance(holder, Member):
        beside = Member.objects.filter(current(day), network=holder.network_id, role__in=TEAM)
        people = User.objects.filter(memberships__in=beside)
    else:
        roles = COMMITTEE if holder.role in COMMITTEE else (holder.role,)
        same = ProgrammeRole.objects.filter(
            current(day), programme=holder.programme_id, role__in=roles
        )
        people = User.objects.filter(programme_roles__in=same)
    return list(people.filter(is_active=True).exclude(pk=holder.user_id).distinct())


def leads_alone(holder: Member | ProgrammeRole) -> bool:
    """Whether a network has neither lead nor deputy once this role has ended."""
    if not isinstance(holder, Member) or holder.role not in LEADS:
        return False
    others = Member.objects.filter(
        current(access_day()), network=holder.network_id, role__in=LEADS, user__is_active=True
    ).exclude(user=holder.user_id)
    return not others.filter(ends__isnull=True).exists()


@transaction.atomic
def leave(
    act: Act,
    holder: Member | ProgrammeRole,
    *,
    last_day: date,
    handed: Mapping[str, User | None],
) -> Member | ProgrammeRole:
    """A person's role ends after a day; what they hold is handed over now, thing by thing.

    ``handed`` answers for each open thing by its key: a person, or nobody by name, and then
    happens what the thing says of that (it falls to whoever leads). Raises Refusal for a thing without an answer.
    """
    if isinstance(holder, Member):
        require_team_keeper(act.by, holder.network)
        if holder.role == Member.Role.LEAD and act.by != holder.user:
            # A deputy cannot put the lead out of the door.
            require_staff(act.by, holder.network)
    else:
        require_manager(act.by, holder.programme)
    if holder.ends is not None and holder.ends < act.at.date():
        raise Refusal(_("This person has left already."), "last_day")
    _in_bounds(act, holder, last_day)
    if isinstance(holder, ProgrammeRole):
        _still_managed(holder, last_day)
    open_things = held_by(holder)
    unanswered = [each for each in open_things if each.key not in handed]
    if unanswered:
        raise Refusal(
            _("Say who takes over: %(thing)s.") % {"thing": unanswered[0].label},
            unanswered[0].key,
        )
    _hand_over(act, holder, open_things, handed)
    if isinstance(holder, Member):
        return end_membership(act, holder, last_day=last_day)
    return end_role(act, holder, last_day=last_day)


def _in_bounds(act: Act, holder: Member | ProgrammeRole, last_day: date) -> None:
    """A last day is near today: conflicts of interest count from it, and access lasts until it."""
    today = act.at.date()
    if last_day < today - timedelta(days=MOST_DAYS_BACK):
        words = {"days": MOST_DAYS_BACK}
        raise Refusal(_("The last day is at most %(days)d days ago.") % words, "last_day")
    if last_day > today + timedelta(days=365 * MOST_YEARS_AHEAD):
        words = {"years": MOST_YEARS_AHEAD}
        raise Refusal(_("The last day is at most %(years)d years ahead.") % words, "last_day")
    if holder.ends is None or last_day <= holder.ends or isinstance(holder, ProgrammeRole):
        return
    # Whoever leads would otherwise stay on for as long as they like.
    if act.by is not None and not can(act.by, "keep_partners", holder.network):
        known = {"day": date_format(holder.ends)}
        raise Refusal(
            _("This role ends on %(day)s. Ask the programme's staff to prolong it.") % known,
            "last_day",
        )


def _hand_over(
    act: Act,
    holder: Member | ProgrammeRole,
    things: list[Holding],
    handed: Mapping[str, User | None],
) -> None:
    able = {person.pk for person in successors(holder)}
    for source in sources():
        given = {
            each.id: person
            for each in things
            if each.kind == source.kind and (person := handed[each.key]) is not None
        }
        for person in given.values():
            if person.pk not in able:
                words = {"name": person.get_full_name()}
                raise Refusal(_("%(name)s cannot take it over: no role here today.") % words)
        source.hand_over(act, holder, given)
        own = [each for each in things if each.kind == source.kind]
        source.release(act, holder, [each.id for each in own if each.id not in given])


def _still_managed(holder: ProgrammeRole, last_day: date) -> None:
    """Nobody takes away the last key: somebody must be left who can hand out roles."""
    if holder.role != ProgrammeRole.Role.MANAGER:
        return
    others = ProgrammeRole.objects.filter(
        current(last_day + timedelta(days=1)),
        programme=holder.programme_id,
        role=holder.role,
        user__is_active=True,
    ).exclude(pk=holder.pk)
    if not others.exists():
        raise Refusal(
            _("Nobody would manage the programme any more. Invite another manager first."),
            "last_day",
        )
