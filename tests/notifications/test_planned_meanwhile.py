"""What happens between a planner's reading and its writing, and lines that were held back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from milestones.models import Milestone
from milestones.services import post_update
from networks.models import Event
from notifications.models import Heartbeat, Message, Reminder
from notifications.services import plan
from notifications.services import planning as planning_module
from notifications.services.holding import hold, take_up, wait_for_planner
from notifications.services.planning import Planned
from notifications.services.quieting import silence_item
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.test_quiet_at_sending import HEEDED, NOT_HEEDED, duty_of
from tests.notifications.waiting import queued, values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
TUESDAY = at("2026-06-02 08:00")


@pytest.fixture
def after_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen between a planner's reading and its writing."""
    gather = planning_module.gather

    def let(happen: Callable[[], object]) -> None:
        def gather_then(now: datetime) -> Any:
            found = gather(now)
            happen()
            return found

        monkeypatch.setattr(planning_module, "gather", gather_then)

    return let


@pytest.mark.parametrize("change", HEEDED)
def test_what_is_made_quiet_meanwhile_is_not_planned(
    item: Milestone, after_reading: Any, change: str
) -> None:
    after_reading(lambda: HEEDED[change](item))
    assert plan(MONDAY) == Planned()
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("change", NOT_HEEDED)
def test_what_is_made_quiet_elsewhere_meanwhile_keeps_nothing_back(
    item: Milestone, after_reading: Any, change: str
) -> None:
    after_reading(lambda: NOT_HEEDED[change](item))
    assert plan(MONDAY) == Planned(messages=1, reminders=1)


def test_of_two_lines_the_one_that_is_not_quiet_is_planned(
    cast: Cast, item: Milestone, after_reading: Any
) -> None:
    other = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    after_reading(lambda: HEEDED["a mute of the item"](item))
    assert plan(MONDAY) == Planned(messages=1, reminders=1)
    assert Reminder.objects.get(state="planned").duty_id == other.pk


def test_another_jobs_sign_of_life_is_not_the_planners_lock(
    item: Milestone, after_reading: Any
) -> None:
    Heartbeat.objects.create(name=Heartbeat.SWEEP, at=MONDAY)
    after_reading(Heartbeat.objects.filter(name=Heartbeat.PLAN).delete)
    assert plan(MONDAY) == Planned()
    assert not Message.objects.exists()


def test_a_line_that_is_in_the_ledger_meanwhile_stays_as_it_is(
    item: Milestone, after_reading: Any
) -> None:
    after_reading(lambda: line(item, state="sent").save())
    plan(MONDAY)
    assert Reminder.objects.get(offset_days=-7).state == "sent"


def line(item: Milestone, **fields: Any) -> Reminder:
    """The lead's line of the step of 7 days, not saved."""
    (lead,) = item.network.members.filter(role="lead").values_list("user_id", flat=True)
    values = {
        "network": item.network,
        "recipient_id": lead,
        "duty_kind": "milestone",
        "duty_id": item.pk,
        "deadline_version": 1,
        "due_date": date(2026, 6, 8),
        "offset_days": -7,
        "audience": "responsible",
        "state": "planned",
        "planned_at": MONDAY,
    }
    return Reminder(**(values | fields))


OTHERS: dict[str, Any] = {
    "duty_kind": "deliverable",
    "duty_id": 4711,
    "deadline_version": 2,
    "offset_days": -1,
}


@pytest.mark.parametrize("column", OTHERS)
def test_only_the_very_line_that_is_held_is_taken_up(item: Milestone, column: str) -> None:
    line(item, state="held", **{column: OTHERS[column]}).save()
    row = line(item)
    assert take_up([row]) == [row]
    assert row.pk is None
    assert Reminder.objects.get().state == "held"


def test_somebody_elses_line_is_not_taken_up(cast: Cast, item: Milestone) -> None:
    line(item, state="held", recipient_id=cast["deputy"].pk).save()
    row = line(item)
    assert take_up([row]) == [row]


def test_a_line_that_is_not_held_is_nobodys_to_take_up(item: Milestone) -> None:
    line(item, state="sent", note="as it was").save()
    row = line(item)
    assert take_up([row]) == [row]
    assert Reminder.objects.get().note == "as it was"


def test_a_held_line_is_taken_up_in_its_own_row(item: Milestone) -> None:
    held = line(item, state="held", note="Muted by the reader.")
    held.save()
    new = line(item, offset_days=-1)
    assert take_up([line(item, planned_at=TUESDAY), new]) == [new]
    again = Reminder.objects.get()
    assert (again.pk, again.state, again.note, again.planned_at) == (
        held.pk,
        "planned",
        "",
        TUESDAY,
    )


@pytest.mark.parametrize(
    ("state", "held"),
    [("due", 1), ("deferred", 1), ("claimed", 1), ("handing_over", 0), ("unknown", 0)],
)
def test_what_is_on_its_way_cannot_be_held_back(item: Milestone, state: str, held: int) -> None:
    plan(MONDAY)
    token = "00000000-0000-0000-0000-000000000001"
    Message.objects.update(state=state, token=token, lease_until=MONDAY)
    assert hold(Reminder.objects.all(), "Stopped: Flooded") == held
    assert Reminder.objects.get(offset_days=-7).state == ("held" if held else "planned")
    assert Reminder.objects.get(offset_days=-14).note == "A later step went out instead."


def test_only_the_lines_that_are_named_are_held_back(cast: Cast, item: Milestone) -> None:
    other = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))
    plan(MONDAY)
    assert hold(Reminder.objects.filter(duty_id=other.pk), "Stopped: Flooded") == 1
    planned = Reminder.objects.filter(state="planned")
    assert list(planned.values_list("duty_id", flat=True)) == [item.pk]


def test_who_waits_for_the_planner_does_so_before_it_has_ever_run(db: None) -> None:
    Heartbeat.objects.create(name=Heartbeat.SWEEP, at=MONDAY)
    wait_for_planner()
    wait_for_planner()
    assert Heartbeat.objects.get(name=Heartbeat.PLAN).at is None


def test_a_line_that_is_held_does_not_move_over_to_the_next_mornings_mail(
    cast: Cast, item: Milestone
) -> None:
    plan(MONDAY)
    old = Message.objects.get()
    silence_item(factories.act(cast["lead"], MONDAY), cast["lead"], duty_of(item))
    factories.milestone(cast.aurora, contractual_date=date(2026, 6, 9))
    plan(TUESDAY)
    held = Reminder.objects.get(state="held")
    assert (held.duty_id, held.message, held.note) == (item.pk, old, "Muted by the reader.")


def test_news_of_this_morning_are_no_mornings_mail(cast: Cast, item: Milestone) -> None:
    act = factories.act(cast["deputy"], at("2026-05-01 08:00"))
    post_update(act, item, confidence="on_track", percent=10)
    event = Event.objects.latest("pk")
    queued(MONDAY, person=cast["lead"], kind="notice", event=event)
    assert plan(MONDAY) == Planned(messages=1, reminders=1)
    assert values("kind") == ["notice", "digest"]


def test_a_mail_of_another_day_or_to_another_person_is_not_todays(
    cast: Cast, item: Milestone
) -> None:
    queued(at("2026-05-29 08:00"), person=cast["lead"], state="accepted")
    queued(MONDAY, person=cast["deputy"], state="accepted")
    assert plan(MONDAY) == Planned(messages=1, reminders=1)


def test_who_has_todays_mail_gets_no_second_one(cast: Cast, item: Milestone) -> None:
    queued(MONDAY, person=cast["lead"], state="accepted")
    assert plan(MONDAY) == Planned()
