"""Writes organisations and people: each once, however many awards they are in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password

from networks.models import Organisation, User
from tracker.demo.data.accounts import ADMIN, PASSWORD
from tracker.demo.data.alliance import ROLES, SOCIETIES
from tracker.demo.data.institutes import HABITS, INSTITUTES
from tracker.demo.data.tables import rows

_DEMO = "@demo.example"


@dataclass
class People:
    """Organisations by short name, people by the local part of their address."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def home(self, short: str) -> Organisation:
        """The organisation of that short name."""
        return self.organisations[short]

    def __getitem__(self, key: str) -> User:
        return self.users[key]


def local_part(name: str) -> str:
    """``Zoë Van der Byl`` becomes ``zoe.van.der.byl``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z-]+", ".", plain.replace("'", "")).strip(".")


def key_of(email: str, name: str) -> str:
    """How the tables name a person: the local part of the address."""
    return email.split("@")[0] if email else local_part(name)


def write_people(teams: Iterable[str], joined: datetime) -> People:
    """Create all organisations, the alliance's own people, and those of every team."""
    people = People()
    _write_organisations(people)
    wanted = [(email, name, home) for email, name, home, *_ in rows(ROLES, 5)]
    for team in teams:
        wanted += [(email, name, home) for email, name, home, *_ in rows(team, 6)]
    habits = {country: (zone, language) for country, zone, language in rows(HABITS, 3)}
    # One hash for all: a good one takes a tenth of a second, and they share the password.
    password = make_password(PASSWORD)
    for email, name, home in wanted:
        key = key_of(email, name)
        if key not in people.users:
            people.users[key] = _person(people, habits, password, email, name, home)
    people.users["admin"] = User(
        email=ADMIN,
        name="Demo Administrator",
        is_staff=True,
        is_superuser=True,
        password=password,
        country="GB",
        time_zone="Europe/London",
    )
    for user in people.users.values():
        user.date_joined = joined
    User.objects.bulk_create(people.users.values())
    return people


def _write_organisations(people: People) -> None:
    for short, name, country, domain in rows(SOCIETIES, 4):
        _add(people, short, domain, Organisation(name=name, country=country, kind="funder"))
    for short, name, country, kind, domain in rows(INSTITUTES, 5):
        _add(people, short, domain, Organisation(name=name, country=country, kind=kind))
    Organisation.objects.bulk_create(people.organisations.values())


def _add(people: People, short: str, domain: str, organisation: Organisation) -> None:
    organisation.website = f"https://www.{domain}"
    people.organisations[short] = organisation
    people.domains[short] = domain


def _person(
    people: People,
    habits: dict[str, tuple[str, str]],
    password: str,
    email: str,
    name: str,
    home: str,
) -> User:
    country = people.home(home).country
    zone, language = habits[country]
    demo = email.endswith(_DEMO)
    return User(
        email=email or f"{local_part(name)}@{people.domains[home]}",
        name=name,
        country=country,
        time_zone=zone,
        # The demo's own accounts read English, whatever their country.
        language="en" if demo else language,
        # Without a usable password the others come in by mailed link only.
        password=password if demo else make_password(None),
    )
