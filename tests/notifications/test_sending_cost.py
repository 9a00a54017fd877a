"""What sending costs: at most one statement for each mail of a full batch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milestones.models import Milestone
from networks.models import Member
from notifications.models import Message
from notifications.services import deliver, plan
from notifications.services.gate import enter
from tests import factories
from tests.factories import Cast
from tests.notifications.conftest import at
from tests.notifications.scripted import Script, serving

pytestmark = pytest.mark.django_db
MONDAY = at("2026-06-01 08:00")
LINES = 10


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    with serving(Script(), settings) as script:
        yield script


def digests(cast: Cast, people: int) -> None:
    """Plan so many digests of ten lines each."""
    for number in range(people):
        person = factories.member(cast.aurora, "member")
        member = Member.objects.get(user=person)
        for line in range(LINES):
            factories.milestone(
                cast.aurora,
                code=f"M{number}-{line}",
                contractual_date=date(2026, 6, 8),
                responsible=member,
            )
    enter(MONDAY)
    plan(MONDAY)
    assert Message.objects.count() == people
    assert Milestone.objects.filter(network=cast.aurora).count() == LINES * people


def statements(relay: Script, mails: int) -> int:
    with CaptureQueriesContext(connection) as asked:
        deliver(MONDAY + timedelta(seconds=1))
    assert len(relay.received) == mails
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    count = sum(not query["sql"].startswith(control) for query in asked.captured_queries)
    return count


def test_a_full_batch_takes_at_most_one_statement_for_each_mail(
    cast: Cast, relay: Script, settings: Any
) -> None:
    settings.MAIL_BATCH = 50
    digests(cast, settings.MAIL_BATCH)
    assert statements(relay, settings.MAIL_BATCH) <= settings.MAIL_BATCH
