"""One town for all questions of a module, and no log of thousands of refusals."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.access.town import Town, town


@pytest.fixture(scope="module")
def place(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Town]:
    """Everybody and everything, built once."""
    with django_db_blocker.unblock(), town() as built:
        yield built


@pytest.fixture(autouse=True)
def without_log() -> Iterator[None]:
    """Refusals are what is asked for here: nobody reads of each."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
