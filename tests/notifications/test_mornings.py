"""Each morning opens at its one right instant: every zone, five years, gaps and overlaps.

The judge is :mod:`tests.notifications.wallclock`, which reads the clock on the wall minute by
minute; the subject are ``Habit``, ``Today`` and the planner itself, ticking.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.models import Milestone
from networks.clock import Today, zone_names
from networks.models import User
from notifications.models import Message, Preference
from notifications.mornings import Habit
from notifications.services import plan
from tests import factories
from tests.notifications.wallclock import DAY, FIRST_DAY, Diary, Wall, instant_of, minute_of, pairs

YEARS = range(2026, 2031)
# What clocks did once, and may do again: a day that is dropped, one that comes twice, jumps
# of half an hour, of two hours and of a quarter, and the year with the most changes.
STRANGE = (
    ("Pacific/Apia", 2011),
    ("Pacific/Kwajalein", 1993),
    ("Pacific/Kwajalein", 1969),
    ("Pacific/Kiritimati", 1994),
    ("Pacific/Enderbury", 1994),
    ("America/Juneau", 1983),
    ("Pacific/Tongatapu", 2016),
    ("Asia/Pyongyang", 2015),
    ("America/Caracas", 2007),
    ("Australia/Lord_Howe", 2026),
    ("Antarctica/Troll", 2026),
    ("Antarctica/Casey", 2020),
    ("Africa/Casablanca", 2026),
    ("Africa/Cairo", 2014),
    ("America/Nuuk", 2026),
)


def wall(zone: str, year: int) -> Wall:
    """A year of a wall, with a few days around it."""
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    week = timedelta(days=7)
    return Wall(zone, minute_of(first - week), minute_of(last + week))


def daily(zone: str, hour: int) -> Habit:
    """Somebody who wants a mail on each day of the week."""
    return Habit(zone, hour, weekdays="1234567")


def around(wall: Wall, days: int = 2) -> Iterator[Diary]:
    """The days around each time at which the clock is set."""
    for turn in wall.turns():
        first, last = turn - days * DAY, turn + days * DAY
        if wall.first < first and last < wall.last:
            yield Diary.of(wall, first, last)


def faults(zone: str, diary: Diary) -> list[str]:
    """Where the product and the wall disagree about these days, for every hour of the day."""
    found = []
    for day in range(diary.days()[0], diary.days()[-1] + 1):
        there = date.fromordinal(day)
        ends = Today.everywhere(there).end_of_day(zone)
        if ends != instant_of(diary.over[day]):
            found.append(f"{zone} {there} is over at {ends}, not {instant_of(diary.over[day])}")
        for hour in range(24):
            habit = daily(zone, hour)
            opening = diary.opening(day, hour)
            said = habit.opens(there)
            if said != (None if opening is None else instant_of(opening)):
                found.append(f"{zone} {there} {hour}:00 opens {said}, not {opening}")
            if opening is None:
                continue
            closing = diary.closing(day, hour)
            for minute, right in (
                (opening - 1, False),
                (opening, True),
                (closing - 1, True),
                (closing, False),
            ):
                if (habit.morning(instant_of(minute)) == there) is not right:
                    found.append(f"{zone} {there} {hour}:00 is wrong at {instant_of(minute)}")
    return found


# No database is asked here: on PostgreSQL it would be the same again.
@pytest.mark.sqlite_only
@pytest.mark.parametrize("year", YEARS)
def test_every_morning_of_every_zone_opens_and_every_day_ends_at_its_one_right_minute(
    year: int,
) -> None:
    found: list[str] = []
    for zone in sorted(zone_names()):
        clock = wall(zone, year)
        assert pairs(clock.turns(), 2 * DAY), zone
        # A quiet time in spring stands for the days on which no clock is set.
        first = minute_of(datetime(year, 5, 1, tzinfo=UTC))
        for diary in (*around(clock), Diary.of(clock, first, first + 3 * DAY)):
            found += faults(zone, diary)
    assert found == []


@pytest.mark.parametrize(("zone", "year"), STRANGE)
def test_where_clocks_did_strange_things_it_is_so_too(zone: str, year: int) -> None:
    clock = wall(zone, year)
    diaries = list(around(clock))
    assert diaries
    assert [fault for diary in diaries for fault in faults(zone, diary)] == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("zone", "year"),
    [("Pacific/Apia", 2011), ("America/Nuuk", 2026), ("Africa/Casablanca", 2026)],
)
def test_looking_at_each_minute_finds_nothing_that_looking_daily_overlooks(
    zone: str, year: int
) -> None:
    clock = wall(zone, year)
    assert clock.every_minute() == clock.offsets


known_walls = lru_cache(maxsize=None)(wall)


@settings(deadline=None, max_examples=300)
@given(
    zone=st.sampled_from(sorted(zone_names())),
    instant=st.datetimes(datetime(2026, 1, 3), datetime(2030, 12, 28), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given beside
    hour=st.integers(0, 23),
    weekdays_only=st.booleans(),
    weekly=st.booleans(),
)
def test_at_any_instant_the_morning_is_what_the_wall_says(
    zone: str, instant: datetime, hour: int, weekdays_only: bool, weekly: bool
) -> None:
    minute = minute_of(instant)
    diary = Diary.of(known_walls(zone, instant.year), minute - 3 * DAY, minute + 3 * DAY)
    open_days = [
        day
        for day in diary.days()
        if diary.hours[day]
        and (diary.opening(day, hour) or 0) <= minute < diary.closing(day, hour)
        # 1 January 1970, day 0 of the wall, was a Thursday.
        and not (weekdays_only and (day - FIRST_DAY + 3) % 7 > 4)
        and not (weekly and (day - FIRST_DAY + 3) % 7 != 0)
    ]
    weekdays = "12345" if weekdays_only else "1234567"
    said = Habit(zone, hour, weekdays, weekly=weekly).morning(instant)
    assert [said] == [date.fromordinal(day) for day in open_days] or (said, open_days) == (None, [])


# People whose clocks are set in these nights, and the hours that matter there.
NIGHTS = {
    "2026-03-28": (
        ("Europe/Brussels", 2),
        ("Europe/Lisbon", 1),
        ("America/Nuuk", 23),
        ("Antarctica/Troll", 2),
        ("Asia/Beirut", 0),
        ("Pacific/Kiritimati", 8),
        ("Pacific/Pago_Pago", 8),
    ),
    "2026-10-24": (
        ("Europe/Brussels", 2),
        ("America/Nuuk", 23),
        ("Antarctica/Troll", 1),
        ("Asia/Beirut", 23),
        ("Pacific/Kiritimati", 0),
    ),
    "2026-04-04": (("Australia/Lord_Howe", 1), ("Pacific/Chatham", 3), ("America/Santiago", 23)),
    "2026-10-03": (("Australia/Lord_Howe", 2), ("Pacific/Chatham", 3), ("America/Havana", 0)),
    "2011-12-29": (("Pacific/Apia", 8), ("Pacific/Fakaofo", 23)),
}
TWO_DAYS = timedelta(days=2)


def living_in(zone: str, hour: int, first: datetime) -> User:
    """Somebody who reads at that hour, and has an item."""
    network = factories.network(starts=date(2010, 1, 1), time_zone=zone)
    person = factories.member(network, "lead", factories.user(time_zone=zone))
    Preference.objects.create(user=person, digest_hour=hour, weekdays="1234567")
    factories.milestone(network, contractual_date=first.date())
    return person


@st.composite
def ticking(draw: st.DrawFn, first: datetime, openings: list[datetime]) -> list[datetime]:
    """Two days and nights of ticks: close together where a morning opens, seldom else.

    For hours there may be none, and somewhere the clock is set back by an hour.
    """
    late = timedelta(seconds=draw(st.integers(0, 59)))
    close = [at + late + timedelta(seconds=s) for at in openings for s in (-60, -30, 0, 30, 60)]
    seldom = [first + timedelta(minutes=97 * number) for number in range(30)]
    silent = draw(st.lists(st.tuples(st.integers(0, 48), st.integers(1, 20)), max_size=2))
    ticks = [
        tick
        for tick in sorted({*close, *seldom})
        if first <= tick < first + TWO_DAYS
        and not any(
            timedelta(hours=begin) <= tick - first < timedelta(hours=begin + length)
            for begin, length in silent
        )
    ]
    back = draw(st.integers(0, len(ticks)))
    hour = [t for t in ticks[:back] if ticks[:back][-1] - t <= timedelta(hours=1)]
    return [*ticks[:back], *hour, *ticks[back:]]


@contextmanager
def forgotten() -> Iterator[None]:
    """Take back what is written inside: each example begins with the same database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(deadline=None, max_examples=6)
