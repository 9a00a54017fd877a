"""Faults that pass: the database is away, or a disk is full. Said as 503 or 507, not as 500.

Whoever asks is told when to come again; nothing was saved, since a write is one transaction.
"""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template import loader
from django.views.defaults import server_error as fault
from psycopg import errors

# What SQLite says of a passing fault; another OperationalError of it is a fault of ours.
_SQLITE_AWAY = ("database is locked", "unable to open database file", "disk i/o error")
_SQLITE_FULL = ("database or disk is full",)
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Outage:
    """How a passing fault is answered."""

    status: int
    title: str
    detail: str
    retry_after: int


AWAY = Outage(
    503,
    "Service Unavailable",
    "The database does not answer. Nothing was saved; try again in a moment.",
    10,
)
FULL = Outage(
    507,
    "Insufficient Storage",
    "There is no room left to save anything. Reading works; nothing was saved.",
    60,
)


def outage_of(error: BaseException | None) -> Outage | None:
    """The passing fault behind an exception, if it is one."""
    if isinstance(error, OSError):
        return FULL if error.errno in _DISK_FULL else None
    if isinstance(error, InterfaceError):
        # The connection was lost before this statement.
        return AWAY
    return _of_database(error) if isinstance(error, OperationalError) else None


def _of_database(error: OperationalError) -> Outage | None:
    cause, said = error.__cause__, str(error).lower()
    if isinstance(cause, errors.DiskFull) or said.startswith(_SQLITE_FULL):
        return FULL
    if type(cause).__module__.startswith("psycopg"):
        # All of them pass: shut down, starting up, too many clients, deadlock, time limit.
        return AWAY
    return AWAY if said.startswith(_SQLITE_AWAY) else None


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500: for a program a problem document, for a person a page."""
    outage = outage_of(sys.exc_info()[1])
    if outage is None:
        return fault(request)
    headers = {"Retry-After": str(outage.retry_after), "Cache-Control": "no-store"}
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": outage.title,
            "status": outage.status,
            "detail": outage.detail,
        }
        return JsonResponse(
            problem,
            status=outage.status,
            headers=headers,
            content_type="application/problem+json",
        )
    # Without the request: the frame of a signed-in page would ask the database.
    page = loader.get_template("503.html").render({"full": outage is FULL})
    return HttpResponse(page, status=outage.status, headers=headers)
