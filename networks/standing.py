"""Who stands in which role on a day, for many networks at once: two statements, or three."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q

from networks.access import LEADS, STAFF, TEAM, current
from networks.duties import Audience, Duty
from networks.models import ConflictDeclaration, Member, ProgrammeRole

_PROGRAMME_ROLES = ("manager", "officer", "chair")


@dataclass
class Standing:
    """Current roles of people with an open account, around some duties."""

    # Members by their row's id, for the duties and work packages that name one.
    people: dict[int, int] = field(default_factory=dict)
    leads: dict[int, dict[str, set[int]]] = field(default_factory=dict)
    programmes: dict[int, dict[str, set[int]]] = field(default_factory=dict)
    networks: frozenset[int] = frozenset()
    # By network, put together once for all of its duties.
    _escalations: dict[int, dict[str, frozenset[int]]] = field(default_factory=dict)

    @classmethod
    def around(cls, duties: Sequence[Duty], day: date, members: Iterable[int] = ()) -> Standing:
        """Read the leads of the duties' networks, the named members, and programme staff.

        Observers are left out: they see what is public, and have no duties.
        """
        book = cls(
            leads=defaultdict(lambda: defaultdict(set)),
            programmes=defaultdict(lambda: defaultdict(set)),
            networks=frozenset(duty.network_id for duty in duties),
        )
        named = {duty.member_id for duty in duties if duty.member_id} | set(members)
        team = (
            Member.objects.filter(Q(role__in=LEADS) | Q(pk__among=named))
            .filter(
                current(day), network_id__among=book.networks, user__is_active=True, role__in=TEAM
            )
            .order_by()
            .values_list("pk", "network_id", "role", "user_id")
        )
        for pk, network_id, role, user_id in team:
            book.people[pk] = user_id
            if role in LEADS:
                book.leads[network_id][role].add(user_id)
        staff = ProgrammeRole.objects.filter(
            current(day),
            programme_id__in={duty.programme_id for duty in duties},
            role__in=_PROGRAMME_ROLES,
            user__is_active=True,
        ).order_by()
        for programme_id, role, user_id in staff.values_list("programme_id", "role", "user_id"):
            book.programmes[programme_id][role].add(user_id)
        return book

    def network_leads(self, duty: Duty) -> frozenset[int]:
        """Lead and deputy of the duty's network."""
        held = self.leads[duty.network_id]
        return frozenset(held["lead"] | held["deputy"])

    def staff(self, duty: Duty, role: str) -> frozenset[int]:
        """People with a role in the duty's programme."""
        return frozenset(self.programmes[duty.programme_id][role])

    def impartial(self, duty: Duty, role: str) -> frozenset[int]:
        """Staff who have no part of their own in the duty's network: the others read no report."""
        return self.staff(duty, role) - self._parts[duty.network_id]

    @cached_property
    def _parts(self) -> dict[int, set[int]]:
        """Who of the staff has a part in which network, as ``access.concerned``: one statement."""
        people = {
            person
            for held in self.programmes.values()
            for role in STAFF
            for person in held.get(role, ())
        }
        found: dict[int, set[int]] = defaultdict(set)
        members = Member.objects.filter(network_id__among=self.networks, user__in=people)
        said = ConflictDeclaration.objects.filter(
            network_id__in=self.networks, person__in=people, kind="conflict", withdrawn_at=None
        )
        parts = members.order_by().values_list("network_id", "user_id")
        declared = said.order_by().values_list("network_id", "person_id")
        for network_id, person in parts.union(declared):
            found[network_id].add(person)
        return found

    def responsible(self, duty: Duty, packages: Iterable[int]) -> frozenset[int]:
        """The member named on the item; else the leads of its work packages; else the lead.

        Somebody who has left, or whose account is closed, falls through to the next. With
        no lead in office it is the deputy's.
        """
        named = self.people.get(duty.member_id or 0)
        if named is not None:
            return frozenset([named])
        by_package = frozenset(self.people[pk] for pk in packages if pk in self.people)
        held = self.leads[duty.network_id]
        return by_package or frozenset(held["lead"]) or frozenset(held["deputy"])

    def escalation(self, duty: Duty) -> dict[str, frozenset[int]]:
        """The audiences that are the same for every duty of a network."""
        found = self._escalations.get(duty.network_id)
        if found is None:
            found = self._escalations[duty.network_id] = {
                Audience.LEADS: self.network_leads(duty),
                Audience.OFFICERS: self.staff(duty, "officer"),
                Audience.MANAGERS: self.staff(duty, "manager"),
            }
        return found


def turning_days(duty: Duty, first: date, last: date) -> list[date]:
    """Days after the first, up to the last, on which a role around a duty begins or is over.

    Two statements. Between two of them everybody stands where they stood.
    """
    near = Q(starts__gt=first, starts__lte=last) | Q(ends__gte=first, ends__lt=last)
    held = [
        *Member.objects.filter(near, network=duty.network_id).values_list("starts", "ends"),
        *ProgrammeRole.objects.filter(near, programme=duty.programme_id).values_list(
            "starts", "ends"
        ),
    ]
    days = {starts for starts, _ in held} | {
        ends + timedelta(days=1) for _, ends in held if ends is not None
    }
    return sorted(day for day in days if day is not None and first < day <= last)
