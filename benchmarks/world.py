"""Rows to measure with: people with ten deadlines each, and many more that are far away.

Everybody may be written to at any hour of any day, so that a run gives the same on a
Sunday night.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import GeneratedField

from milestones.models import Confidence, Milestone
from networks.models import Member, Network, Programme, User
from notifications.models import Preference

LINES = 10
NETWORKS = 200
LANGUAGES = ("en", "fr", "de", "it", "es", "nl")
TITLES = (
    "First patient in at the third clinical site",
    "Protocol & statistical analysis plan signed",
    "Data management plan, second version",
    "Kick-off meeting held",
    "Interim report on the “multi-centre” cohort",
)
BATCH = 2000


@transaction.atomic
def settle_people(count: int, today: date) -> None:
    """So many people with ten deadlines in two networks, from 2 days late to 25 days ahead."""
    programme = Programme.objects.create(slug="bench", name="Benchmark", kind="other")
    networks = Network.objects.bulk_create(
        Network(
            programme=programme,
            reference=f"B-{number}",
            acronym=f"NET-{number}",
            title=f"Network {number}",
            starts=today - timedelta(days=400),
            ends=today + timedelta(days=4000),
            state=Network.State.ACTIVE,
        )
        for number in range(NETWORKS)
    )
    people = User.objects.bulk_create(
        User(
            email=f"person{number}@example.org",
            name=f"Zoë Person {number}",
            language=LANGUAGES[number % len(LANGUAGES)],
            password="!",
        )
        for number in range(count)
    )
    Preference.objects.bulk_create(
        Preference(user=person, digest_hour=0, weekdays="1234567") for person in people
    )
    members = Member.objects.bulk_create(
        Member(user=person, network=networks[(7 * number + half) % NETWORKS], role="member")
        for number, person in enumerate(people)
        for half in (0, 1)
    )
    Milestone.objects.bulk_create(_deadlines(members, today), batch_size=BATCH)


def _deadlines(members: list[Member], today: date) -> Iterator[Milestone]:
    for place, member in enumerate(members):
        for number in range(LINES // 2):
            spoken_of = number % 2 == 1
            yield Milestone(
                network_id=member.network_id,
                responsible=member,
                code=f"MS{place}.{number}",
                code_key=f"{place:09}.{number}",
                title=TITLES[number],
                contractual_date=today + timedelta(days=6 * number + 3 * (place % 2) - 2),
                confidence=Confidence.AT_RISK if spoken_of else "",
                forecast_date=today + timedelta(days=40 + number) if spoken_of else None,
            )


@transaction.atomic
def add_far_items(count: int, today: date) -> None:
    """So many more open milestones, of which none is due within a year: one statement."""
    first = Milestone.objects.create(
        network=Network.objects.order_by("pk")[0],
        code="FAR",
        code_key="FAR",
        title="A milestone of a later year",
        contractual_date=today + timedelta(days=400),
    )
    multiply(
        first,
        count - 1,
        {
            "code": "first.code || number",
            "code_key": "first.code_key || number",
            "contractual_date": "first.contractual_date + number % 2000",
            "network_id": f"first.network_id + number % {NETWORKS}",
        },
    )


def multiply(first: Milestone, count: int, changed: dict[str, Any]) -> None:
    """So many more like one milestone, in one statement; ``changed`` are columns as SQL."""
    columns = [
        field.column or ""
        for field in Milestone._meta.concrete_fields
        if not field.primary_key and not isinstance(field, GeneratedField)
    ]
    table = Milestone._meta.db_table
    values = [changed.get(column, f"first.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM {table} AS first, generate_series(1, {count}) AS number "
            f"WHERE first.id = {first.pk}"
        )
        cursor.execute("ANALYZE")
