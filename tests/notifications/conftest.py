"""The cast of the reminders' tests, and a clock that every test names itself."""

from datetime import UTC, datetime

import pytest

from tests import factories
from tests.factories import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast around AURORA; everybody lives in UTC."""
    return factories.cast()


def at(text: str) -> datetime:
    """An instant, written like 2026-06-15 08:00, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
