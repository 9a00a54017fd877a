"""A calendar as RFC 5545 wants it, the same bytes as long as nothing has changed.

Escaping, and folding at 75 octets, are the library's work; what a line says is ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.prop import vDuration, vUri

from networks.duties import Dated
from networks.wording import in_a_sentence
from notifications.models import CalendarFeed
from notifications.services.links import absolute
from notifications.words import in_words, one_line

# How often we ask calendars to come back. Google and Outlook decide for themselves.
REFRESH = timedelta(hours=3)
# For what has a date and no history at all: any fixed instant will do.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_OVER = ("closed", "terminated")


def calendar_text(feed: CalendarFeed, dates: Iterable[Dated]) -> bytes:
    """The calendar, in the language that is in force.

    There is no METHOD, so that DTSTAMP means "last revised" (RFC 5545, 3.8.7.2) and not
    the moment of asking: the text, and with it the ETag, changes only with the plan.
    """
    calendar = Calendar()
    name = f"{feed_name(feed)} · {settings.SITE_NAME}"
    calendar.add("prodid", "-//Network Tracker//Calendar feed 1//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # RFC 7986, and beside each the older name that Google, Outlook and Apple still read.
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for dated in dates:
        calendar.add_component(_event(dated))
    text: bytes = calendar.to_ical()
    return text


def feed_name(feed: CalendarFeed) -> str:
    """What the calendar is called."""
    if feed.network is not None:
        return feed.network.acronym
    if feed.programme is not None:
        return feed.programme.name
    return _("My networks") if feed.with_networks else _("My deadlines")


def _event(dated: Dated) -> Event:
    duty, event = dated.duty, Event()
    changed = (dated.changed_at or _LONG_AGO).astimezone(UTC).replace(microsecond=0)
    event.add("uid", f"{duty.kind}-{duty.id}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    # Version 1 is the first date. An end is final, so nothing ever lowers the number.
    event.add("sequence", duty.deadline_version - 1 + _is_off(dated))
    # A date without an end lasts that one day (3.6.1), in whatever zone the reader is.
    event.add("dtstart", duty.due_date)
    event.add("summary", summary(dated))
    event.add("description", "\n".join(_lines(dated)))
    event.add("url", vUri(absolute(duty.url)))
    event.add("status", _status(dated))
    # A deadline takes nobody's day: the person stays free to be invited.
    event.add("transp", "TRANSPARENT")
    return event


def _is_off(dated: Dated) -> bool:
    """Whether the date will not come: the item was dropped, or its network ended before it."""
    return dated.ended or (dated.network_state in _OVER and not dated.done)


def _status(dated: Dated) -> str:
    if _is_off(dated):
        return "CANCELLED"
    if dated.network_state == "suspended" and not dated.done:
        return "TENTATIVE"
    return "CONFIRMED"


def summary(dated: Dated) -> str:
    """``MYELOOM MS15 First patient in (at risk)``: what a month's view has room for."""
    duty = dated.duty
    name = f"{duty.acronym} {duty.code}"
    if not dated.in_plan:
        name = f"{name} {duty.label}:"
    return one_line(f"{name} {duty.title} ({in_a_sentence(_state(dated))})")


def _state(dated: Dated) -> str:
    duty = dated.duty
    if dated.done or dated.ended:
        return str(duty.state_label)
    if dated.network_state == "suspended":
        return _("Network suspended")
    return str(duty.confidence_label or duty.state_label)


def _lines(dated: Dated) -> list[str]:
    duty = dated.duty
    facts = [f"{duty.label} {duty.code}: {duty.state_label}"]
    if not (dated.done or dated.ended):
        if duty.confidence:
            about = {"confidence": duty.confidence_label, "percent": duty.percent}
            facts.append(_("%(confidence)s, %(percent)d%% done") % about)
        if duty.forecast_date and duty.forecast_date != duty.due_date:
            expected = in_words(duty.forecast_date)
            facts.append(_("The lead expects it on %(day)s.") % {"day": expected})
    # Not every calendar shows the URL property.
    return [*(one_line(fact) for fact in facts), absolute(duty.url)]
