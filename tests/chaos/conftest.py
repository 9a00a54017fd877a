"""Arenas on both databases. Each test makes its own, so one run of the suite has them all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import bases
from tests.chaos.arena import Arena
from tests.chaos.sizes import PLAIN, POSTGRESQL, SQLITE
from tests.servers.postgres import Postgres
from tests.servers.processes import Processes

Enter = Callable[..., Arena]


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the run's that its processes share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def sqlite_base(common: Path) -> bases.Base:
    return bases.sqlite(common)


@pytest.fixture(scope="session")
def postgresql_base(postgres_server: Postgres, common: Path) -> bases.Base:
    return bases.postgresql(postgres_server, common)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def base(request: pytest.FixtureRequest) -> Iterator[bases.Base]:
    """An empty database to copy, of each kind."""
    found: bases.Base = request.getfixturevalue(f"{request.param}_base")
    yield found
    found.drop()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """As ever, but killed in the end: each run is judged by then, and there are many."""
    family = Processes(tmp_path)
    yield family
    family.kill()


@pytest.fixture
def enter(base: bases.Base, tmp_path: Path, processes: Processes) -> Enter:
    """Opens an arena with a relay of the wanted kind."""

    def make(relay: str = PLAIN, name: str = "arena", **more: str) -> Arena:
        folder = tmp_path / name
        folder.mkdir()
        return Arena(folder, base.copy(folder), processes, relay, more)

    return make


@pytest.fixture
def said(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Any:
    """Leaves the figures in the report, on the screen, and in a file that CHAOS_FIGURES names.

    The screen is the standard error: of a run by several processes it is all that is seen.
    """
    kept = os.environ.get("CHAOS_FIGURES")

    def say(figures: object) -> None:
        record_property("chaos", str(figures))
        line = f"{request.node.name}: {figures}\n"
        sys.stderr.write(line)
        if kept:
            with Path(kept).open("a") as file:
                file.write(line)

    return say
