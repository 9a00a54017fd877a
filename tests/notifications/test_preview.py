"""The preview says what the sweeps then do: compared over a duty's whole life."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from milestones.models import Milestone
from milestones.services import post_update
from networks.duties import Duty, Step, source
from networks.models import Member, User
from notifications.models import Preference, Reminder
from notifications.mornings import Habit
from notifications.services import plan
from notifications.services.previewing import preview
from notifications.services.rules import Scope, switch_step
from tests import factories
from tests.factories import NETWORK_ROLES, Cast
from tests.notifications.conftest import at

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)
BEGIN = at("2026-05-30 00:00")
Line = tuple[datetime, str, date, int, str, tuple[int, ...]]


def duty_of(item: Milestone) -> Duty:
    (duty,) = source("milestone").among([item.pk])
    return duty


def foreseen(item: Milestone, now: datetime) -> list[Line]:
    names = dict(User.objects.values_list("pk", "name"))
    return sorted(
        (
            line.at,
            names[line.telling.recipient],
            line.day,
            line.telling.step.offset,
            line.telling.step.audience,
            tuple(sorted(step.offset for step in line.telling.missed)),
        )
        for line in preview(duty_of(item), now)
    )


def swept(now: datetime, hours: tuple[int, ...], days: int = 76) -> list[Line]:
    """What day after day of sweeping has planned."""
    for day in range(days):
        for hour in hours:
            moment = now.replace(hour=0, minute=0) + timedelta(days=day, hours=hour)
            if moment >= now:
                plan(moment)
    told = Reminder.objects.filter(planned_at__gte=now)
    # What went out is planned here, or taken over by the next mail as nobody sends.
    sent = told.exclude(message=None).select_related("recipient", "message")
    return sorted(
        (
            row.planned_at,
            row.recipient.name,
            row.planned_at.astimezone(ZoneInfo(row.recipient.time_zone)).date(),
            row.offset_days,
            row.audience,
            tuple(
                sorted(
                    told.filter(
                        message=None, recipient=row.recipient, planned_at=row.planned_at
                    ).values_list("offset_days", flat=True)
                )
            ),
        )
        for row in sent
    )


def lives_in(person: User, zone: str, **habits: Any) -> None:
    User.objects.filter(pk=person.pk).update(time_zone=zone)
    Preference.objects.create(user=person, **habits)


def test_everybody_in_utc(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    lines = foreseen(item, BEGIN)
    assert lines == swept(BEGIN, (0, 8))
    assert [(line[1], line[3]) for line in lines] == [
        # 30 days before is a Sunday: Monday says it, one day later.
        ("Lead", -30),
        ("Lead", -14),
        ("Lead", -7),
        ("Lead", -1),
        ("Lead", 0),
        ("Lead", 1),
        ("Deputy", 7),
        ("Lead", 7),
        ("Officer", 14),
        ("Manager", 30),
    ]


def test_zones_hours_weekends_and_weekly_readers(cast: Cast) -> None:
    lives_in(cast["lead"], "Pacific/Kiritimati", weekdays="1234567")
    lives_in(cast["deputy"], "America/Los_Angeles", digest_hour=17)
    lives_in(cast["officer"], "Asia/Kathmandu", rhythm="weekly")
    lives_in(cast["manager"], "Europe/Rome", digest_hour=0, weekdays="1234567")
    cast.aurora.time_zone = "Pacific/Auckland"
    cast.aurora.save()
    # A duty on a Sunday, so that weekends matter on either side.
    item = factories.milestone(cast.aurora, contractual_date=date(2026, 6, 28))
    lines = foreseen(item, BEGIN)
    found = _swept_at_quarters(BEGIN)
    assert lines == found
    assert {line[1] for line in lines} == {"Lead", "Deputy", "Officer", "Manager"}


def _swept_at_quarters(now: datetime) -> list[Line]:
    """Kathmandu is a quarter past; the others begin on the hour."""
    moments = [(0, 0), (2, 15), (12, 0), (18, 0), (22, 0)]
    for day in range(76):
        for hour, minute in moments:
            plan(now + timedelta(days=day, hours=hour, minutes=minute))
    return swept(now, (), 0)


def test_a_step_that_begins_at_midday_goes_out_at_midday(cast: Cast) -> None:
    cast.aurora.time_zone = "Pacific/Auckland"
    cast.aurora.save()
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    lines = foreseen(item, BEGIN)
    assert lines == swept(BEGIN, (0, 8, 12))
    assert {line[0].hour for line in lines if line[1] == "Lead"} == {8, 12}


def test_a_moved_deadline_begins_a_new_ladder(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    for day in range(12):
        plan(BEGIN + timedelta(days=day, hours=8))
    before = foreseen(item, at("2026-06-11 12:00"))
    Milestone.objects.filter(pk=item.pk).update(
        revised_date=date(2026, 7, 21), due_date=date(2026, 7, 21), deadline_version=2
    )
    later = at("2026-06-11 12:00")
    lines = foreseen(item, later)
    assert lines == swept(later, (8, 12), 80)
    assert lines != before


def test_a_step_told_already_is_not_foreseen(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    plan(at("2026-06-23 08:00"))
    assert [line[3] for line in foreseen(item, at("2026-06-23 08:00"))][:2] == [-1, 0]


def test_who_has_just_written_is_left_in_peace(cast: Cast) -> None:
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    now = at("2026-06-23 07:45")
    post_update(
        factories.act(cast["lead"], at("2026-06-23 07:30")), item, confidence="on_track", percent=5
    )
    lines = foreseen(item, now)
    assert lines == swept(now, (7, 8))
    assert lines[0][3] == -1


def test_a_role_that_ends_hands_the_ladder_on(cast: Cast) -> None:
    Member.objects.filter(user=cast["lead"]).update(ends=date(2026, 6, 20))
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    lines = foreseen(item, BEGIN)
    assert lines == swept(BEGIN, (0, 8))
    assert {line[1] for line in lines if line[3] == -1} == {"Deputy"}


def test_the_preview_follows_the_rules(cast: Cast) -> None:
    scope = Scope(cast.programme, cast.aurora)
    act = factories.act(cast["manager"])
    switch_step(act, scope, "milestone", Step(-7, "responsible"), on=False)
    switch_step(act, scope, "milestone", Step(3, "managers"), on=True)
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    lines = foreseen(item, BEGIN)
    assert lines == swept(BEGIN, (0, 8))
    assert ("Manager", 3) in {(line[1], line[3]) for line in lines}


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))],
)
def test_a_day_that_a_zone_skipped_has_no_morning(zone: str, day: date) -> None:
    assert Habit(zone, weekdays="1234567").opens(day) is None


def test_an_hour_that_the_night_skips_opens_after_the_gap() -> None:
    habit = Habit("Europe/Brussels", hour=2, weekdays="1234567")
    assert habit.opens(date(2026, 3, 29)) == at("2026-03-29 01:00")


def page(client: Client, person: User, item: Milestone, kind: str = "milestone") -> Any:
    client.force_login(person)
    with time_machine.travel(BEGIN, tick=False):
        return client.get(reverse("ladder-preview", args=[kind, item.pk]))


def test_the_page_shows_day_hour_zone_person_and_step(cast: Cast, client: Client) -> None:
    lives_in(cast["lead"], "Europe/Rome", digest_hour=7)
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    shown = page(client, cast["officer"], item).content.decode()
    for words in ("Tuesday 23 June 2026", "07:00 Europe/Rome", "7 days before", "lead and deputy"):
        assert words in shown
    assert not Reminder.objects.exists()


def test_what_is_finished_or_paused_says_so(cast: Cast, client: Client) -> None:
    done = factories.milestone(cast.aurora, state="dropped", code="MSX")
    assert "MSX is dropped" in page(client, cast["officer"], done).content.decode()
    cast.aurora.state = "suspended"
    cast.aurora.save()
    item = factories.milestone(cast.aurora)
    assert "AURORA is suspended" in page(client, cast["officer"], item).content.decode()


@pytest.mark.parametrize("role", [*NETWORK_ROLES, "chair", "reviewer", "funder", "stranger"])
def test_the_preview_is_for_staff(cast: Cast, client: Client, role: str) -> None:
    item = factories.milestone(cast.aurora)
    assert page(client, cast[role], item).status_code == 404


def test_staff_of_another_programme_have_no_preview(cast: Cast, client: Client) -> None:
    other = factories.programme_role(factories.programme(), "manager")
    item = factories.milestone(cast.aurora)
    assert page(client, other, item).status_code == 404
    assert page(client, cast["manager"], item, "nonsense").status_code == 404


def test_one_chooses_an_item_from_the_rules(cast: Cast, client: Client) -> None:
    factories.milestone(cast.aurora, code="MS71")
    factories.milestone(cast.aurora, code="MS72")
    factories.milestone(cast.boreas, code="MS73")
    client.force_login(cast["officer"])
    path = reverse("ladder-choice", args=[cast.programme.slug, "milestone"])
    shown = [duty.code for duty in client.get(path).context["duties"]]
    assert shown == ["MS71", "MS72"]
    found = client.get(path, {"q": "ms72", "network": "AUR-1"}).context["duties"]
    assert [duty.code for duty in found] == ["MS72"]


def test_a_preview_costs_the_same_however_much_is_on_file(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    item = factories.milestone(cast.aurora, contractual_date=DUE)
    page(client, cast["officer"], item)
    with django_assert_max_num_queries(40) as spent:
        page(client, cast["officer"], item)
    for _ in range(20):
        factories.milestone(cast.aurora, contractual_date=DUE)
        factories.member(factories.network(programme=cast.programme), "lead")
    with django_assert_max_num_queries(len(spent)):
        page(client, cast["officer"], item)
