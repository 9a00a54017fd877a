"""Taking hold of a report, so that nobody writes into it while it is frozen."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.refusals import Conflict, Refusal
from networks.wording import in_a_sentence
from reports.models import ProgressReport


def hold(report: ProgressReport, *, version: int | None = None) -> None:
    """Lock the row and read it again. Call it in a transaction, before anything is judged.

    Raises Conflict when somebody has written since the version that the person saw.
    """
    locked = ProgressReport.objects.select_for_update(of=("self",)).filter(pk=report.pk)
    report.refresh_from_db(from_queryset=locked)
    if version is not None and report.version != version:
        raise Conflict(_("Somebody else has written here in the meantime. Look at both versions."))


def require_writable(report: ProgressReport) -> None:
    """Words can be written only while the report is with the network."""
    if report.is_writable:
        return
    words = {"code": report.code, "state": in_a_sentence(report.get_state_display())}
    raise Refusal(_("%(code)s is %(state)s: nothing can be written into it now.") % words, "state")


def touch(act: Act, report: ProgressReport, **fields: object) -> None:
    """Write values to a report that is held; its version rises."""
    ProgressReport.objects.filter(pk=report.pk).update(
        **fields, last_update_at=act.at, version=F("version") + 1
    )
    for name, value in fields.items():
        setattr(report, name, value)
    report.version += 1
    report.last_update_at = act.at