@given(data=st.data())
def test_the_ticking_planner_writes_one_mail_a_day_at_the_first_tick_of_its_morning(
    data: st.DataObject,
) -> None:
    night = data.draw(st.sampled_from(sorted(NIGHTS)), "night")
    first = datetime.fromisoformat(night).replace(tzinfo=UTC)
    begin, end = minute_of(first - TWO_DAYS), minute_of(first + 2 * TWO_DAYS)
    mornings: list[tuple[int, int, int, int]] = []
    with forgotten():
        for zone, hour in NIGHTS[night]:
            person = living_in(zone, hour, first)
            diary = Diary.of(known_walls(zone, first.year), begin, end)
            for day in diary.days()[:-1]:
                opening = diary.opening(day, hour)
                assert opening is not None
                mornings.append((person.pk, day, opening, diary.closing(day, hour)))
        ticks = data.draw(ticking(first, [instant_of(opens) for _, _, opens, _ in mornings]))
        for tick in ticks:
            # A new deadline at each tick: there is always something to be told.
            Milestone.objects.update(deadline_version=F("deadline_version") + 1)
            plan(tick)
        wanted = {
            (person, date.fromordinal(day)): inside[0]
            for person, day, opens, closes in mornings
            if (inside := [tick for tick in ticks if opens <= minute_of(tick) < closes])
        }
        written = Message.objects.values_list("recipient_id", "local_day", "created_at")
        found = [((who, day), at) for who, day, at in written]
        assert len(found) == len(dict(found))
        assert dict(found) == wanted
