"""The cast of the reminders' tests, and a clock that every test names itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from milestones.models import Milestone
from networks.models import Member
from notifications.models import Message
from notifications.services import delivering, plan, sweep, taking
from tests import factories
from tests.factories import Cast
from tests.notifications.clocks import Clock
from tests.notifications.returned import headers_of
from tests.notifications.scripted import Script, serving


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast around AURORA; everybody lives in UTC."""
    return factories.cast()


@pytest.fixture
def relay(settings: Any) -> Iterator[Script]:
    """A mail server that answers as it is told; it is the one in use."""
    with serving(Script(), settings) as script:
        yield script


@pytest.fixture
def item(cast: Cast) -> Milestone:
    """A milestone of AURORA, due on Monday 8 June 2026."""
    return factories.milestone(cast.aurora, contractual_date=date(2026, 6, 8))


@pytest.fixture
def many(cast: Cast, relay: Script) -> list[Message]:
    """A morning on which the server refused everybody."""
    for role in ("lead", "member", "deputy"):
        factories.milestone(
            cast.aurora,
            contractual_date=date(2026, 6, 8),
            responsible=Member.objects.get(user=cast[role]),
        )
    relay.say("dot", "550 no")
    sweep(at("2026-06-01 08:00"))
    relay.forget()
    return list(Message.objects.order_by("pk"))


@pytest.fixture
def headers(item: Milestone, relay: Script) -> dict[str, str]:
    """Those of the morning's mail, as the server got it."""
    sweep(at("2026-06-01 08:00"))
    return headers_of(relay.received[0])


@pytest.fixture
def people(cast: Cast) -> Callable[[int], list[str]]:
    """So many people with a mail each; their addresses in the order of the queue."""

    def make(number: int) -> list[str]:
        for _ in range(number):
            person = factories.member(cast.aurora, "member")
            factories.milestone(
                cast.aurora,
                contractual_date=date(2026, 6, 8),
                responsible=Member.objects.get(user=person),
            )
        plan(at("2026-06-01 08:00"))
        rows = Message.objects.order_by("pk")
        return list(rows.values_list("recipient__email", flat=True))

    return make


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of a pass, which stands until the test moves it."""
    clock = Clock()
    for module in (delivering, taking):
        monkeypatch.setattr(module, "ticks", clock)
    return clock


def at(text: str) -> datetime:
    """An instant, written like 2026-06-15 08:00, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
