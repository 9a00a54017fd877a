"""Project months and the dates they mean.

M1 is the month the project starts in; a thing due in M18 is due on the last day of that
project month (Horizon Europe practice: "delivery date (month)"). A project that starts
on the 15th has months that run from the 15th to the 14th.
"""

import calendar
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The same day of the month some months on, clipped to that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_end(starts: date, month: int, *, working_day: bool = False) -> date:
    """The last day of a project month.

    ``month`` counts from 1. With ``working_day`` the date moves back to the Friday when
    it falls on a weekend. Raises ValueError for a month below 1.
    """
    if month < 1:
        raise ValueError(f"Project month {month} does not exist: M1 is the first.")
    day = add_months(starts, month) - timedelta(days=1)
    if working_day and day.weekday() > calendar.FRIDAY:
        day -= timedelta(days=day.weekday() - calendar.FRIDAY)
    return day


def month_of(starts: date, day: date) -> int:
    """The project month a date falls in; M1 holds the start date, 0 is the month before."""
    months = (day.year - starts.year) * 12 + day.month - starts.month
    if day < add_months(starts, months):
        months -= 1
    return months + 1
