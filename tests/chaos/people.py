"""Who is owed a mail: people of one network, with items that fall due."""

import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import connections, transaction
from django.utils import timezone

from milestones.models import Milestone, StatusUpdate
from networks.models import ApiToken, Member, Network, User
from notifications.models import Preference
from tests import factories

# The step of the ladder on whose day most runs take place.
STEP = timedelta(days=7)
# Tells the people of one run from those of another at the same mail server.
HOUSE = "house"


def address(number: int, house: str = HOUSE) -> str:
    """Of one of them; known to the judge, who does not ask the database."""
    return f"p{number}@{house}.example.org"


def known(number: int, house: str = HOUSE) -> bool:
    """Whether this one has been invited."""
    return User.objects.filter(email=address(number, house)).exists()


@transaction.atomic
def invite(numbers: Iterable[int], dues: Sequence[date], hour: int = 0, house: str = HOUSE) -> None:
    """Plan items for each of these people, who read their mail on any day from an hour on."""
    network = Network.objects.first() or factories.network()
    people = User.objects.bulk_create(
        User(email=address(n, house), name=f"Person {n}") for n in numbers
    )
    Preference.objects.bulk_create(
        Preference(user=person, digest_hour=hour, weekdays="1234567") for person in people
    )
    members = Member.objects.bulk_create(
        Member(network=network, user=person, role="member") for person in people
    )
    Milestone.objects.bulk_create(
        Milestone(
            network=network,
            code=f"MS{member.pk}.{number}",
            title="One of many",
            due_month=18,
            contractual_date=due,
            responsible=member,
        )
        for member in members
        for number, due in enumerate(dues)
    )


def come(*, mails: int, first: int = 0, house: str = HOUSE) -> None:
    """They are owed a mail today."""
    invite(range(first, mails), [timezone.now().date() + STEP], house=house)
    connections.close_all()


def trickle(*, mails: int, waves: int, seconds: float) -> None:
    """As above, a few at a time."""
    for wave in range(waves):
        come(first=mails * wave // waves, mails=mails * (wave + 1) // waves)
        time.sleep(seconds / waves)


def writer() -> dict[str, object]:
    """Somebody with a token and a milestone that is not due for long; nobody is owed a mail."""
    network = Network.objects.first() or factories.network()
    lead = factories.member(network, "lead")
    far = timezone.now().date() + timedelta(days=300)
    item = factories.milestone(network, contractual_date=far)
    _, token = ApiToken.objects.create(user=lead, name="chaos")
    return {"token": token, "milestone": item.pk}


def updates() -> int:
    """How many status updates are on file."""
    return StatusUpdate.objects.count()
