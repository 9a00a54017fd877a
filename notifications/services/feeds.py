"""Calendar addresses: making them, taking them back, opening them."""

from __future__ import annotations

from datetime import date
from secrets import token_urlsafe

from django.db import transaction

from networks.acts import Act
from networks.models import Network, Programme, User
from networks.services import record_event
from notifications.models import CalendarFeed
from notifications.services.links import hashed

# 256 bits: nobody guesses an address, so none needs a limit on tries.
SECRET_BYTES = 32
Scope = Network | Programme | None


@transaction.atomic
def make_feed(
    act: Act, person: User, scope: Scope = None, *, with_networks: bool = False
) -> tuple[CalendarFeed, str]:
    """A new address for one calendar of a person, and its secret, told this once.

    Without a scope it is the calendar of their own duties. An earlier address for the same
    calendar stops working.
    """
    # One at a time per person: two presses at once must not meet at the unique constraint.
    User.objects.select_for_update().get(pk=person.pk)
    about = _about(scope)
    earlier = CalendarFeed.objects.visible_to(person).holding().filter(**about)
    earlier.update(revoked_at=act.at)
    token = token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed(
        user=person,
        with_networks=with_networks,
        token_hash=hashed(token),
        created_at=act.at,
        **about,
    )
    feed.full_clean()
    feed.save(force_insert=True)
    record_event(act, "make_calendar_address", feed)
    return feed, token


def _about(scope: Scope) -> dict[str, object]:
    if isinstance(scope, Network):
        return {"kind": CalendarFeed.Kind.NETWORK, "network": scope, "programme": None}
    if isinstance(scope, Programme):
        return {"kind": CalendarFeed.Kind.PROGRAMME, "network": None, "programme": scope}
    return {"kind": CalendarFeed.Kind.OWN, "network": None, "programme": None}


@transaction.atomic
def revoke_feed(act: Act, feed: CalendarFeed) -> bool:
    """End an address. Ending an ended one changes nothing; returns whether it held."""
    held = CalendarFeed.objects.holding().filter(pk=feed.pk).update(revoked_at=act.at)
    if held:
        record_event(act, "revoke_calendar_address", feed)
    return bool(held)


def open_feed(token: str) -> CalendarFeed | None:
    """The calendar behind an address, if its owner still reaches what it is about.

    None for every reason alike: never was, revoked, account closed, left the network.
    """
    feed: CalendarFeed | None = (
        CalendarFeed.objects.holding()
        .filter(token_hash=hashed(token), user__is_active=True)
        .select_related("user", "network", "programme")
        .first()
    )
    return feed if feed is not None and _reached(feed) else None


def _reached(feed: CalendarFeed) -> bool:
    if feed.network_id is not None:
        return Network.objects.visible_to(feed.user).filter(pk=feed.network_id).exists()
    if feed.programme_id is not None:
        return Programme.objects.visible_to(feed.user).filter(pk=feed.programme_id).exists()
    return True


def note_reading(feed: CalendarFeed, day: date) -> None:
    """Remember the day: one write a day, however often a calendar asks."""
    if feed.read_on != day:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_on=day)
