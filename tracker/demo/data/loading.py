"""Loads everything in one transaction: all of the demo's data, or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from networks.acts import Act
from networks.models import Event, Programme, User
from networks.services.networks import create_programme
from networks.services.people import grant_role
from networks.services.publishing import publish
from tracker.demo.data.accounts import MARK
from tracker.demo.data.alliance import PROGRAMMES, ROLES, WHERE
from tracker.demo.data.awards import AWARDS, STORIES
from tracker.demo.data.history import History
from tracker.demo.data.moments import Moments
from tracker.demo.data.people import People, key_of, write_people
from tracker.demo.data.planning import start_of, write_award
from tracker.demo.data.reporting import write_reports
from tracker.demo.data.reviewing import write_reviews
from tracker.demo.data.stories import Story
from tracker.demo.data.tables import rows

# The alliance was there, and its programmes open, well before the first award.
FOUNDED = timedelta(days=1500)


def is_loaded() -> bool:
    """Whether the demo's data are here already."""
    return User.objects.filter(email=MARK).exists()


@transaction.atomic
def load(now: datetime, seed: int) -> None:
    """Write the alliance, its people, the awards with their plans, then their history."""
    rng = Random(seed)  # noqa: S311 - the same numbers each time is what is wanted
    moments = Moments(now, rng)
    teams = [plan.team for plans in AWARDS.values() for plan in plans]
    founded = now - FOUNDED
    people = write_people(teams, joined=founded)
    programmes = _write_programmes(people, founded)
    history = History(people, moments)
    for slug, plans in AWARDS.items():
        for plan in plans:
            today = moments.today(plan.time_zone)
            agreed = min(start_of(plan, today), today) - timedelta(days=rng.randint(18, 30))
            planned_at = moments.at(agreed, "Europe/London")
            award = write_award(plan, programmes[slug], people, today, planned_at)
            history.tell(award, STORIES.get(plan.acronym, Story()))
    history.play()
    _publish(people["manager"], programmes, now)
    write_reports(list(programmes.values()), people["manager"], now)
    write_reviews(people, now)


def _publish(manager: User, programmes: dict[str, Programme], now: datetime) -> None:
    """Every network with a lay summary is open to the public."""
    act = Act(manager, now, Event.Channel.PAGE)
    for programme in programmes.values():
        told = programme.networks.exclude(lay_summary="").values_list("pk", flat=True)
        publish(act, programme, open_pages=True, networks=set(told))


def _write_programmes(people: People, founded: datetime) -> dict[str, Programme]:
    act = Act(people["admin"], founded, Event.Channel.ADMIN)
    programmes = {
        slug: create_programme(act, slug=slug, **values) for slug, values in PROGRAMMES.items()
    }
    for email, name, home, role, where in rows(ROLES, 5):
        for slug in WHERE[where]:
            grant_role(
                act,
                programmes[slug],
                user=people[key_of(email, name)],
                role=role,
                organisation=people.home(home),
            )
    return programmes
