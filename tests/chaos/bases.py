"""Databases of a run's own: each a copy of one that was migrated once."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

import environ

from tests.chaos.sizes import POSTGRESQL, SQLITE
from tests.servers.postgres import Postgres
from tests.servers.processes import clean_environment, manage

TEMPLATE = "chaos_template"


class Base(Protocol):
    """A migrated, empty database, and copies of it."""

    kind: ClassVar[str]

    def copy(self, folder: Path) -> str:
        """Make a copy and return its address."""

    def drop(self) -> None:
        """Remove all copies."""


def name(url: str) -> str:
    """Of the database at an address, as Django's settings have it."""
    found: str = environ.Env.db_url_config(url)["NAME"]
    return found


@dataclass
class Sqlite:
    """A file, and files beside each run."""

    kind: ClassVar[str] = SQLITE
    file: Path

    def copy(self, folder: Path) -> str:
        """A file in the given folder, which goes with it."""
        return f"sqlite:///{shutil.copy(self.file, folder / f'{uuid4().hex}.sqlite3')}"

    def drop(self) -> None:
        """They go with their folders."""


@dataclass
class PostgreSql:
    """A template, and databases made from it."""

    kind: ClassVar[str] = POSTGRESQL
    server: Postgres
    copies: list[str] = field(default_factory=list)

    def copy(self, folder: Path) -> str:
        """One more database on the same server."""
        name = f"chaos_{uuid4().hex}"
        self.server.run(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        self.copies.append(name)
        return self.server.database_url(name)

    def drop(self) -> None:
        """Also where somebody is still connected."""
        while self.copies:
            self.server.run(f'DROP DATABASE "{self.copies.pop()}" WITH (FORCE)')


@contextmanager
def made_once(folder: Path, name: str) -> Iterator[bool]:
    """Whether this is the first of the run's processes to come here; the others wait for it."""
    with (folder / f"{name}.lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file.read() == ""
        file.write("made")


def sqlite(folder: Path) -> Sqlite:
    """Migrate a file."""
    file = folder / "template.sqlite3"
    with made_once(folder, "sqlite") as first:
        if first:
            migrate(f"sqlite:///{file}", folder)
    return Sqlite(file)


def postgresql(server: Postgres, folder: Path) -> PostgreSql:
    """Migrate a database, the same for all processes of the run that share a server."""
    with made_once(folder, f"postgresql-{urlsplit(server.url).port}") as first:
        if first:
            server.run(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')
            migrate(server.create(TEMPLATE), folder)
    return PostgreSql(server)


def migrate(url: str, folder: Path) -> None:
    """As an operator would."""
    env = clean_environment(DATABASE_URL=url, DATA_DIR=str(folder), DEBUG="1")
    for command in ("migrate", "createcachetable"):
        done = manage(env, command)
        assert done.returncode == 0, done.stderr
