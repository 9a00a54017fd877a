"""Times on pages in the reader's own zone."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from networks.clock import zone_names

Answer = Callable[[HttpRequest], HttpResponseBase]


class OwnZone:
    """Shows instants where the person is. Programs get UTC, whoever's token they carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the person's zone in force."""
        zone = getattr(request.user, "time_zone", "UTC")
        if request.path.startswith("/api/") or zone not in zone_names():
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)
