"""Anything may happen at any time: see :mod:`tests.notifications.machine`."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as how
from hypothesis.stateful import run_state_machine_as_test

from tests.notifications.faulty_relay import faulty_relay
from tests.notifications.machine import Reminding

# `make chaos` and a search by hand ask for more.
RUNS = int(os.environ.get("MACHINE_RUNS", "20"))
# Looking for a shorter story takes longer than a test may: MACHINE_SHRINK=1 asks for it.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
if os.environ.get("MACHINE_SHRINK") == "1":
    PHASES.append(Phase.shrink)


@pytest.fixture
def silent() -> Iterator[None]:
    """Each fault is logged; of thousands nobody reads the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.django_db
@pytest.mark.usefixtures("silent")
def test_whatever_happens_reminders_are_neither_lost_nor_doubled(
    settings: Any, tmp_path: Path
) -> None:
    with faulty_relay(settings) as relay:
        Reminding.relay, Reminding.settings, Reminding.folder = relay, settings, tmp_path
        run_state_machine_as_test(
            Reminding,
            settings=how(
                max_examples=RUNS,
                stateful_step_count=30,
                deadline=None,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
