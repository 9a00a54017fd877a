"""What a member of a network holds: work packages they lead, items they are named for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from milestones.models import Deliverable, Milestone, PromisedPackage, WorkPackage
from milestones.services.handing_over import give_promised_packages, hand_things
from networks import holdings
from networks.acts import Act
from networks.holdings import Holding, HoldingSource
from networks.models import Invitation, Member, Network, User

if TYPE_CHECKING:
    from networks.holdings import Held


class PackagesLed(HoldingSource):
    """Work packages by their lead."""

    kind = "work_package"

    def held_by(self, holder: Held) -> list[Holding]:
        if not isinstance(holder, Member):
            return []
        return [_package(row) for row in WorkPackage.objects.filter(lead=holder)]

    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        if given and isinstance(holder, Member):
            hand_things(act, WorkPackage, holder, given, act.at.date())

    def offered(self, network: Network) -> list[Holding]:
        return [_package(row) for row in WorkPackage.objects.filter(network=network)]

    def promise(self, promises: Sequence[tuple[Invitation, int]]) -> None:
        PromisedPackage.objects.bulk_create(
            PromisedPackage(invitation=invitation, work_package_id=pk)
            for invitation, pk in promises
        )

    def promised(self, invitations: Collection[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        rows = PromisedPackage.objects.filter(invitation__in=invitations)
        for row in rows.select_related("work_package").order_by("work_package__code_key"):
            found[row.invitation_id].append(str(row.work_package))
        return dict(found)

    def fulfil(self, act: Act, invitation: Invitation, member: Member) -> None:
        give_promised_packages(act, invitation, member)


class ItemsNamed(HoldingSource):
    """Open items on which a member is named as the person responsible."""

    model: ClassVar[type[Milestone | Deliverable]]

    def held_by(self, holder: Held) -> list[Holding]:
        if not isinstance(holder, Member):
            return []
        waiting = (*self.model.OPEN_STATES, self.model.HANDED_IN_STATE)
        rows = self.model.objects.filter(responsible=holder, state__in=waiting)
        return [
            Holding(self.kind, row.pk, f"{row.code} {row.title}", row.get_absolute_url())
            for row in rows.order_by("due_date", "pk")
        ]

    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        if given and isinstance(holder, Member):
            hand_things(act, self.model, holder, given, act.at.date())


class MilestonesNamed(ItemsNamed):
    """Open milestones."""

    kind = "milestone"
    model = Milestone


class DeliverablesNamed(ItemsNamed):
    """Open deliverables."""

    kind = "deliverable"
    model = Deliverable


def _package(row: WorkPackage) -> Holding:
    return Holding("work_package", row.pk, str(row))


for _source in (PackagesLed, MilestonesNamed, DeliverablesNamed):
    holdings.register(_source())
