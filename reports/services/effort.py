"""Person-months of a period, stated by several people in one table without losing a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from milestones.models import WorkPackage
from networks.acts import Act
from networks.models import Partner
from networks.refusals import Conflict, Refusal
from networks.services import record_event
from reports.access import require
from reports.models import EffortSpent, ProgressReport
from reports.services.beginning import begin
from reports.services.locking import hold, require_writable, touch


@dataclass(frozen=True, kw_only=True)
class StatedEffort:
    """What a partner put in, over the figure that its author saw; None takes a figure back."""

    work_package: WorkPackage
    partner: Partner
    person_months: Decimal | None
    seen: Decimal | None = None

    @property
    def key(self) -> tuple[int, int]:
        """Which cell of the table it is."""
        return self.work_package.pk, self.partner.pk


class EffortOvertaken(Conflict):
    """Somebody else has stated some of these meanwhile: holds what is saved now, by cell."""

    def __init__(self, theirs: dict[tuple[int, int], Decimal | None]) -> None:
        super().__init__(_("Somebody else has stated some of this effort in the meantime."))
        self.theirs = theirs


@transaction.atomic
def save_effort(act: Act, report: ProgressReport, stated: Sequence[StatedEffort]) -> None:
    """Person-months of the period: all that is given, or, when one is overtaken, none of it."""
    require(act.by, "write", report)
    if {row.network_id for each in stated for row in (each.work_package, each.partner)} - {
        report.network_id
    }:
        raise Refusal(_("Choose a work package and a partner of this network."), "partner")
    hold(report)
    require_writable(report)
    begin(act, report)
    rows = {
        (row.work_package_id, row.partner_id): row
        for row in EffortSpent.objects.filter(report=report)
    }
    saved = {key: row.person_months for key, row in rows.items()}
    new = [each for each in stated if saved.get(each.key) != each.person_months]
    if lost := {each.key for each in new if saved.get(each.key) != each.seen}:
        raise EffortOvertaken({key: saved.get(key) for key in lost})
    for each in new:
        _write(rows.get(each.key), report, each)
    _record(act, report, new)


def _write(row: EffortSpent | None, report: ProgressReport, stated: StatedEffort) -> None:
    if stated.person_months is None:
        if row is not None:
            row.delete()
        return
    row = row or EffortSpent(
        report=report, work_package=stated.work_package, partner=stated.partner
    )
    row.person_months = stated.person_months
    row.full_clean()
    row.save()


def _record(act: Act, report: ProgressReport, stated: Iterable[StatedEffort]) -> None:
    """One line of the log for the whole table."""
    changes = {
        f"{each.work_package.code} {each.partner.short_name}": [each.seen, each.person_months]
        for each in stated
    }
    if changes:
        touch(act, report)
        record_event(act, "state_effort", report, network=report.network, changes=changes)
