"""Stopping the ladder of one duty, with a reason, and starting it again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.duties import Duty, source
from networks.models import Network
from networks.policy import require
from networks.refusals import Refusal
from networks.services import record_event
from notifications.models import LadderStop, Reminder
from notifications.services.holding import hold, wait_for_planner


@transaction.atomic
def stop_ladder(act: Act, duty: Duty, *, reason: str) -> LadderStop:
    """Nothing goes out about this duty any more, until it is started or its deadline moves.

    What is planned and has not been handed over is held back. Raises ValidationError
    without a reason, Refusal where it is stopped already.
    """
    network = Network.objects.get(pk=duty.network_id)
    require(act.by, "steer_reminders", network)
    wait_for_planner()
    if stop_of(duty) is not None:
        raise Refusal(_("The reminders of this item are stopped already."), "reason")
    stop = LadderStop(
        network=network,
        duty_kind=duty.kind,
        duty_id=duty.id,
        deadline_version=duty.deadline_version,
        reason=reason.strip(),
        stopped_by=act.by,
        stopped_at=act.at,
    )
    stop.full_clean()
    stop.save(force_insert=True)
    lines = Reminder.objects.filter(duty_kind=duty.kind, duty_id=duty.id)
    hold(lines.filter(deadline_version=duty.deadline_version), f"Stopped: {stop.reason}")
    _log(act, "stop_ladder", stop, ["", stop.reason])
    return stop


@transaction.atomic
def start_ladder(act: Act, stop: LadderStop) -> None:
    """The ladder goes on: the latest step reached goes out on the next morning."""
    require(act.by, "steer_reminders", stop.network)
    wait_for_planner()
    if LadderStop.objects.in_force().filter(pk=stop.pk).update(started_at=act.at):
        _log(act, "start_ladder", stop, [stop.reason, ""])


def stop_of(duty: Duty) -> LadderStop | None:
    """The stop in force for a duty as its deadline is now."""
    rows = LadderStop.objects.in_force().filter(
        duty_kind=duty.kind, duty_id=duty.id, deadline_version=duty.deadline_version
    )
    return rows.select_related("stopped_by", "network").first()


def _log(act: Act, verb: str, stop: LadderStop, reason: list[str]) -> None:
    name = source(stop.duty_kind).names([stop.duty_id])[stop.duty_id]
    changes = {"duty": ["", f"{stop.duty_kind} {name.code}"], "reason": reason}
    record_event(
        act,
        verb,
        stop,
        network=stop.network,
        programme=stop.network.programme,
        changes=changes,
    )
