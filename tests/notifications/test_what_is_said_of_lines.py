"""What the ledger says of a line that did not go out: each reason, word for word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from milestones.models import Milestone
from milestones.services import post_update
from networks.duties import source
from networks.models import Member, Network
from notifications.models import Heartbeat, LadderStop, Message, Reminder
from notifications.services import deliver, plan
from notifications.services.holding import hold
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LATER = "A later step went out instead."
MISSED = "The planner did not run on its day; a later step went out."


def ledger() -> dict[int, tuple[str, str]]:
    """State and note of each line, by its step."""
    rows = Reminder.objects.values_list("offset_days", "state", "note")
    return {offset: (state, note) for offset, state, note in rows}


DROPPED: dict[str, tuple[Callable[[], object], str, str]] = {
    "done": (
        lambda: Milestone.objects.update(state="verified", actual_date=date(2026, 6, 1)),
        "held",
        "It is no longer open.",
    ),
    "moved": (
        lambda: Milestone.objects.update(revised_date=date(2026, 7, 9), deadline_version=2),
        "superseded",
        "Its deadline has moved.",
    ),
    "given up": (
        lambda: Member.objects.filter(user__name="Lead").update(ends=date(2026, 5, 31)),
        "held",
        "It is no longer theirs.",
    ),
    "stopped": (
        lambda: LadderStop.objects.create(
            network=Network.objects.get(acronym="AURORA"),
            duty_kind="milestone",
            duty_id=Milestone.objects.get().pk,
            deadline_version=1,
            reason="Flooded",
            stopped_at=MONDAY,
        ),
        "held",
        "It was stopped, muted or snoozed before it left.",
    ),
}


@pytest.mark.parametrize("change", DROPPED)
def test_what_does_not_hold_at_the_moment_of_sending_says_why(item: Milestone, change: str) -> None:
    happen, state, note = DROPPED[change]
    plan(MONDAY)
    happen()
    deliver(MONDAY)
    assert ledger()[-7] == (state, note)


def test_a_line_that_a_later_one_covers_in_the_same_mail_says_so(item: Milestone) -> None:
    plan(MONDAY)
    Reminder.objects.filter(offset_days=-14).update(
        state="planned", message=Message.objects.get(), note=""
    )
    deliver(MONDAY)
    assert ledger()[-14] == ("superseded", "A later step went out in the same mail.")
    assert ledger()[-7] == ("sent", "")


def test_what_the_person_wrote_about_themselves_says_so(cast: Cast, item: Milestone) -> None:
    act = factories.act(cast["lead"], at("2026-06-01 07:30"))
    post_update(act, item, confidence="on_track", percent=10)
    plan(MONDAY)
    assert ledger() == {
        -30: ("superseded", LATER),
        -14: ("superseded", LATER),
        -7: ("cancelled", "They had just written about it themselves."),
    }


@pytest.mark.parametrize(
    ("alive", "seven"),
    [("2026-06-01 00:30", ("superseded", LATER)), ("2026-05-31 23:30", ("missed", MISSED))],
)
def test_a_step_is_missed_if_the_planner_ran_before_its_day_and_not_on_it(
    item: Milestone, alive: str, seven: tuple[str, str]
) -> None:
    Heartbeat.objects.create(name=Heartbeat.PLAN, at=at(alive))
    plan(at("2026-06-08 08:00"))
    assert ledger()[-7] == seven
    assert ledger()[-1] == ("missed", MISSED)
    assert ledger()[-14] == ("superseded", LATER)


def test_where_no_planner_was_ever_seen_nothing_was_missed(item: Milestone) -> None:
    plan(at("2026-06-08 08:00"))
    assert set(ledger().values()) == {("superseded", LATER), ("planned", "")}


def test_a_line_of_a_mail_that_was_taken_over_says_that_a_later_step_goes_out(
    item: Milestone,
) -> None:
    plan(MONDAY)
    plan(at("2026-06-08 08:00"))
    assert ledger()[-7] == ("superseded", "A later step goes out instead.")
    assert ledger()[0] == ("planned", "")


def test_a_reason_for_holding_back_is_cut_to_what_is_kept(item: Milestone) -> None:
    plan(MONDAY)
    assert hold(Reminder.objects.all(), "x" * 300) == 1
    assert ledger()[-7] == ("held", "x" * 200)
    assert hold(Reminder.objects.all(), "again") == 0


def test_a_line_held_back_is_written_anew_when_it_is_taken_up(cast: Cast, item: Milestone) -> None:
    """In its own row: the mail, the day and the due date are those of the new mail."""
    plan(MONDAY)
    line = Reminder.objects.get(offset_days=-7)
    hold(Reminder.objects.all(), "Muted by the reader.")
    Reminder.objects.update(due_date=date(2020, 1, 1), audience="managers")
    tuesday = at("2026-06-02 08:00")
    plan(tuesday)
    again = Reminder.objects.get(pk=line.pk)
    assert (again.state, again.note, again.planned_at) == ("planned", "", tuesday)
    assert (again.audience, again.due_date) == ("responsible", date(2026, 6, 8))
    assert again.message == Message.objects.get(local_day=date(2026, 6, 2))


def test_of_two_lines_one_held_and_one_new_both_are_written(cast: Cast, item: Milestone) -> None:
    other = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 9))
    plan(MONDAY)
    hold(Reminder.objects.filter(duty_id=item.pk), "Muted by the reader.")
    plan(at("2026-06-02 08:00"))
    planned = Reminder.objects.filter(state="planned").values_list("duty_id", "offset_days")
    assert sorted(planned) == [(item.pk, -7), (other.pk, -7)]


def test_a_line_of_the_ledger_tells_all_of_its_duty(cast: Cast, item: Milestone) -> None:
    plan(MONDAY)
    line = Reminder.objects.get(offset_days=-7)
    (duty,) = source("milestone").among([item.pk])
    assert (line.network, line.recipient) == (cast.aurora, cast["lead"])
    assert (line.duty_kind, line.duty_id) == ("milestone", item.pk)
    assert (line.deadline_version, line.due_date) == (duty.deadline_version, date(2026, 6, 8))
    assert (line.audience, line.planned_at) == ("responsible", MONDAY)
    assert line.message == Message.objects.get()
    covered = Reminder.objects.filter(state="superseded")
    assert set(covered.values_list("message", flat=True)) == {None}
