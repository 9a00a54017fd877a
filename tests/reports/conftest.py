"""A panel over a report, and the noon at which the tests about it are."""

from typing import Any

import pytest

from tests import factories
from tests.reports.rounds import Panel, panel


@pytest.fixture
def clock(time_machine: Any) -> None:
    """Noon of 15 June 2026, as in the factories."""
    time_machine.move_to(factories.NOW, tick=False)


@pytest.fixture
def world() -> Panel:
    """A report that is submitted, and everybody who has to do with it."""
    return panel()
