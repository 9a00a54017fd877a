"""What a calendar holds: the dates its owner may see at the moment of reading."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from networks import access
from networks.clock import Today
from networks.duties import Audience, Dated, DutySource, sources
from networks.models import User
from notifications.models import CalendarFeed

# Calendars look ahead; half a year back keeps what was lately due, done or dropped.
BACK = timedelta(days=180)
# Of each kind. More than any network has; a programme of hundreds shows the nearest.
MOST = 2000


def dates_of(feed: CalendarFeed, today: Today) -> list[Dated]:
    """The dates of a calendar, nearest first; a fixed number of statements per kind."""
    since = today.utc_date - BACK
    found: dict[tuple[str, int], Dated] = {}
    for each in sources():
        if feed.kind == CalendarFeed.Kind.OWN:
            dates = _own(each, feed.user, today, since)
            if feed.with_networks:
                dates += each.dated(feed.user, access.in_charge(feed.user), since, MOST) or []
        else:
            dates = each.dated(feed.user, _where(feed), since, MOST) or []
        found |= {dated.duty.key: dated for dated in dates}
    return sorted(found.values(), key=_order)


def _where(feed: CalendarFeed) -> Q:
    if feed.network_id is not None:
        return Q(pk=feed.network_id)
    return Q(programme_id=feed.programme_id)


def _own(each: DutySource, person: User, today: Today, since: date) -> list[Dated]:
    """What is the person's own duty, or was while it was open."""
    dates = each.dated(person, access.team(person), since, MOST)
    if dates is None:
        near = each.near(person, date.max, today.utc_date)
        dates = [Dated(duty=duty, in_plan=False) for duty in near if duty.due_date >= since]
    audiences = each.audiences([dated.duty for dated in dates], today.utc_date)
    return [
        dated
        for dated in dates
        if person.pk in audiences[dated.duty.id][Audience.RESPONSIBLE.value]
    ]


def _order(dated: Dated) -> tuple[date, str, str, int]:
    duty = dated.duty
    return duty.due_date, duty.acronym, duty.kind, duty.id
