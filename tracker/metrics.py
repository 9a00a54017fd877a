"""The signs of life for machines: /healthz/reminders as JSON, /metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from notifications.services.signs import LATE, OK, STOPPED, Signs, signs_of_life

# Headers by which a proxy says that it asks for somebody else.
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
HELP = {
    "oldest_due_seconds": "How long the oldest mail that is due has waited.",
    "due": "Mails that are due and have not left.",
    "deferred": "Mails that the mail server put off.",
    "unknown": "Mails of which nobody knows whether they left.",
    "refused_lately": "Mails refused for good in the last 24 hours.",
    "bounced_lately": "Mails that came back in the last 24 hours.",
    "suppressed": "Addresses that nothing is sent to, because mail to them came back.",
    "sweep_seconds": "Seconds since the last sweep.",
    "plan_seconds": "Seconds since reminders were last planned.",
    "healed_seconds": "Seconds since a web process last did beat's work.",
}


@never_cache
@require_safe
def reminders(request: HttpRequest) -> JsonResponse:
    """200 while reminders go out, if late; 503 when they have stopped."""
    try:
        signs = signs_of_life(timezone.now())
    except DatabaseError:
        return JsonResponse({"status": STOPPED, "database": "unreachable"}, status=503)
    facts = {"status": signs.status, **asdict(signs)}
    return JsonResponse(facts, status=503 if signs.status == STOPPED else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The same figures in Prometheus' text format."""
    if settings.METRICS_TOKEN and not _has_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    if not settings.METRICS_TOKEN and not _from_this_machine(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(SignsCollector(signs_of_life(timezone.now())))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class SignsCollector(Collector):
    """Shows figures that were read for this answer; nothing is counted between two."""

    def __init__(self, signs: Signs) -> None:
        self.signs = signs

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand, so that registering does not already collect."""
        return []

    def collect(self) -> Iterator[Metric]:
        """One gauge per figure, and one for the status; what never was is left out."""
        for name, value in asdict(self.signs).items():
            if value is not None:
                yield GaugeMetricFamily(f"tracker_reminders_{name}", HELP[name], value=value)
        status = GaugeMetricFamily(
            "tracker_reminders_status", "1 for the status that holds.", labels=["status"]
        )
        for word in (OK, LATE, STOPPED):
            status.add_metric([word], float(word == self.signs.status))
        yield status


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token, settings.METRICS_TOKEN)


def _from_this_machine(request: HttpRequest) -> bool:
    """Asked from the loopback interface, and by no proxy, which is there for all the world."""
    if settings.SECURE_PROXY_SSL_HEADER or any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
