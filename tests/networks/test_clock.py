"""One instant as a date in every zone: +14 and -11 apart, and both sides of midnight."""

from datetime import UTC, date, datetime

import pytest

from networks.clock import Today, end_of_day_expression
from networks.models import Network
from tests import factories

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        (datetime(2026, 6, 15, 9, 59, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 6, 15)),
        (datetime(2026, 6, 15, 10, 0, tzinfo=UTC), "Pacific/Kiritimati", date(2026, 6, 16)),
        (datetime(2026, 6, 15, 10, 59, tzinfo=UTC), "Pacific/Pago_Pago", date(2026, 6, 14)),
        (datetime(2026, 6, 15, 11, 0, tzinfo=UTC), "Pacific/Pago_Pago", date(2026, 6, 15)),
        (datetime(2026, 6, 15, 21, 59, tzinfo=UTC), "Europe/Rome", date(2026, 6, 15)),
        (datetime(2026, 6, 15, 22, 0, tzinfo=UTC), "Europe/Rome", date(2026, 6, 16)),
        (NOON, "Not/AZone", date(2026, 6, 15)),
    ],
)
def test_a_zone_shows_its_own_date(instant: datetime, zone: str, day: date) -> None:
    assert Today.at(instant).in_zone(zone) == day


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Today.at(datetime(2026, 6, 15, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize("hour", range(24))
def test_all_dates_lie_between_the_earliest_and_the_latest(hour: int) -> None:
    today = Today.at(datetime(2026, 6, 15, hour, 30, tzinfo=UTC))
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Etc/GMT+12", "UTC"):
        assert today.earliest() <= today.in_zone(zone) <= today.latest()


def test_shifting_moves_the_date_in_every_zone() -> None:
    moved = Today.at(NOON).shifted(10)
    assert moved.in_zone("Pacific/Kiritimati") == date(2026, 6, 26)
    assert moved.utc_date == date(2026, 6, 25)


def test_everywhere_is_one_date_in_all_zones() -> None:
    today = Today.everywhere(date(2026, 6, 15))
    assert {today.in_zone("Pacific/Kiritimati"), today.latest(), today.earliest()} == {
        date(2026, 6, 15)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 6, 10, 11, 12, 18, 23])
def test_sql_and_python_show_the_same_date_in_every_zone(hour: int) -> None:
    today = Today.at(datetime(2026, 6, 15, hour, 15, tzinfo=UTC))
    award = factories.programme()
    zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/New_York", "UTC"]
    for zone in zones:
        factories.network(programme=award, time_zone=zone)
    rows = Network.objects.annotate(day=today.expression("time_zone", plus_days=3))
    for row in rows:
        assert row.day == today.shifted(3).in_zone(row.time_zone), row.time_zone


@pytest.mark.django_db
def test_a_day_ends_at_midnight_of_the_network() -> None:
    day = date(2026, 6, 15)
    expected = {
        "Pacific/Kiritimati": datetime(2026, 6, 15, 10, 0, tzinfo=UTC),
        "Pacific/Pago_Pago": datetime(2026, 6, 16, 11, 0, tzinfo=UTC),
        "Europe/Rome": datetime(2026, 6, 15, 22, 0, tzinfo=UTC),
        "UTC": datetime(2026, 6, 16, 0, 0, tzinfo=UTC),
    }
    for zone in expected:
        factories.network(time_zone=zone)
    rows = Network.objects.annotate(end=end_of_day_expression(day, "time_zone"))
    assert dict(rows.values_list("time_zone", "end")) == expected
    assert Today.everywhere(day).end_of_day("Europe/Rome") == expected["Europe/Rome"]
