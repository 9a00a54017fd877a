"""Writing plan rows, many at once: each with its Event, each item with its first history row.

The number of SQL statements does not grow with the number of rows, so that a plan of
eighty items costs what a plan of one does. Callers have checked the rows and the person,
and hold a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model

from milestones.models import Deliverable, Milestone, Risk, StatusUpdate, WorkPackage
from milestones.services.writing import snapshot, target_name
from networks.acts import Act
from networks.models import Network, Partner
from networks.months import month_end
from networks.services import build_event, record_events

BATCH = 500
RowT = TypeVar("RowT", bound=Model)
ItemT = TypeVar("ItemT", Milestone, Deliverable)


@dataclass(frozen=True)
class NewMilestone:
    """A milestone to be written, with the rows it points at."""

    row: Milestone
    work_packages: Sequence[WorkPackage] = ()
    contributors: Sequence[Partner] = ()


@dataclass(frozen=True)
class NewRisk:
    """A risk to be written, with its work packages."""

    row: Risk
    work_packages: Sequence[WorkPackage] = ()


def due_date_of(network: Network, due_month: int) -> date:
    """The date a due month means, by the rule of the network's programme."""
    working_day = network.programme.uses_working_days
    return month_end(network.starts, due_month, working_day=working_day)


def insert_rows(act: Act, network: Network, verb: str, rows: Sequence[RowT]) -> list[RowT]:
    """Insert rows of one model, and one Event each."""
    if not rows:
        return []
    written = type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    record_events(build_event(act, verb, row, network=network) for row in written)
    return written


def insert_milestones(
    act: Act, network: Network, planned: Sequence[NewMilestone]
) -> list[Milestone]:
    """Insert milestones with their work packages, contributors and first history rows."""
    rows = insert_items(act, network, [new.row for new in planned])
    _link(Milestone.work_packages.through, "milestone_id", "workpackage_id", _packages(planned))
    pairs = [(new.row.pk, partner.pk) for new in planned for partner in new.contributors]
    _link(Milestone.contributors.through, "milestone_id", "partner_id", pairs)
    return rows


def insert_risks(act: Act, network: Network, planned: Sequence[NewRisk]) -> list[Risk]:
    """Insert risks with their work packages."""
    rows = insert_rows(act, network, "create_risk", [new.row for new in planned])
    _link(Risk.work_packages.through, "risk_id", "workpackage_id", _packages(planned))
    return rows


def insert_items(act: Act, network: Network, items: Sequence[ItemT]) -> list[ItemT]:
    """Insert milestones or deliverables, each with its StatusUpdate of the kind PLAN."""
    written = insert_rows(act, network, StatusUpdate.Kind.PLAN, items)
    StatusUpdate.objects.bulk_create(
        (_first_update(act, item) for item in written), batch_size=BATCH
    )
    return written


def _first_update(act: Act, item: Milestone | Deliverable) -> StatusUpdate:
    return StatusUpdate(
        network_id=item.network_id,
        **{target_name(item): item},
        **snapshot(item),
        kind=StatusUpdate.Kind.PLAN,
        at=act.at,
        author=act.by,
        on_behalf_of=act.on_behalf_of,
        channel=act.channel,
    )


def _packages(planned: Iterable[NewMilestone | NewRisk]) -> list[tuple[Any, Any]]:
    return [(new.row.pk, package.pk) for new in planned for package in new.work_packages]


def _link(through: type[Model], left: str, right: str, pairs: Sequence[tuple[Any, Any]]) -> None:
    rows = [through(**{left: one, right: other}) for one, other in pairs]
    through._default_manager.bulk_create(rows, batch_size=BATCH)
