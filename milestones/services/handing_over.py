"""Who leads a work package, and who is responsible for an item, after somebody has left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from milestones.models import WorkPackage
from networks.access import TEAM, current
from networks.acts import Act
from networks.models import Invitation, Member, Network, User
from networks.refusals import Refusal
from networks.services import build_event, record_events


def successors_in(network: Network, people: Sequence[User], day: date) -> dict[int, Member]:
    """The membership by which each of some people can take something over, by person's id."""
    rows = Member.objects.filter(current(day), network=network, role__in=TEAM, user__in=people)
    return {row.user_id: row for row in rows.select_related("user")}


@transaction.atomic
def hand_things(
    act: Act,
    model: type[Any],
    holder: Member,
    given: Mapping[int, User],
    day: date,
) -> None:
    """Give the things with these ids, which a member holds, to others of the network's team.

    Of any model that names a member as ``responsible`` and counts its versions; a work
    package names its ``lead``.

    A fixed number of statements, and one more for each person who takes something. Nothing
    is said about an item's state: its version moves, so that a form opened before is asked.
    """
    field = "lead" if model is WorkPackage else "responsible"
    takers = successors_in(holder.network, list(given.values()), day)
    held = {"pk__in": list(given), field: holder}
    things: list[Any] = list(
        model._default_manager.select_related("network")
        .select_for_update(of=("self",))
        .filter(**held)
    )
    for person in given.values():
        # The same person may: by another role, which they have just taken.
        if takers.get(person.pk) in (None, holder):
            words = {"name": person.get_full_name()}
            raise Refusal(_("%(name)s is not on the team on that day.") % words, "successor")
    moved = {} if model is WorkPackage else {"version": F("version") + 1}
    for taker in takers.values():
        own = [thing.pk for thing in things if given[thing.pk].pk == taker.user_id]
        model._default_manager.filter(pk__in=own).update(**{field: taker}, **moved)
    record_events(
        build_event(
            act,
            "hand_over",
            thing,
            network=holder.network,
            changes={field: [str(holder.user), str(given[thing.pk])]},
        )
        for thing in things
    )


@transaction.atomic
def give_promised_packages(act: Act, invitation: Invitation, member: Member) -> None:
    """Let a new member lead the work packages that their invitation promised."""
    rows = WorkPackage.objects.filter(
        promises__invitation=invitation, network_id=member.network_id
    ).select_related("lead__user")
    packages = list(rows.select_for_update(of=("self",)))
    WorkPackage.objects.filter(pk__in=[package.pk for package in packages]).update(lead=member)
    record_events(
        build_event(
            act,
            "hand_over",
            package,
            network=member.network,
            changes={"lead": [str(package.lead.user) if package.lead else None, str(member.user)]},
        )
        for package in packages
    )
