"""What one pass of the planner writes: each figure, each column, both sides of each bound."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milestones.models import Milestone
from milestones.services import post_update
from networks.clock import Today
from networks.duties import Step, source
from networks.models import Member, User
from notifications.ladder import Ladders, Rung
from notifications.models import Heartbeat, ItemLink, Message, Preference, Reminder, ReminderRule
from notifications.mornings import Habit, habits, zone_or_utc
from notifications.quiet import Quiet
from notifications.services import gathering, plan, planning, set_preferences
from notifications.services.planning import Planned, dedupe_key, new_message
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.waiting import values

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
TUESDAY = at("2026-06-02 08:00")
DUE = date(2026, 6, 8)


def due(cast: Cast, day: date = DUE, **fields: Any) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=day, **fields)


def told() -> list[tuple[int, str]]:
    rows = Reminder.objects.order_by("duty_id", "recipient", "offset_days")
    return list(rows.values_list("offset_days", "state"))


def test_a_pass_tells_how_much_it_has_written(cast: Cast) -> None:
    for role in ("lead", "member"):
        due(cast, responsible=Member.objects.get(user=cast[role]))
    Heartbeat.objects.create(name=Heartbeat.PLAN, at=at("2026-05-20 08:00"))
    # To each the step of 7 days; that of 14 was missed, that of 30 covered.
    assert plan(MONDAY) == Planned(messages=2, reminders=2, missed=2, quiet=0)
    assert plan(MONDAY) == Planned()


def test_a_mail_whose_lines_are_all_their_readers_own_words_is_none(cast: Cast) -> None:
    one, other = due(cast), due(cast)
    act = factories.act(cast["lead"], MONDAY - timedelta(hours=1))
    post_update(act, one, confidence="on_track", percent=10)
    assert plan(MONDAY) == Planned(messages=1, reminders=1, missed=0, quiet=1)
    assert Reminder.objects.get(state="cancelled").duty_id == one.pk
    line = Reminder.objects.get(state="planned")
    assert (line.duty_id, line.message) == (other.pk, Message.objects.get())


@pytest.mark.parametrize(("ago", "quiet"), [(timedelta(), 1), (timedelta(microseconds=1), 0)])
def test_whoever_wrote_within_a_day_knows_where_it_stands(
    cast: Cast, ago: timedelta, quiet: int
) -> None:
    act = factories.act(cast["lead"], MONDAY - timedelta(hours=24) - ago)
    post_update(act, due(cast), confidence="on_track", percent=10)
    assert plan(MONDAY).quiet == quiet


def test_a_planned_mail_is_due_at_once_and_known_by_its_morning(cast: Cast, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Tracker <tracker@mail.example.org>"
    due(cast)
    plan(MONDAY)
    mail = Message.objects.get()
    assert (mail.recipient, mail.kind, mail.state) == (cast["lead"], "digest", "due")
    assert (mail.local_day, mail.created_at, mail.next_try_at) == (MONDAY.date(), MONDAY, MONDAY)
    assert mail.dedupe_key == f"digest:{cast['lead'].pk}:2026-06-01"
    assert mail.message_id.startswith("<r-")
    assert mail.message_id.endswith("@mail.example.org>")
    assert (mail.tries, mail.crashes, mail.resent, mail.token) == (0, 0, False, None)


@pytest.mark.parametrize(("sender", "host"), [("", "localhost"), ("tracker", "tracker")])
def test_where_the_sender_has_no_host_a_mail_has_one_all_the_same(
    settings: Any, sender: str, host: str
) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    mail = new_message(1, DUE, MONDAY, dedupe_key(1, DUE), Message.Kind.DIGEST)
    assert mail.message_id.endswith(f"@{host}>")


def test_a_summary_is_called_one_and_goes_out_without_lines(cast: Cast) -> None:
    officer = cast["officer"]
    set_preferences(factories.act(officer), officer, rhythm="summary")
    assert plan(MONDAY) == Planned(messages=1)
    assert values("recipient", "kind") == [(officer.pk, "summary")]


def test_a_planner_leaves_a_sign_that_never_goes_back(cast: Cast) -> None:
    plan(MONDAY)
    assert Heartbeat.objects.get(name=Heartbeat.PLAN).at == MONDAY
    plan(MONDAY - timedelta(hours=1))
    assert Heartbeat.objects.get(name=Heartbeat.PLAN).at == MONDAY
    Heartbeat.objects.create(name=Heartbeat.HEAL, at=None)
    plan(TUESDAY)
    assert Heartbeat.objects.get(name=Heartbeat.PLAN).at == TUESDAY
    assert Heartbeat.objects.get(name=Heartbeat.HEAL).at is None


@pytest.mark.parametrize(
    ("fields", "state", "lines"),
    [
        ({}, "superseded", 0),
        ({"state": "deferred"}, "superseded", 0),
        ({"state": "accepted"}, "accepted", 1),
        ({"state": "unknown"}, "unknown", 1),
        ({"resent": True}, "due", 1),
    ],
)
def test_a_morning_takes_over_only_what_waits_and_is_no_copy(
    cast: Cast, fields: dict[str, Any], state: str, lines: int
) -> None:
    due(cast)
    plan(MONDAY)
    old = Message.objects.get()
    Message.objects.update(**fields)
    due(cast, date(2026, 6, 9))
    plan(TUESDAY)
    old.refresh_from_db()
    assert (old.state, old.reminders.filter(state="planned").count()) == (state, lines)
    assert old.settled_at == (TUESDAY if state == "superseded" else None)
    new = Message.objects.get(local_day=TUESDAY.date())
    assert new.reminders.filter(state="planned").count() == 2 - lines


def test_a_morning_takes_nothing_over_from_anybody_else(cast: Cast) -> None:
    for role in ("lead", "member"):
        due(cast, responsible=Member.objects.get(user=cast[role]))
    plan(MONDAY)
    due(cast, date(2026, 6, 9), responsible=Member.objects.get(user=cast["member"]))
    plan(TUESDAY)
    assert values("state", "recipient__name") == [
        ("due", "Lead"),
        ("superseded", "Member"),
        ("due", "Member"),
    ]


def test_what_is_due_is_read_in_chunks_and_nothing_is_lost_between(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        due(cast)
    monkeypatch.setattr(gathering, "CHUNK", 2)
    monkeypatch.setattr(planning, "BATCH", 1)
    with CaptureQueriesContext(connection) as statements:
        gathering.gather(MONDAY)
    # What is stopped is asked of each chunk.
    assert sum("notifications_ladderstop" in each["sql"] for each in statements) == 2
    assert plan(MONDAY) == Planned(messages=1, reminders=3)
    # Their links too, which are made mail by mail here.
    assert ItemLink.objects.filter(reminder__state="planned", created_at=MONDAY).count() == 3


def test_a_step_told_already_is_not_told_again_nor_counted_as_missed(cast: Cast) -> None:
    due(cast)
    Heartbeat.objects.create(name=Heartbeat.PLAN, at=at("2026-05-20 08:00"))
    plan(at("2026-05-25 08:00"))
    assert told() == [(-30, "superseded"), (-14, "planned")]
    assert plan(at("2026-05-26 08:00")) == Planned()
    plan(MONDAY)
    assert told() == [(-30, "superseded"), (-14, "superseded"), (-7, "planned")]


def test_each_person_is_looked_up_once(cast: Cast, django_assert_num_queries: Any) -> None:
    lead, deputy = cast["lead"].pk, cast["deputy"].pk
    mornings = gathering.Mornings(MONDAY)
    for people, statements in (({lead}, 2), ({lead}, 0), ({lead, deputy}, 2), ((), 0)):
        with django_assert_num_queries(statements):
            mornings.learn(people)
    with django_assert_num_queries(0):
        mornings.learn({lead, deputy})
    assert mornings.days == dict.fromkeys((lead, deputy), MONDAY.date())


def test_an_audience_that_nobody_stands_in_is_told_nothing(cast: Cast) -> None:
    (duty,) = source("milestone").among([due(cast).pk])
    today, nobody = Today.at(MONDAY), {duty.id: {}}
    found = gathering.climb([duty], nobody, today, Ladders(), Quiet(), {}.get)
    assert list(found) == []


def test_two_steps_at_one_offset_are_one_line(cast: Cast) -> None:
    ReminderRule.objects.create(
        programme=cast.programme, duty_kind="milestone", offset_days=-7, audience="leads"
    )
    due(cast)
    plan(MONDAY)
    lead = Reminder.objects.filter(recipient=cast["lead"], offset_days=-7)
    assert [row.state for row in lead] == ["planned"]
    assert set(
        Reminder.objects.filter(offset_days=-7).values_list("recipient__name", flat=True)
    ) == {
        "Lead",
        "Deputy",
    }


def rule(cast: Cast, offset: int, *, on: bool = True, **fields: Any) -> None:
    values = {"programme": cast.programme, "duty_kind": "milestone", "audience": "leads"}
    ReminderRule.objects.create(**(values | {"offset_days": offset, "enabled": on} | fields))


def test_each_rung_says_who_put_it_there(cast: Cast) -> None:
    rule(cast, -7, on=False, audience="responsible")
    rule(cast, -5)
    rule(cast, -5, on=False, network=cast.aurora)
    rule(cast, -3, network=cast.aurora)
    ladders, default = Ladders(), Rung(Step(-14, "responsible"), True, "default")
    seven = Rung(Step(-7, "responsible"), False, "programme")
    five, here = Step(-5, "leads"), ladders.rungs(cast.programme.pk, cast.aurora.pk, "milestone")
    assert {rung.origin for rung in here} == {"default", "programme", "network"}
    assert default in here
    assert seven in here
    assert Rung(five, False, "network") in here
    assert Rung(Step(-3, "leads"), True, "network") in here
    assert here == sorted(here)
    above = ladders.rungs(cast.programme.pk, None, "milestone")
    assert Rung(five, True, "programme") in above
    assert Rung(Step(-3, "leads"), True, "network") not in above
    assert ladders.networks_with_own("milestone") == {cast.aurora.pk}
    assert ladders.networks_with_own("deliverable") == set()
    other = ladders.steps(cast.programme.pk, cast.boreas.pk, "milestone")
    assert five in other
    assert five not in ladders.steps(cast.programme.pk, cast.aurora.pk, "milestone")


def test_the_horizon_is_that_of_the_earliest_step_of_any_ladder_of_the_kind(cast: Cast) -> None:
    assert Ladders().horizon("milestone") == 30
    rule(cast, -60)
    rule(cast, -45)
    rule(cast, -90, network=cast.aurora)
    rule(cast, -120, on=False)
    rule(cast, -200, duty_kind="deliverable")
    assert Ladders().horizon("milestone") == 90
    assert Ladders().horizon("deliverable") == 200
    plan_day = at("2026-03-10 08:00")
    due(cast, date(2026, 6, 8))
    assert plan(plan_day).messages == 2


def test_habits_are_those_of_open_accounts_and_eight_on_weekdays_without_a_row(cast: Cast) -> None:
    lead, deputy, member = cast["lead"], cast["deputy"], cast["member"]
    User.objects.filter(pk=lead.pk).update(time_zone="Asia/Tokyo")
    for person, rhythm in ((deputy, "weekly"), (member, "daily")):
        Preference.objects.create(
            user=person, digest_hour=17, weekdays="67", rhythm=rhythm, holidays_of="BE"
        )
    User.objects.filter(pk=cast["observer"].pk).update(is_active=False)
    people = [cast[role].pk for role in ("lead", "deputy", "member", "observer")]
    assert habits(people) == {
        lead.pk: Habit("Asia/Tokyo", 8, "12345", weekly=False, holidays_of=""),
        deputy.pk: Habit("UTC", 17, "67", weekly=True, holidays_of="BE"),
        member.pk: Habit("UTC", 17, "67", weekly=False, holidays_of="BE"),
    }


def test_the_next_morning_is_after_this_instant_and_not_at_it() -> None:
    habit = Habit()
    assert habit.next_after(at("2026-06-01 07:59")) == MONDAY
    assert habit.next_after(MONDAY) == TUESDAY
    assert habit.next_after(at("2026-06-05 09:00")) == at("2026-06-08 08:00")
    assert Habit(weekdays="").next_after(MONDAY) is None
    tokyo = Habit("Asia/Tokyo", 7)
    assert tokyo.next_after(at("2026-06-01 21:59")) == datetime(2026, 6, 1, 22, tzinfo=UTC)


def test_of_a_weeks_mail_only_the_first_day_taken_serves() -> None:
    weekly = Habit(weekdays="246", weekly=True)
    week = [date(2026, 6, day) for day in range(1, 8)]
    assert [day.isoweekday() for day in week if weekly.serves(day)] == [2]
    assert [day.isoweekday() for day in week if Habit(weekdays="246").serves(day)] == [2, 4, 6]
    # Easter Monday moves it to Tuesday.
    easter = Habit(weekly=True, holidays_of="BE")
    assert [easter.serves(date(2026, 4, day)) for day in (6, 7, 8)] == [False, True, False]


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "", "UTC"])
def test_a_zone_that_nobody_knows_is_utc(name: str) -> None:
    assert zone_or_utc(name).key == "UTC"
