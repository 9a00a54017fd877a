"""The figures of a week's summary: where the networks that somebody runs stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from networks.access import STAFF, current
from networks.clock import Today
from networks.duties import Audience, Climb, Figure, Step, source, sources
from networks.models import Network, ProgrammeRole, User
from notifications.ladder import Ladders

# Whom a ladder that climbs addresses, by their role in the programme.
ADDRESSED = {"officer": Audience.OFFICERS, "manager": Audience.MANAGERS}
# A mail is read on a phone; the page of all networks has the rest.
MAX_NETWORKS = 20
# What brings a network further up.
URGENT = (Figure.OVERDUE, Figure.RETURNED, Figure.WAITING, Figure.CLIMBING)
# How many duties of each kind a figure counts.
Counts = Counter[str]


@dataclass
class NetworkFigures:
    """One network with its figures, each by kind of duty."""

    reference: str
    acronym: str
    figures: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True)
class Summary:
    """All that is counted for one person."""

    totals: Mapping[str, Counts]
    networks: Sequence[NetworkFigures]
    # Networks with figures that are not among those shown.
    more: int

    def number(self, figure: str) -> int:
        """A figure over all networks and kinds."""
        return self.totals[figure].total() if figure in self.totals else 0


def summary_of(person: User, today: Today) -> Summary | None:
    """What somebody's networks come to; None for whoever runs none.

    A fixed number of statements, whatever is on file.
    """
    roles = _roles(person, today)
    if not roles:
        return None
    where, ladders = Q(programme_id__in=roles), Ladders()
    found: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counter))
    for each in sources():
        climbs = list(_climbs(each.kind, roles, ladders))
        for network, figures in each.tally(where, today, climbs).items():
            for figure, number in figures.items():
                found[network][figure][each.kind] += number
    return _summed(found)


def _roles(person: User, today: Today) -> dict[int, set[str]]:
    """Whom ladders address as this person, by programme."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = ProgrammeRole.objects.filter(current(today.utc_date), user=person, role__in=STAFF)
    for programme, role in rows.values_list("programme_id", "role"):
        held[programme].add(ADDRESSED[role])
    return held


def _climbs(kind: str, roles: Mapping[int, set[str]], ladders: Ladders) -> Iterator[Climb]:
    """The steps that will reach the person, by programme, and by network with its own ladder."""
    own = ladders.networks_with_own(kind)
    for programme, audiences in roles.items():
        by_offsets: dict[frozenset[int], set[int]] = defaultdict(set)
        for network in own:
            steps = ladders.steps(programme, network, kind)
            by_offsets[_offsets(steps, audiences)].add(network)
        for offsets, networks in by_offsets.items():
            yield Climb(Q(programme_id=programme, pk__in=networks), offsets)
        steps = ladders.steps(programme, None, kind)
        plain = Q(programme_id=programme) & ~Q(pk__in=own)
        yield Climb(plain, _offsets(steps, audiences))


def _offsets(steps: Sequence[Step], audiences: set[str]) -> frozenset[int]:
    return frozenset(step.offset for step in steps if step.audience in audiences)


def _summed(found: Mapping[int, Mapping[str, Counts]]) -> Summary:
    totals: dict[str, Counts] = defaultdict(Counter)
    for figures in found.values():
        for figure, counts in figures.items():
            totals[figure] += counts
    names = {
        pk: (reference, acronym)
        for pk, reference, acronym in Network.objects.filter(pk__in=_nearest(found)).values_list(
            "pk", "reference", "acronym"
        )
    }
    shown = [NetworkFigures(*names[pk], dict(found[pk])) for pk in _nearest(found) if pk in names]
    return Summary(totals, shown, len(found) - len(shown))


def _nearest(found: Mapping[int, Mapping[str, Counts]]) -> list[int]:
    def urgency(pk: int) -> tuple[int, ...]:
        return tuple(-found[pk].get(figure, Counter()).total() for figure in URGENT)

    return sorted(found, key=lambda pk: (*urgency(pk), pk))[:MAX_NETWORKS]


def in_words(counts: Counts) -> list[tuple[str, str]]:
    """``("milestone", "3 milestones")`` for each kind that is counted."""
    return [(kind, source(kind).counted(number)) for kind, number in sorted(counts.items())]
