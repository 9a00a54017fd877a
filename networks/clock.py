"""One instant, seen as a calendar date in every time zone.

A deadline is a plain date, and it is over when its day is over *where the network is*.
Services and querysets therefore take a :class:`Today`, never the machine's clock; only
tasks, views and commands ask it (``Today.at(timezone.now())``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import BooleanField, Case, DateField, DateTimeField, F, Func, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """All IANA zones this machine knows (the pinned ``tzdata`` package gives them)."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    """The rules of one zone, kept: ZoneInfo keeps eight, and reads the others from disk again."""
    return ZoneInfo(name)


@lru_cache(maxsize=256)
def _zones_by_date(at: datetime) -> dict[date, str]:
    """Group all zones by the date they show at one instant: at most three groups."""
    groups: dict[date, list[str]] = {}
    for name in sorted(zone_names()):
        groups.setdefault(at.astimezone(_zone(name)).date(), []).append(name)
    return {day: ",".join(names) for day, names in groups.items()}


LISTED = "(SELECT value FROM JSON_EACH(%s))"


class OneOf(Func):
    """Whether a column holds one of many names (``"a,b,c"``), bound as one value.

    There are six hundred zones: a placeholder for each, in each of a report's questions,
    makes a statement of half a megabyte that takes longer to write than to answer.
    """

    output_field = BooleanField()
    arity = 2
    # Of a constant array PostgreSQL makes a hash table, once for all rows.
    template = "%(expressions)s, ','))"
    arg_joiner = " = ANY(STRING_TO_ARRAY("

    def __init__(self, column: str, names: str) -> None:
        super().__init__(F(column), Value(names))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """No arrays there, but JSON."""
        column, names = self.get_source_expressions()
        sql, params = compiler.compile(column)
        listed = json.dumps(names.value.split(","))
        return f"{sql} IN {LISTED}", (*params, listed)


class EndOfDay(Func):
    """The instant at which a day is over in the zone that a column names; NULL if unknown.

    Bound as one JSON object. As of a past day a statement asks it of every kind of row, and
    the zones end their day at forty different instants.
    """

    output_field = DateTimeField()
    arity = 1

    def __init__(self, column: str, day: date) -> None:
        self.day = day
        super().__init__(F(column))

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """It finds a key by halving."""
        ends = _day_ends(self.day, datetime.isoformat)
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"(%s::jsonb ->> {sql})::timestamptz", (ends, *params)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Instants are text there; a name of a zone holds no quotation mark."""
        ends = _day_ends(self.day, connection.ops.adapt_datetimefield_value)
        sql, params = compiler.compile(self.get_source_expressions()[0])
        path = f"""'$."' || REPLACE({sql}, '"', '') || '"'"""
        return f"JSON_EXTRACT(%s, {path})", (ends, *params)


@lru_cache(maxsize=1024)
def _date_in(zone: str, at: datetime) -> date:
    """The date one zone shows at one instant; asked for each line of a morning's mails."""
    # As in SQL, a name this machine does not know counts as UTC.
    known = zone if zone in zone_names() else "UTC"
    return at.astimezone(_zone(known)).date()


@dataclass(frozen=True)
class Today:
    """The calendar date, in each time zone, at one instant.

    >>> Today.at(datetime(2026, 11, 23, 23, 0, tzinfo=UTC)).in_zone("Asia/Tokyo")
    datetime.date(2026, 11, 24)
    """

    utc_date: date
    instant: datetime | None = None

    @classmethod
    def at(cls, instant: datetime) -> Today:
        """The dates shown at an instant. Raises ValueError for a naive datetime."""
        if instant.tzinfo is None:
            raise ValueError("Today.at() needs an aware datetime.")
        # Whole minutes are enough to know a date, and keep the cache of groups small.
        minute = instant.astimezone(UTC).replace(second=0, microsecond=0)
        return cls(minute.date(), minute)

    @classmethod
    def everywhere(cls, day: date) -> Today:
        """The same date in every zone: for tests, and for figures as of a past day."""
        return cls(day)

    def in_zone(self, zone: str) -> date:
        """The date in one IANA zone."""
        if self.instant is None:
            return self.utc_date
        return _date_in(zone, self.instant)

    def shifted(self, days: int) -> Today:
        """The same instant, some days later (or earlier)."""
        moved = None if self.instant is None else self.instant + timedelta(days=days)
        return Today(self.utc_date + timedelta(days=days), moved)

    def expression(self, zone_field: str, *, plus_days: int = 0) -> Combinable:
        """The date in each row's own zone, as SQL.

        Zones are grouped by the date they show (three groups at most), so the database
        compares plain dates and needs no time-zone arithmetic of its own: the same SQL
        serves PostgreSQL and SQLite.
        """
        default = Value(_plus(self.utc_date, plus_days), output_field=DateField())
        if self.instant is None:
            return default
        others = {
            day: names
            for day, names in _zones_by_date(self.instant).items()
            if day != self.utc_date
        }
        return Case(
            *(
                When(OneOf(zone_field, names), then=Value(_plus(day, plus_days)))
                for day, names in sorted(others.items())
            ),
            default=default,
            output_field=DateField(),
        )

    def latest(self, *, plus_days: int = 0) -> date:
        """No zone's date is later than this: a plain bound that an index can use."""
        return _plus(self.utc_date, plus_days + (self.instant is not None))

    def earliest(self, *, plus_days: int = 0) -> date:
        """No zone's date is earlier than this: the plain bound on the other side."""
        return _plus(self.utc_date, plus_days - (self.instant is not None))

    def end_of_day(self, zone: str = "UTC") -> datetime:
        """The first instant after this date in a zone: what ``as of`` that date means."""
        return _midnight_after(self.in_zone(zone), zone)


def _plus(day: date, days: int) -> date:
    """So many days later, or the first or last day there is: a question may ask of year 1."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def end_of_day_expression(day: date, zone_field: str) -> Combinable:
    """The first instant after a date in each row's own zone, as SQL.

    What ``as of`` a past day means: everything that was said before that instant.
    """
    default = _midnight_after(day, "UTC")
    return Coalesce(EndOfDay(zone_field, day), Value(default), output_field=DateTimeField())


@lru_cache(maxsize=64)
def _day_ends(day: date, write: Callable[[datetime], str]) -> str:
    """The instant at which a day is over, by zone, as a database writes it: a JSON object."""
    return json.dumps({name: write(_midnight_after(day, name)) for name in sorted(zone_names())})


def _midnight_after(day: date, zone: str) -> datetime:
    following = datetime.combine(day + timedelta(days=1), time.min, tzinfo=_zone(zone))
    return following.astimezone(UTC)
