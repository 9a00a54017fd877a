"""Fixtures for all tests, and what makes Django's settings quick and harmless for them.

The suite runs on the database that DATABASE_URL names, SQLite without one; `make test` runs
it on both. Real servers and processes come from :mod:`tests.servers`.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from playwright.sync_api import Browser, sync_playwright

from tests.servers import Missing, broker, browser, mail, postgres
from tests.servers.processes import Processes, clean_environment

# Playwright runs a loop of its own in this thread, which Django would take for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
STRICT = os.environ.get("REQUIRE_SERVERS") == "1"
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
SCRATCH = pytest.StashKey[Path]()
# In the second run only tests that ask the database are asked again (scripts/test.py).
AGAIN = os.environ.get("TESTS_OF_THE_DATABASE") == "1"
# What opens the run's database; whatever else does so ends in pytest-django's refusal.
ASKING = {"db", "transactional_db", "live_server", "django_db_setup"}
LEFT_OUT = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the settings quick, before the first test touches them."""
    scratch = Path(tempfile.mkdtemp(prefix="tracker-test-"))
    config.stash[SCRATCH] = scratch
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # Only the tests about it want a thread that sweeps after a request.
    settings.SWEEP_FROM_WEB = False
    # Each test process is an installation of its own: what it may send from stands there.
    settings.DATA_DIR = scratch
    settings.JOURNAL_DIR = scratch / "journal"
    for name in ("STATIC_ROOT", "MEDIA_ROOT"):
        (scratch / name).mkdir()
        setattr(settings, name, str(scratch / name))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        make_sqlite_quick(settings.DATABASES["default"], scratch)
    clean_up = past_triggers if connections["default"].vendor == "sqlite" else with_cascade
    engine = type(connections["default"].ops)
    engine.sql_flush = clean_up(engine.sql_flush)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database leave out, and say so, what does not ask the database."""
    if not AGAIN:
        return
    left_out = [item for item in items if not asks_the_database(item)]
    items[:] = [item for item in items if asks_the_database(item)]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = len(left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how much it has left out: pytest-xdist keeps silent about it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each worker has collected everything, and left out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what the second run did not ask again."""
    if AGAIN:
        left_out = config.stash.get(LEFT_OUT, 0)
        terminalreporter.write_line(f"{left_out} deselected: they ask no database.")


def asks_the_database(item: pytest.Item) -> bool:
    """Say whether a test may open the run's database; without mark and fixture it may not."""
    asked = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(asked & ASKING)


def pytest_sessionstart() -> None:
    """Look through all objects for garbage less often: that took a tenth of the run.

    What is imported by now stays to the end, and what a test leaves behind is little.
    """
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Collected tests and modules are no garbage either, and are never looked through again."""
    gc.collect()
    gc.freeze()


def make_sqlite_quick(database: dict[str, Any], scratch: Path) -> None:
    """Use a file, as the product does, so that real workers can open it too."""
    database.setdefault("TEST", {})["NAME"] = str(scratch / "test.sqlite3")
    pragmas = database["OPTIONS"]["init_command"]
    database["OPTIONS"]["init_command"] = pragmas.replace("synchronous=FULL", "synchronous=OFF")


def past_triggers(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Let a test's clean-up on SQLite pass the triggers that forbid DELETE in history.

    SQLite has no TRUNCATE, so Django deletes row by row, which the triggers rightly refuse.
    They are dropped and made again within the clean-up's own transaction.
    """

    def wrapped(self: BaseDatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f"DROP TRIGGER {self.quote_name(name)}" for name, _ in triggers]
        return [*drops, *sql_flush(self, *args, **kwargs), *(sql for _, sql in triggers)]

    return wrapped


def with_cascade(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Let a test's clean-up on PostgreSQL empty tables that have no model of their own.

    Knox migrates its own token table although ours replaces it, and that table refers to
    people. Triggers stay: TRUNCATE meets none of those that guard single rows.
    """

    def wrapped(self: BaseDatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        return sql_flush(self, *args, **{**kwargs, "allow_cascade": True})

    return wrapped


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's files."""
    shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """In CI nothing may be left out: there a skip is a failure."""
    outcome = yield
    report = outcome.get_result()
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which REQUIRE_SERVERS=1 forbids: {report.longrepr}"


@pytest.fixture(autouse=True)
def new_installation() -> None:
    """Each test begins with an installation that has sent nothing, like its database."""
    (Path(settings.DATA_DIR) / "sending.json").unlink(missing_ok=True)


def or_skip(start: Callable[[], Any]) -> Any:
    """Start a server, or skip with the sentence that says what to install."""
    try:
        return start()
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A private PostgreSQL, whatever database the suite itself runs on."""
    server = or_skip(postgres.start)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[broker.Redis]:
    """A private Redis or Valkey for the whole run."""
    server = or_skip(broker.start)
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: broker.Redis) -> str:
    """The address of an empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture
def mail_sink() -> Iterator[mail.MailSink]:
    """An SMTP server of this test's own, with a journal."""
    sink = mail.start()
    yield sink
    sink.stop()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Starts workers, beat and gunicorn; all are stopped at the end of the test."""
    family = Processes(tmp_path)
    yield family
    family.stop()


@pytest.fixture
def child_env(
    transactional_db: None, redis_url: str, mail_sink: mail.MailSink, tmp_path: Path
) -> dict[str, str]:
    """The environment of real processes that share this test's own database.

    What the test writes by the ORM a worker sees, and the other way round.
    """
    return clean_environment(
        DATABASE_URL=address_of_test_database(),
        REDIS_URL=redis_url,
        EMAIL_URL=mail_sink.url,
        DATA_DIR=str(tmp_path),
        SITE_URL="http://localhost:8000",
    )


def address_of_test_database() -> str:
    """Write the test database as a DATABASE_URL for another process."""
    facts = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    password = f":{quote(facts['PASSWORD'])}" if facts["PASSWORD"] else ""
    where = f"{facts['HOST']}:{facts['PORT'] or 5432}"
    return f"postgres://{quote(facts['USER'])}{password}@{where}/{facts['NAME']}"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return str(or_skip(browser.chromium))


@pytest.fixture(scope="session")
def chrome(chromium: str) -> Iterator[Browser]:
    """One browser for the whole run: Playwright cannot be started twice in a process."""
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real plans that lie beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"The real plans are not on this machine: {SHARED_DATA} is missing.")
    return SHARED_DATA
