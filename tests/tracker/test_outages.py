"""The database goes away, a disk fills up: 503 and 507, nothing half done, and it recovers."""

from __future__ import annotations

import json
import resource
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from milestones.models import StatusUpdate
from tests import factories
from tests.api import BASE, client
from tests.factories import Cast
from tests.servers import Missing, postgres
from tests.servers.processes import Processes, clean_environment, manage
from tracker.demo.children import wait_until
from tracker.outages import AWAY, FULL, outage_of

MEGABYTE = 1024 * 1024


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(28, "No space left on device"), FULL),
        (OSError(122, "Disk quota exceeded"), FULL),
        (OSError(2, "No such file"), None),
        (InterfaceError("connection already closed"), AWAY),
        (OperationalError("database or disk is full"), FULL),
        (OperationalError("database is locked"), AWAY),
        (OperationalError("unable to open database file"), AWAY),
        (OperationalError("no such table: x"), None),
        (caused(OperationalError("x"), psycopg.errors.DiskFull()), FULL),
        (caused(OperationalError("x"), psycopg.errors.AdminShutdown()), AWAY),
        (caused(OperationalError("x"), psycopg.OperationalError("refused")), AWAY),
        (ValueError("odd"), None),
        (None, None),
    ],
)
def test_what_passes_is_told_from_a_fault_of_ours(error: Any, outage: Any) -> None:
    assert outage_of(error) == outage


# --- The database goes away -----------------------------------------------------------------


