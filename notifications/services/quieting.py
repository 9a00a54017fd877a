"""A person's own quiet: snooze an item, mute it, mute a network, and take that back."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from networks.acts import Act
from networks.duties import Duty
from networks.models import Network, User
from networks.refusals import Refusal
from networks.services import record_event
from notifications.models import Reminder, Silence
from notifications.services.holding import hold, wait_for_planner

LONGEST = timedelta(days=90)


@transaction.atomic
def silence_item(act: Act, person: User, duty: Duty, *, until: date | None = None) -> Silence:
    """Remind a person of an item again on a day (snooze), or not until they say so (mute).

    Takes the place of what they have said about the item before.
    """
    if until is not None:
        _check(act, person, until)
    wait_for_planner()
    before = Silence.objects.in_force().filter(user=person, duty_kind=duty.kind, duty_id=duty.id)
    before.update(ended_at=act.at)
    silence = Silence(
        user=person,
        network=Network.objects.get(pk=duty.network_id),
        duty_kind=duty.kind,
        duty_id=duty.id,
        deadline_version=duty.deadline_version,
        until=until,
        begun_at=act.at,
    )
    return _begin(act, silence, f"{duty.kind} {duty.code}")


@transaction.atomic
def mute_network(act: Act, person: User, network: Network) -> Silence:
    """No reminders of a network to this person, until they say so."""
    wait_for_planner()
    before = Silence.objects.in_force().filter(user=person, network=network, duty_kind="")
    before.update(ended_at=act.at)
    return _begin(act, Silence(user=person, network=network, begun_at=act.at), network.acronym)


@transaction.atomic
def end_silence(act: Act, silence: Silence) -> None:
    """Be reminded again: the latest step reached goes out on the next morning."""
    wait_for_planner()
    if Silence.objects.in_force().filter(pk=silence.pk).update(ended_at=act.at):
        programme = silence.network.programme
        record_event(act, "end_quiet", silence, programme=programme)


def _begin(act: Act, silence: Silence, what: str) -> Silence:
    silence.save(force_insert=True)
    lines = Reminder.objects.filter(recipient=silence.user, network=silence.network)
    if silence.duty_kind:
        lines = lines.filter(duty_kind=silence.duty_kind, duty_id=silence.duty_id)
    why = (
        f"Snoozed by the reader until {silence.until}." if silence.until else "Muted by the reader."
    )
    hold(lines, why)
    # Without the network: programme staff read it in the log, the team does not.
    programme = silence.network.programme
    changes = {"what": ["", what], "until": [None, silence.until]}
    record_event(act, "quiet", silence, programme=programme, changes=changes)
    return silence


def _check(act: Act, person: User, until: date) -> None:
    today = act.today.in_zone(person.time_zone)
    if not today < until <= today + LONGEST:
        raise Refusal(_("Choose a day from tomorrow to 90 days from now."), "until")
