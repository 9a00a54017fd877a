"""The measured process of ``make bench-api``: both WSGI functions in one Python, in turn.

Neither passes through a server or a socket, which would cost both the same and so hide a
part of the difference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.utils import timezone

import benchmarks.started  # noqa: F401 - before the models
from benchmarks.bare import from_environment
from benchmarks.world import NETWORKS, multiply, settle_people
from milestones.models import Milestone, WorkPackage
from networks.acts import Act
from networks.models import Event, Network, Programme, ProgrammeRole, User
from networks.services.tokens import make_token

Figures = dict[str, Any]
Ask = Callable[[], bytes]
MILESTONES = "/api/v1/milestones/"
UPDATES = "/api/v1/status-updates/"
REPORT = "/api/v1/status-report/"


def tables() -> Figures:
    """Make them, empty."""
    call_command("migrate", verbosity=0, skip_checks=True)
    return {}


def world(count: str) -> Figures:
    """200 networks with so many milestones."""
    today = timezone.now().date()
    with transaction.atomic():
        settle_people(1, today)
        _furnish(int(count))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"milestones": Milestone.objects.count()}


def _furnish(count: int) -> None:
    """Two in five verified, of these every third late; the rest over five years; two packages."""
    WorkPackage.objects.bulk_create(
        WorkPackage(network=network, code=f"WP{number}", code_key=f"WP{number}", title="Clinic")
        for network in Network.objects.all()
        for number in (1, 2)
    )
    first = Milestone.objects.order_by("pk")[0]
    done, by = "number % 5 < 2", "first.contractual_date + number % 1800 - 600"
    changed = {
        "code": "'M' || number",
        "code_key": "'M' || lpad(number::text, 9, '0')",
        "network_id": f"first.network_id + number % {NETWORKS}",
        "responsible_id": "NULL",
        "state": f"CASE WHEN {done} THEN 'verified' ELSE 'planned' END",
        "contractual_date": by,
        "actual_date": f"CASE WHEN {done} THEN {by} + number % 3 - 1 END",
        "forecast_date": f"CASE WHEN NOT {done} AND number % 7 = 0 THEN {by} + number % 60 END",
    }
    multiply(first, count - Milestone.objects.count(), changed)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO milestones_milestone_work_packages (milestone_id, workpackage_id) "
            "SELECT m.id, w.id FROM milestones_milestone m JOIN milestones_workpackage w "
            "ON w.network_id = m.network_id AND w.code = 'WP' || (1 + m.id % 2)"
        )


class Asking:
    """Requests to ours and to the bare function, as an officer of the programme."""

    def __init__(self) -> None:
        self.ours, self.bare = get_wsgi_application(), from_environment()
        officer = User.objects.create_user("officer@example.org", None, name="Officer")
        programme = Programme.objects.get()
        ProgrammeRole.objects.create(programme=programme, user=officer, role="officer")
        act = Act(by=officer, at=timezone.now(), channel=Event.Channel.SYSTEM)
        _, self.token = make_token(act, name="bench", scope="write", days=1)

    def cpu(self, whose: str) -> float:
        """Seconds of CPU so far: of this process and of its connection's server process."""
        connection.ensure_connection()
        held: Any = self.bare.connection if whose == "bare" else connection.connection
        spent = Path(f"/proc/{held.info.backend_pid}/schedstat").read_text().split()[0]
        return process_time() + int(spent) / 1e9

    def request(self, app: Any, path: str, body: bytes = b"", **query: Any) -> bytes:
        """The body of the answer, which must be a good one."""
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST" if body else "GET", "PATH_INFO": path, "SCRIPT_NAME": "",
            "QUERY_STRING": urlencode(query), "SERVER_NAME": "tracker.example.org",
            "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "tracker.example.org", "HTTP_X_FORWARDED_PROTO": "https",
            "HTTP_AUTHORIZATION": f"Token {self.token}", "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr, "wsgi.url_scheme": "https", "wsgi.version": (1, 0),
            "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        answer = app(environ, lambda status, headers, *more: said.append(status))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not said[0].startswith("2"):
            raise RuntimeError(f"{path} {query} was answered with {said[0]}: {content[:400]!r}")
        return content

    def jobs(self, count: int) -> dict[str, tuple[Ask, Ask]]:
        """Bare and ours, by the name of the job."""
        before = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()  # noqa: TID251 - a command
        one = Milestone.objects.filter(state="planned").order_by("pk")[1].pk
        said = json.dumps({"milestone": one, "percent": 40, "confidence": "on_track"}).encode()
        page = count * 95 // 100 // 50
        deep: dict[str, Any] = {"size": 50, "skip": (page - 1) * 50}
        chosen: dict[str, Any] = {"state": "planned"}
        bare, ours = self.bare, self.ours
        return {
            "list": (
                lambda: self.request(bare, "/list"),
                lambda: self.request(ours, MILESTONES),
            ),
            "filter": (
                lambda: self.request(bare, "/filter", before=before, **chosen),
                lambda: self.request(ours, MILESTONES, due_before=before, **chosen),
            ),
            "deep page": (
                lambda: self.request(bare, "/list", **deep),
                lambda: self.request(ours, MILESTONES, page=page),
            ),
            "summary": (
                lambda: self.request(bare, "/summary", size=200),
                lambda: self.request(ours, REPORT, page_size=200),
            ),
            "update": (
                lambda: self.request(bare, "/update", id=one, percent=40),
                lambda: self.request(ours, UPDATES, said),
            ),
        }  # fmt: skip


def measured(passes: str) -> Figures:
    """Each job so many times, bare and ours in turn: medians of ms and CPU, statements, KB."""
    # A request that waits long on a busy machine must not cost the next one a new connection.
    connection.settings_dict["CONN_MAX_AGE"] = None
    asking, count = Asking(), Milestone.objects.count()
    found: Figures = {}
    for name, (bare, ours) in asking.jobs(count).items():
        for _ in range(3):
            bare(), ours()
        times: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
        for _ in range(int(passes)):
            for whose, ask in (("bare", bare), ("ours", ours)):
                wall, cpu = perf_counter(), asking.cpu(whose)
                ask()
                times[whose].append((perf_counter() - wall, asking.cpu(whose) - cpu))
        wall_ms, cpu_ms = (
            {whose: 1000 * median(pair[part] for pair in each) for whose, each in times.items()}
            for part in (0, 1)
        )
        found[name] = {
            "p50 ms": wall_ms,
            "CPU ms": cpu_ms,
            "x bare": wall_ms["ours"] / wall_ms["bare"],
            "x bare, CPU": cpu_ms["ours"] / cpu_ms["bare"],
            "KB": {"bare": len(bare()) / 1024, "ours": len(ours()) / 1024},
            "statements": statements(ours),
        }
    found["list"]["statements by size"] = {
        str(size): statements(partial(asking.request, asking.ours, MILESTONES, page_size=size))
        for size in (10, 50, 200)
    }
    return found


def statements(ask: Ask) -> int:
    """How many reach the database for one request."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return len([sql for sql in seen if not sql.startswith(("SAVEPOINT", "RELEASE"))])


JOBS: dict[str, Callable[..., Figures]] = {"tables": tables, "world": world, "measured": measured}


if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])), flush=True)