class Stack:
    """A web process on a PostgreSQL of its own, with a lead who has a token and a session."""

    def __init__(self, server: postgres.Postgres, processes: Processes, folder: Path) -> None:
        self.server = server
        self.env = clean_environment(
            DATABASE_URL=server.create("outages"),
            DATA_DIR=str(folder),
            SITE_URL="http://localhost:8000",
        )
        made = manage(self.env, "migrate", "--verbosity", "0")
        assert made.returncode == 0, made.stderr
        made = manage(self.env, "createcachetable")
        assert made.returncode == 0, made.stderr
        said = manage(self.env, "shell", "--no-imports", "-c", PEOPLE)
        line = next(line for line in said.stdout.splitlines() if line.startswith("{"))
        self.facts: dict[str, Any] = json.loads(line)
        self.web, self.address = processes.web(self.env)

    def ask(self, path: str, body: Any = None) -> tuple[int, Any, str]:
        """Status, headers and text of an answer, as the lead."""
        request = Request(f"{self.address}{path}")
        if path.startswith("/api/"):
            request.add_header("Authorization", f"Token {self.facts['token']}")
        elif not path.endswith("z"):
            # A supervisor, who asks /livez and /readyz, is nobody.
            request.add_header("Cookie", f"sessionid={self.facts['session']}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def say(self, percent: int) -> int:
        """Write a status update."""
        body = {"milestone": self.facts["milestone"], "confidence": "on_track", "percent": percent}
        return self.ask(f"{BASE}status-updates/", body)[0]


PEOPLE = """
import json
from django.test import Client
from networks.models import ApiToken
from tests import factories
cast = factories.cast()
item = factories.milestone(cast.aurora)
client = Client()
client.force_login(cast["lead"])
_, token = ApiToken.objects.create(cast["lead"])
session = client.cookies["sessionid"].value
print(json.dumps({"token": token, "session": session, "milestone": item.pk}))
"""


@pytest.fixture
def stack(processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    # Never the server that others use: this one is going to be killed.
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    try:
        server = postgres.start()
    except Missing as missing:
        pytest.skip(str(missing))
    yield Stack(server, processes, tmp_path)
    server.stop()


@pytest.mark.processes
@pytest.mark.sqlite_only
def test_while_the_database_is_gone_it_says_503_and_recovers_by_itself(stack: Stack) -> None:
    child = stack.server.child
    assert child is not None
    assert child.process is not None
    assert (stack.say(10), stack.ask("/")[0]) == (201, 200)
    # As `pg_ctl stop -m immediate`: no good-bye to anybody.
    child.process.send_signal(signal.SIGQUIT)
    child.process.wait(30)
    for _ in range(2):
        status, headers, text = stack.ask(f"{BASE}milestones/")
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert json.loads(text)["status"] == 503
        assert int(headers["Retry-After"]) > 0
        status, headers, text = stack.ask("/")
        assert (status, headers["Retry-After"]) == (503, "10")
        assert "The database does not answer" in text
        assert stack.say(20) == 503
    assert stack.ask("/livez")[0] == 200
    assert stack.ask("/readyz")[0] == 503
    child.start()
    assert wait_until(lambda: stack.ask(f"{BASE}milestones/")[0] == 200, 30)
    assert (stack.say(30), stack.ask("/")[0], stack.ask("/readyz")[0]) == (201, 200, 200)
    told = json.loads(stack.ask(f"{BASE}status-updates/?page_size=200")[2])["results"]
    assert sorted(row["percent"] for row in told) == [10, 30]


@pytest.mark.processes
@pytest.mark.sqlite_only
def test_connections_killed_in_the_middle_of_requests_leave_nothing_half_done(
    stack: Stack,
) -> None:
    over = threading.Event()
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'outages'"

    def killer() -> None:
        while not over.wait(0.05):
            stack.server.run(kill)

    thread = threading.Thread(target=killer)
    thread.start()
    answers = Counter(stack.say(percent) for percent in range(1, 61))
    over.set()
    thread.join()
    assert set(answers) <= {201, 503}, stack.web.tail(60)
    assert answers[503], "nothing was hit: the test has shown nothing"
    assert stack.say(99) == 201
    with psycopg.connect(stack.server.database_url("outages")) as look:
        updates = look.execute("SELECT count(*) FROM milestones_statusupdate").fetchone()
        events = look.execute(
            "SELECT count(*) FROM networks_event WHERE verb = 'update'"
        ).fetchone()
    # Each update has its line in the log; one whose answer was lost may be there as well.
    assert updates == events
    assert updates is not None
    assert answers[201] + 1 <= updates[0] <= 61


# --- A disk is full -------------------------------------------------------------------------


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own limit is used")
def test_a_full_disk_refuses_writes_serves_reads_and_recovers(cast_now: Cast) -> None:
    item = factories.milestone(cast_now.aurora)
    lead = client(cast_now["lead"])
    lead.raise_request_exception = False
    body = {"milestone": item.pk, "confidence": "on_track", "text": "x" * 9000}

    def say(percent: int) -> int:
        status: int = lead.post(f"{BASE}status-updates/", body | {"percent": percent}).status_code
        return status

    assert say(1) == 201
    with full():
        statuses = [say(percent) for percent in range(2, 40)]
        assert 507 in statuses
        assert set(statuses) <= {201, 507}
        assert lead.get(f"{BASE}milestones/{item.pk}/").status_code == 200
        answer = lead.post(f"{BASE}status-updates/", body | {"percent": 41})
        assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
        assert answer.headers["Content-Type"] == "application/problem+json"
    kept = 1 + statuses.count(201)
    assert StatusUpdate.objects.filter(milestone=item).count() == kept
    assert say(50) == 201


@contextmanager
def full() -> Iterator[None]:
    """No page more for the database than it has."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.fixture
def cast_now(db: None) -> Cast:
    return factories.cast()


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The kernel's own limit; to a writer it is a disk that is full in the middle of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_memory", [True, False])
def test_an_upload_that_finds_no_room_leaves_no_file(
    cast_now: Cast, settings: Any, tmp_path: Path, in_memory: bool
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 50 * MEGABYTE if in_memory else 1
    item = factories.milestone(cast_now.aurora)
    lead = Client(raise_request_exception=False)
    lead.force_login(cast_now["lead"])
    path = reverse("milestone-evidence", args=[item.pk])

    def send() -> int:
        file = SimpleUploadedFile("protocol.pdf", b"%PDF-1.7" + b"x" * (20 * MEGABYTE))
        return lead.post(path, {"file": file, "evidence_title": "Protocol"}).status_code

    with no_file_larger_than(16 * MEGABYTE):
        assert send() == 507
        assert lead.get(item.get_absolute_url()).status_code == 200
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []
    assert item.evidence.count() == 0
    assert send() == 302
    assert item.evidence.count() == 1
