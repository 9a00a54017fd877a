"""Which periods a network reports about: plain dates."""

import itertools
from datetime import date, timedelta

import pytest

from reports.periods import Pause, Rhythm, periods

YEARLY = Rhythm(12, 60, 30)


def test_yearly_periods_follow_one_another_and_the_last_is_final() -> None:
    found = periods(date(2025, 1, 1), date(2027, 12, 31), YEARLY)
    assert [(p.starts, p.ends, p.is_final) for p in found] == [
        (date(2025, 1, 1), date(2025, 12, 31), False),
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2027, 1, 1), date(2027, 12, 31), True),
    ]
    assert [p.due - p.ends for p in found] == [timedelta(60), timedelta(60), timedelta(30)]


@pytest.mark.parametrize("every", [0, 1, 3, 6, 9, 12, 18, 60])
@pytest.mark.parametrize("days", [1, 45, 364, 365, 366, 1000, 1461])
@pytest.mark.parametrize("starts", [date(2024, 1, 31), date(2024, 2, 29), date(2025, 3, 15)])
def test_periods_leave_no_gap_and_never_overlap(every: int, days: int, starts: date) -> None:
    ends = starts + timedelta(days=days)
    found = periods(starts, ends, Rhythm(every, 60), [Pause(starts + timedelta(100), 40)])
    assert found[0].starts == starts
    assert found[-1].ends == ends
    assert [p.is_final for p in found] == [False] * (len(found) - 1) + [True]
    for before, after in itertools.pairwise(found):
        assert after.starts == before.ends + timedelta(days=1)
    assert all(p.starts <= p.ends for p in found)


def test_a_short_rest_joins_the_last_period() -> None:
    found = periods(date(2025, 1, 1), date(2026, 1, 15), YEARLY)
    assert [(p.starts, p.ends) for p in found] == [(date(2025, 1, 1), date(2026, 1, 15))]
    assert len(periods(date(2025, 1, 1), date(2026, 1, 31), YEARLY)) == 2


def test_a_suspension_moves_the_periods_that_were_not_over() -> None:
    pause = Pause(date(2026, 3, 1), 90)
    found = periods(date(2025, 1, 1), date(2028, 3, 30), YEARLY, [pause])
    assert found[0].ends == date(2025, 12, 31)
    assert found[1].ends == date(2026, 12, 31) + timedelta(days=90)


def test_periods_follow_what_is_reported_already() -> None:
    found = periods(date(2025, 1, 1), date(2027, 12, 31), YEARLY, after=date(2026, 3, 31))
    assert found[0].starts == date(2026, 4, 1)
    assert found[0].ends == date(2026, 12, 31)
