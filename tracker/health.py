"""Two questions a supervisor asks: does the process live, and can it serve?"""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.services import gate

BROKER_SECONDS = 1


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nobody else, so that no outage elsewhere restarts it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, and has its tables. A lost broker is told, and is no reason to take no visitors.

    Pages and the API work without the broker, since the rows are the truth; only the
    wake-up of the workers waits until it is back.
    """
    facts: dict[str, Any] = {"database": database_state(), "broker": broker_state()}
    if facts["database"] == "ok":
        # Told only: a closed gate is no reason to take no visitors.
        facts |= sending_state()
    ready = facts["database"] == "ok"
    facts["status"] = "ok" if ready else "unavailable"
    return JsonResponse(facts, status=200 if ready else 503)


def sending_state() -> dict[str, str]:
    """Whether mail may leave. The first tables that are read: before `migrate` there are none."""
    try:
        return {"sending": gate.look(timezone.now()).state}
    except DatabaseError:
        return {"database": "without its tables"}


def database_state() -> str:
    """Ask the database for a row; the reason for a failure stays in the log."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "unreachable"
    return "ok"


def broker_state() -> str:
    """Say PING to Redis, within a second; with no REDIS_URL the queue is in memory."""
    if not settings.REDIS_URL:
        return "in memory"
    address = settings.REDIS_URL.replace("redis+socket://", "unix://")
    try:
        with redis.Redis.from_url(
            address, socket_connect_timeout=BROKER_SECONDS, socket_timeout=BROKER_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError):
        return "unreachable"
    return "ok"
