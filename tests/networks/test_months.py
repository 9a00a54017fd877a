"""Project months and the dates they mean."""

from datetime import date

import pytest

from networks.months import add_months, month_end, month_of

START = date(2015, 9, 1)


@pytest.mark.parametrize(
    ("month", "day"),
    [(1, date(2015, 9, 30)), (4, date(2015, 12, 31)), (6, date(2016, 2, 29)),
     (18, date(2017, 2, 28)), (48, date(2019, 8, 31))],
)  # fmt: skip
def test_a_month_is_due_on_its_last_day(month: int, day: date) -> None:
    assert month_end(START, month) == day


@pytest.mark.parametrize(
    ("start", "day"),
    [(date(2026, 1, 15), date(2026, 2, 14)), (date(2026, 1, 31), date(2026, 2, 27)),
     (date(2024, 1, 31), date(2024, 2, 28))],
)  # fmt: skip
def test_a_project_from_mid_month_counts_from_its_own_day(start: date, day: date) -> None:
    assert month_end(start, 1) == day


@pytest.mark.parametrize(
    ("month", "day"), [(5, date(2016, 1, 29)), (8, date(2016, 4, 29)), (1, date(2015, 9, 30))]
)
def test_the_last_working_day_is_the_friday_before_a_weekend(month: int, day: date) -> None:
    assert month_end(START, month, working_day=True) == day


@pytest.mark.parametrize("month", [0, -1])
def test_there_is_no_month_before_the_first(month: int) -> None:
    with pytest.raises(ValueError, match="M1 is the first"):
        month_end(START, month)


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2015, 8, 31), 0), (date(2015, 9, 1), 1), (date(2015, 9, 30), 1),
     (date(2015, 10, 1), 2), (date(2014, 9, 1), -11)],
)  # fmt: skip
def test_a_day_lies_in_its_month(day: date, month: int) -> None:
    assert month_of(START, day) == month


@pytest.mark.parametrize("start", [date(2015, 9, 1), date(2016, 2, 29), date(2015, 1, 31)])
def test_the_end_of_a_month_lies_in_that_month(start: date) -> None:
    for month in range(1, 121):
        assert month_of(start, month_end(start, month)) == month
        assert month_of(start, add_months(start, month)) == month + 1
