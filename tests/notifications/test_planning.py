"""What one sweep plans, and what it leaves alone: both sides of every boundary."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from milestones.models import Milestone
from milestones.services import post_update
from networks.duties import Audience, Step, source
from networks.models import Member, User
from notifications.ladder import Ladders
from notifications.models import Message, Preference, Reminder, ReminderRule
from notifications.mornings import Habit
from notifications.services import plan, set_preferences, sweep
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
# A Monday; the milestones of the factories are due on 2026-06-30.
MONDAY = at("2026-06-01 08:00")


def told(person: User | None = None) -> list[tuple[str, int]]:
    rows = Reminder.objects.filter(state__in=("planned", "sent"))
    if person is not None:
        rows = rows.filter(recipient=person)
    return [(row.recipient.name, row.offset_days) for row in rows.order_by("pk")]


def due(cast: Cast, day: date, **fields: Any) -> Milestone:
    return factories.milestone(cast.aurora, contractual_date=day, **fields)


def test_thirty_days_before_the_person_responsible_is_told(cast: Cast) -> None:
    due(cast, date(2026, 7, 1))
    plan(MONDAY)
    assert told() == [("Lead", -30)]


def test_thirty_one_days_before_nobody_is_told(cast: Cast) -> None:
    due(cast, date(2026, 7, 2))
    plan(MONDAY)
    assert told() == []


def test_at_seven_fifty_nine_it_is_not_yet_morning(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    plan(at("2026-06-01 07:59"))
    assert told() == []
    plan(at("2026-06-01 08:00"))
    assert told() == [("Lead", -7)]


@pytest.mark.parametrize(
    ("zone", "before", "morning"),
    [
        ("Pacific/Kiritimati", "2026-06-01 17:59", "2026-06-01 18:00"),
        ("Pacific/Pago_Pago", "2026-06-01 18:59", "2026-06-01 19:00"),
        ("Asia/Kathmandu", "2026-06-01 02:14", "2026-06-01 02:15"),
    ],
)
def test_eight_in_the_morning_is_by_the_clock_of_the_person(
    cast: Cast, zone: str, before: str, morning: str
) -> None:
    User.objects.filter(pk=cast["lead"].pk).update(time_zone=zone)
    due(cast, date(2026, 6, 8))
    plan(at(before))
    assert told() == []
    plan(at(morning))
    assert told() == [("Lead", -7)]


def test_saturday_and_sunday_are_quiet_and_monday_catches_up(cast: Cast) -> None:
    due(cast, date(2026, 6, 7))
    for moment in ("2026-06-06 08:00", "2026-06-07 08:00"):
        plan(at(moment))
    assert told() == []
    plan(at("2026-06-08 08:00"))
    assert told() == [("Lead", 1)]


def test_who_wants_weekends_gets_them(cast: Cast) -> None:
    Preference.objects.create(user=cast["lead"], weekdays="1234567")
    due(cast, date(2026, 6, 7))
    plan(at("2026-06-06 08:00"))
    assert told() == [("Lead", -1)]


def test_once_a_week_is_monday_only(cast: Cast) -> None:
    set_preferences(factories.act(cast["lead"]), cast["lead"], rhythm="weekly")
    due(cast, date(2026, 6, 9))
    plan(at("2026-06-02 08:00"))
    assert told() == []
    plan(at("2026-06-08 08:00"))
    assert told() == [("Lead", -1)]


def test_a_later_hour_is_waited_for(cast: Cast) -> None:
    Preference.objects.create(user=cast["lead"], digest_hour=17)
    due(cast, date(2026, 6, 8))
    plan(at("2026-06-01 16:59"))
    assert told() == []
    plan(at("2026-06-01 17:00"))
    assert told() == [("Lead", -7)]


def test_an_hour_that_a_night_skips_is_served_after_the_gap() -> None:
    habit = Habit(zone="Europe/Brussels", hour=2, weekdays="1234567")
    assert habit.morning(at("2026-03-29 00:59")) is None
    assert habit.morning(at("2026-03-29 01:00")) == date(2026, 3, 29)


def test_a_zone_this_machine_does_not_know_counts_as_utc() -> None:
    assert Habit(zone="Mars/Olympus").morning(MONDAY) == date(2026, 6, 1)


def test_a_second_run_adds_nothing(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    plan(MONDAY)
    before = (Message.objects.count(), Reminder.objects.count())
    assert plan(MONDAY + timedelta(hours=3)).messages == 0
    assert (Message.objects.count(), Reminder.objects.count()) == before


def test_a_late_run_sends_the_latest_step_only_and_shows_the_missed_ones(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    plan(MONDAY)
    plan(at("2026-06-09 08:00"))
    rows = Reminder.objects.filter(recipient=cast["lead"])
    states = dict(rows.values_list("offset_days", "state"))
    assert states == {
        # The item came later than these two days: nothing was missed.
        -30: "superseded",
        -14: "superseded",
        # Planned, and not sent before a later step took over.
        -7: "superseded",
        # Nobody planned on these two days.
        -1: "missed",
        0: "missed",
        1: "planned",
    }


def test_a_step_on_a_weekend_is_covered_by_mondays_not_missed(cast: Cast) -> None:
    due(cast, date(2026, 6, 14))
    plan(at("2026-06-12 08:00"))
    plan(at("2026-06-13 08:00"))
    plan(at("2026-06-14 08:00"))
    plan(at("2026-06-15 08:00"))
    assert not Reminder.objects.filter(state="missed").exists()
    assert ("Lead", 1) in told()


def test_one_mail_tells_of_all_that_is_due_that_morning(cast: Cast) -> None:
    for day in (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 8)):
        due(cast, day)
    assert plan(MONDAY).messages == 1
    assert Message.objects.get().reminders.count() == 3


def test_a_moved_deadline_earns_a_reminder_of_its_own(cast: Cast) -> None:
    item = due(cast, date(2026, 6, 8))
    sweep(MONDAY)
    Milestone.objects.filter(pk=item.pk).update(revised_date=date(2026, 6, 9), deadline_version=2)
    sweep(at("2026-06-02 08:00"))
    sent = Reminder.objects.filter(state="sent").order_by("pk")
    assert list(sent.values_list("deadline_version", "offset_days")) == [(1, -7), (2, -7)]


def test_a_finished_item_earns_none(cast: Cast) -> None:
    due(cast, date(2026, 6, 8), state="verified", actual_date=date(2026, 5, 1))
    due(cast, date(2026, 6, 8), state="dropped")
    plan(MONDAY)
    assert told() == []


def test_the_ladder_climbs(cast: Cast) -> None:
    Preference.objects.bulk_create(
        Preference(user=person, weekdays="1234567") for person in cast.people.values()
    )
    package = factories.work_package(cast.aurora, lead=Member.objects.get(user=cast["wp_lead"]))
    due(cast, date(2026, 6, 1), work_packages=[package])
    for days in range(32):
        plan(at("2026-06-01 08:00") + timedelta(days=days))
    late = sorted((days, name) for name, days in told() if days > 0)
    assert [(name, days) for days, name in late] == [
        ("Wp_Lead", 1),
        ("Deputy", 7),
        ("Lead", 7),
        ("Officer", 14),
        ("Manager", 30),
    ]


def test_who_has_just_written_about_it_is_left_in_peace(cast: Cast) -> None:
    item = due(cast, date(2026, 6, 8))
    post_update(
        factories.act(cast["lead"], at("2026-06-01 07:30")), item, confidence="on_track", percent=10
    )
    assert plan(MONDAY).quiet == 1
    assert told() == []
    row = Reminder.objects.get(offset_days=-7)
    assert (row.state, row.message) == ("cancelled", None)


def test_who_wrote_two_days_ago_is_told(cast: Cast) -> None:
    item = due(cast, date(2026, 6, 8))
    post_update(
        factories.act(cast["lead"], at("2026-05-30 07:30")), item, confidence="on_track", percent=10
    )
    plan(MONDAY)
    assert told() == [("Lead", -7)]


def test_a_member_who_has_left_is_not_told(cast: Cast) -> None:
    member = Member.objects.get(user=cast["member"])
    due(cast, date(2026, 6, 8), responsible=member)
    Member.objects.filter(pk=member.pk).update(ends=date(2026, 5, 31))
    plan(MONDAY)
    assert told() == [("Lead", -7)]


def test_a_network_that_is_suspended_is_not_reminded(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    cast.aurora.state = "suspended"
    cast.aurora.save()
    plan(MONDAY)
    assert told() == []


def test_a_rule_adds_a_step_and_takes_one_away(cast: Cast) -> None:
    for offset, enabled in ((-3, True), (-7, False)):
        ReminderRule.objects.create(
            programme=cast.programme,
            duty_kind="milestone",
            offset_days=offset,
            audience=Audience.LEADS if enabled else Audience.RESPONSIBLE,
            enabled=enabled,
        )
    item = due(cast, date(2026, 6, 4))
    (duty,) = source("milestone").among([item.pk])
    steps = Ladders().of(duty)
    assert Step(-3, "leads") in steps
    assert Step(-7, "responsible") not in steps
    plan(MONDAY)
    assert sorted(told()) == [("Deputy", -3), ("Lead", -3)]


def test_a_second_morning_takes_over_what_has_not_left_yet(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    due(cast, date(2026, 6, 16))
    plan(MONDAY)
    plan(at("2026-06-02 08:00"))
    old, new = Message.objects.order_by("pk")
    assert (old.state, new.state) == ("superseded", "due")
    assert [(row.offset_days, row.state) for row in old.reminders.all()] == [(-30, "superseded")]
    assert sorted(row.offset_days for row in new.reminders.all()) == [-14, -7]


def test_the_cost_of_planning_follows_what_is_due(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    due(cast, date(2026, 6, 8))
    with django_assert_max_num_queries(60) as one:
        plan(MONDAY)
    for _ in range(30):
        due(cast, date(2026, 6, 9))
        due(cast, date(2027, 6, 9))
    with django_assert_max_num_queries(len(one) + 4):
        assert plan(at("2026-06-02 08:00")).messages == 1


def test_a_sweep_plans_and_sends(cast: Cast) -> None:
    due(cast, date(2026, 6, 8))
    swept = sweep(MONDAY)
    assert (swept.planned.messages, swept.fates["accepted"]) == (1, 1)
    assert mail.outbox[0].to == [cast["lead"].email]
    assert Reminder.objects.get(state="sent").offset_days == -7
