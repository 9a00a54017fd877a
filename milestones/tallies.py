"""How many items stand how, by network: the figures of a summary, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery
from django.utils.translation import ngettext

from milestones.conditions import SENT_BACK, ZONE
from networks import access
from networks.clock import Today
from networks.duties import Climb, Figure, Tally

# The figures of what somebody of the network still has to hand in.
OPEN = (Figure.OVERDUE, Figure.RETURNED, Figure.WEEK, Figure.MONTH)
# The list of a network that shows what a figure counts.
LISTS = {
    Figure.OVERDUE.value: "?due=overdue",
    Figure.RETURNED.value: "?due=returned",
    Figure.WEEK.value: "?due=due_week",
    Figure.MONTH.value: "?due=due_soon",
}
# How far a summary looks ahead for steps that will climb.
AHEAD = 7


def tally(
    rows: QuerySet[Any],
    said: Subquery,
    where: Q,
    today: Today,
    climbs: Sequence[Climb],
    figures: Sequence[Figure],
) -> Tally:
    """Count duties, given with their date as ``due``, by network.

    Days are those of each network's own calendar, as on the lists that the figures lead to.
    """
    own = rows.filter(network_id__in=access.networks_where(where))
    counts = {figure.value: _meaning(figure, today) for figure in figures}
    counts[Figure.CLIMBING.value] = _climbing(climbs, today)
    if Figure.RETURNED in figures:
        own = own.alias(said=said)
    numbers = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    grouped = own.order_by().values("network_id").annotate(**numbers)
    return {row["network_id"]: {name: row[name] for name in counts if row[name]} for row in grouped}


def counted(about: str, number: int) -> str:
    """``3 milestones``, ``1 deliverable``."""
    if about == "milestone":
        said = ngettext("%(count)d milestone", "%(count)d milestones", number)
    else:
        said = ngettext("%(count)d deliverable", "%(count)d deliverables", number)
    return said % {"count": number}


def _meaning(figure: Figure, today: Today) -> Q:
    if figure == Figure.OVERDUE:
        return Q(due__lt=today.expression(ZONE))
    if figure == Figure.RETURNED:
        return Q(said__in=SENT_BACK)
    if figure == Figure.WAITING:
        return Q(pk__isnull=False)
    return _due_between(today, 0, 7 if figure == Figure.WEEK else 30)


def _due_between(today: Today, first: int, last: int) -> Q:
    begins, ends = (today.expression(ZONE, plus_days=days) for days in (first, last))
    return Q(due__gte=begins, due__lte=ends)


def _climbing(climbs: Sequence[Climb], today: Today) -> Q:
    """Duties of which a step will be reached on one of the days to come."""
    found = Q(pk__in=())
    for climb in climbs:
        networks = Q(network_id__in=access.networks_where(climb.where))
        for offset in climb.offsets:
            found |= networks & _due_between(today, 1 - offset, AHEAD - offset)
    return found
