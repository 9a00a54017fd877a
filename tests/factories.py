"""The fixed cast, and small builders for everything around it.

One programme, the network AURORA with everybody in it, and the network BOREAS that is
none of their business. Tests change one thing and assert one thing.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from milestones.models import Deliverable, Milestone, WorkPackage
from networks.acts import Act
from networks.models import (
    Event,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
    ProgrammeRole,
    User,
)

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PASSWORD = "a long and easy password"
_numbers = count(1)


def user(name: str = "", **fields: Any) -> User:
    """A person; the e-mail address follows from the name."""
    number = next(_numbers)
    name = name or f"Person {number}"
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}.{number}@example.org")
    return User.objects.create_user(email, PASSWORD, name=name, **fields)


def organisation(**fields: Any) -> Organisation:
    """An institute in Italy, unless told otherwise."""
    values = {"name": f"Institute {next(_numbers)}", "country": "IT", "kind": "research"}
    return Organisation.objects.create(**(values | fields))


def programme(**fields: Any) -> Programme:
    """A programme of collaborative network awards."""
    slug = f"programme-{next(_numbers)}"
    values = {"slug": slug, "name": slug.title(), "kind": Programme.Kind.NETWORK}
    return Programme.objects.create(**(values | fields))


def network(**fields: Any) -> Network:
    """An active network of four years from 2025-01-01, in UTC."""
    number = next(_numbers)
    values = {
        "reference": f"REF-{number}",
        "acronym": f"NET{number}",
        "title": f"Network {number}",
        "starts": date(2025, 1, 1),
        "ends": date(2028, 12, 31),
        "state": Network.State.ACTIVE,
    }
    values["programme"] = fields.pop("programme", None) or programme()
    return Network.objects.create(**(values | fields))


def partner(network: Network, **fields: Any) -> Partner:
    """A beneficiary of a network, at an organisation of its own."""
    number = next(_numbers)
    values = {"number": str(number), "short_name": f"P{number}"}
    values["organisation"] = fields.pop("organisation", None) or organisation()
    return Partner.objects.create(network=network, **(values | fields))


def member(network: Network, role: str, person: User | None = None, **fields: Any) -> User:
    """A person with a role in a network; returns the person."""
    person = person or user(f"{role} {network.acronym}")
    Member.objects.create(network=network, user=person, role=role, **fields)
    return person


def programme_role(
    programme: Programme, role: str, person: User | None = None, **fields: Any
) -> User:
    """A person with a role in a programme; returns the person."""
    person = person or user(f"{role} {programme.slug}")
    if role == "funder":
        fields.setdefault("organisation", organisation(kind="funder"))
    ProgrammeRole.objects.create(programme=programme, user=person, role=role, **fields)
    return person


def work_package(network: Network, **fields: Any) -> WorkPackage:
    """A work package."""
    number = next(_numbers)
    values = {"code": f"WP{number}", "title": f"Work package {number}"}
    return WorkPackage.objects.create(network=network, **(values | fields))


def milestone(
    network: Network, *, work_packages: list[WorkPackage] | None = None, **fields: Any
) -> Milestone:
    """A planned milestone due 2026-06-30, without its history row."""
    number = next(_numbers)
    values = {
        "code": f"MS{number}",
        "title": f"Milestone {number}",
        "due_month": 18,
        "contractual_date": date(2026, 6, 30),
        "means_of_verification": "A signed protocol",
    }
    item = Milestone.objects.create(network=network, **(values | fields))
    item.work_packages.set(work_packages or [])
    item.refresh_from_db()
    return item


def deliverable(network: Network, **fields: Any) -> Deliverable:
    """A pending, public report due 2026-06-30, without its history row."""
    number = next(_numbers)
    values = {
        "code": f"D1.{number}",
        "title": f"Deliverable {number}",
        "due_month": 18,
        "contractual_date": date(2026, 6, 30),
        "type": "R",
        "dissemination_level": "PU",
    }
    item = Deliverable.objects.create(network=network, **(values | fields))
    item.refresh_from_db()
    return item


def act(by: User | None = None, at: datetime = NOW, **fields: Any) -> Act:
    """An act on a page at noon of 15 June 2026 UTC."""
    return Act(by=by, at=at, channel=fields.pop("channel", Event.Channel.PAGE), **fields)


PROGRAMME_ROLES = ("manager", "officer", "chair", "reviewer", "funder")
NETWORK_ROLES = ("lead", "deputy", "wp_lead", "member", "observer")


@dataclass
class Cast:
    """Everybody, by role, around AURORA; ``stranger`` belongs to BOREAS only."""

    programme: Programme
    aurora: Network
    boreas: Network
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def cast() -> Cast:
    """The fixed cast: one person per role of AURORA, and a stranger who leads BOREAS."""
    awards = programme(slug="network-awards", name="Network awards")
    aurora = network(programme=awards, acronym="AURORA", reference="AUR-1")
    boreas = network(acronym="BOREAS", reference="BOR-1")
    company = Cast(awards, aurora, boreas)
    society = organisation(name="Society of the North", kind="funder", country="NO")
    partner(aurora, organisation=society, kind="funder", short_name="SotN", number="90")
    for role in PROGRAMME_ROLES:
        extra = {"organisation": society} if role == "funder" else {}
        company.people[role] = programme_role(awards, role, user(role.title()), **extra)
    home = partner(aurora, kind="coordinator", short_name="Home", number="1")
    for role in NETWORK_ROLES:
        company.people[role] = member(aurora, role, user(role.title()), partner=home)
    company.people["stranger"] = member(boreas, "lead", user("Stranger"))
    return company
