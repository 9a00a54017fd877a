"""A stop, a mute or a snooze from between planning and the decision: heeded, and only for its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail

from milestones.models import Milestone
from networks.duties import Duty, source
from networks.models import Network, User
from notifications.models import LadderStop, Message, Reminder, Silence
from notifications.quiet import Quiet
from notifications.services import deliver, plan
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
TUESDAY = date(2026, 6, 2)


def stop(item: Milestone, **fields: Any) -> None:
    LadderStop.objects.create(
        **{
            "network": item.network,
            "duty_kind": "milestone",
            "duty_id": item.pk,
            "deadline_version": 1,
            "reason": "Flooded",
            "stopped_at": MONDAY,
        }
        | fields
    )


def quiet(item: Milestone, who: str = "Lead", **fields: Any) -> None:
    """A mute of the item, unless told otherwise."""
    Silence.objects.create(
        user=User.objects.get(name=who),
        **{
            "network": item.network,
            "duty_kind": "milestone",
            "duty_id": item.pk,
            "deadline_version": 1,
            "begun_at": MONDAY,
        }
        | fields,
    )


def boreas() -> Network:
    return Network.objects.get(acronym="BOREAS")


WHOLE: dict[str, Any] = {"duty_kind": "", "duty_id": 0, "deadline_version": 0}
HEEDED: dict[str, Callable[[Milestone], None]] = {
    "a stop": stop,
    "a mute of the item": quiet,
    "a mute of the item with another deadline": lambda item: quiet(item, deadline_version=7),
    "a mute of the network": lambda item: quiet(item, **WHOLE),
    "a snooze until tomorrow": lambda item: quiet(item, until=TUESDAY),
}
NOT_HEEDED: dict[str, Callable[[Milestone], None]] = {
    "a stop of another kind": lambda item: stop(item, duty_kind="deliverable"),
    "a stop of another item": lambda item: stop(item, duty_id=item.pk + 1),
    "a stop of another deadline": lambda item: stop(item, deadline_version=2),
    "a stop that is over": lambda item: stop(item, started_at=MONDAY),
    "a mute of another kind": lambda item: quiet(item, duty_kind="deliverable"),
    "a mute of another item": lambda item: quiet(item, duty_id=item.pk + 1),
    "a mute that is over": lambda item: quiet(item, ended_at=MONDAY),
    "somebody else's mute": lambda item: quiet(item, "Deputy"),
    "somebody else's mute of the network": lambda item: quiet(item, "Deputy", **WHOLE),
    "a mute of another network": lambda item: quiet(item, network=boreas(), **WHOLE),
    "a snooze until today": lambda item: quiet(item, until=MONDAY.date()),
    "a snooze of another kind": lambda item: quiet(item, duty_kind="deliverable", until=TUESDAY),
    "a snooze of another deadline": lambda item: quiet(item, deadline_version=2, until=TUESDAY),
    "somebody else's snooze": lambda item: quiet(item, "Deputy", until=TUESDAY),
}


@pytest.mark.parametrize("change", HEEDED)
def test_what_was_made_quiet_after_planning_does_not_leave(item: Milestone, change: str) -> None:
    plan(MONDAY)
    HEEDED[change](item)
    deliver(MONDAY)
    assert mail.outbox == []
    line = Reminder.objects.get(offset_days=-7)
    assert (line.state, line.note) == ("held", "It was stopped, muted or snoozed before it left.")


@pytest.mark.parametrize("change", NOT_HEEDED)
def test_what_is_not_about_this_line_holds_nothing_back(item: Milestone, change: str) -> None:
    plan(MONDAY)
    NOT_HEEDED[change](item)
    deliver(MONDAY)
    assert [each.to for each in mail.outbox] == [[User.objects.get(name="Lead").email]]
    assert Reminder.objects.get(offset_days=-7).state == "sent"


@pytest.mark.parametrize("change", HEEDED)
def test_what_was_made_quiet_before_planning_is_not_planned(item: Milestone, change: str) -> None:
    HEEDED[change](item)
    plan(MONDAY)
    assert not Message.objects.exists()


@pytest.mark.parametrize("change", [name for name in NOT_HEEDED if name != "a snooze until today"])
def test_what_is_not_about_this_line_keeps_nothing_from_being_planned(
    item: Milestone, change: str
) -> None:
    NOT_HEEDED[change](item)
    plan(MONDAY)
    assert Reminder.objects.get(state="planned").offset_days == -7


def test_a_snooze_ends_on_the_day_by_the_readers_own_clock_at_sending_too(
    item: Milestone,
) -> None:
    # Where it is Tuesday already.
    User.objects.filter(name="Lead").update(time_zone="Pacific/Kiritimati")
    evening = at("2026-06-01 18:00")
    plan(evening)
    quiet(item, until=TUESDAY)
    deliver(evening)
    assert len(mail.outbox) == 1


def test_each_kind_of_duty_is_looked_at_by_its_own_quiet(cast: Cast) -> None:
    """One mail, two kinds, and the same id: a mute of the one is not one of the other."""
    first = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8), title="Plan A")
    factories.deliverable(
        cast.aurora, pk=first.pk, contractual_date=date(2026, 6, 8), title="Report B"
    )
    plan(MONDAY)
    quiet(first)
    deliver(MONDAY)
    (sent,) = mail.outbox
    assert "Report B" in sent.body
    assert "Plan A" not in sent.body


def duty_of(item: Milestone) -> Duty:
    (duty,) = source("milestone").among([item.pk])
    return duty


def test_quiet_is_read_as_it_was_said(cast: Cast, item: Milestone) -> None:
    stop(item)
    quiet(item)
    quiet(item, **WHOLE)
    quiet(item, "Deputy", until=TUESDAY)
    # What is not about this item is not even read.
    for change in ("a stop of another item", "a mute of another network", "a mute of another item"):
        NOT_HEEDED[change](item)
    found = Quiet.around("milestone", [duty_of(item)])
    lead, deputy = cast["lead"].pk, cast["deputy"].pk
    assert found == Quiet(
        stops={(item.pk, 1)},
        networks={(lead, cast.aurora.pk)},
        items={(lead, item.pk)},
        snoozes={(item.pk, 1): {deputy: TUESDAY}},
    )
    assert found.snoozers() == {deputy}
    assert found.snoozed(duty_of(item)) == {deputy: TUESDAY}
    assert found.snoozed(duty_of(item)._replace(deadline_version=2)) == {}


AUDIENCES = {"leads": frozenset({1, 2}), "responsible": frozenset({2}), "managers": frozenset({3})}


@pytest.mark.parametrize(
    ("person", "day", "recalled"),
    [
        (1, date(2026, 6, 1), None),
        (1, None, None),
        (1, TUESDAY, (-6, "leads")),
        (1, date(2026, 6, 9), (-6, "leads")),
        # In two audiences: the nearer one.
        (2, TUESDAY, (-6, "responsible")),
        (3, TUESDAY, (-6, "managers")),
        # No role any more, and no snooze at all.
        (4, TUESDAY, None),
        (5, TUESDAY, None),
    ],
)
def test_a_snooze_calls_back_on_its_day_in_the_persons_role(
    item: Milestone, person: int, day: date | None, recalled: tuple[int, str] | None
) -> None:
    duty = duty_of(item)
    snoozed = dict.fromkeys((1, 2, 3, 4), TUESDAY)
    found = Quiet(snoozes={(duty.id, duty.deadline_version): snoozed})
    step = found.recall(duty, person, day, AUDIENCES)
    assert (step and (step.offset, step.audience)) == recalled
