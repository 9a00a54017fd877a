"""How often a programme wants reports: managers say so, and what nobody has begun follows."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.models import Programme
from networks.refusals import Refusal
from networks.services import changed, record_event
from networks.services.permits import require_manager

# Ten years and two: above them somebody has mistaken days for months, or a year for days.
MOST_MONTHS, MOST_DAYS = 120, 730
FIELDS = ("reporting_every_months", "report_due_days", "final_report_due_days")


@transaction.atomic
def set_rhythm(
    act: Act,
    programme: Programme,
    *,
    every_months: int,
    due_days: int,
    final_due_days: int | None = None,
) -> Programme:
    """Say how many months lie between reports, and how many days there are to hand one in.

    Nothing is moved here: the next round (``keep_schedules``) finds the networks whose reports
    were laid out by another rhythm. Raises Refusal with the field, or PermissionDenied.
    """
    require_manager(act.by, programme)
    if not 1 <= every_months <= MOST_MONTHS:
        said = _("Between 1 and %(most)d months lie between two reports.")
        raise Refusal(said % {"most": MOST_MONTHS}, "every_months")
    for name, days in (("due_days", due_days), ("final_due_days", final_due_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Refusal(_("Give between 0 and %(most)d days.") % {"most": MOST_DAYS}, name)
    row: Programme = Programme.objects.select_for_update().get(pk=programme.pk)
    new = dict(zip(FIELDS, (every_months, due_days, final_due_days), strict=True))
    if changes := changed({name: getattr(row, name) for name in FIELDS}, new):
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=FIELDS)
        record_event(act, "change_rhythm", row, programme=row, changes=changes)
    return row
