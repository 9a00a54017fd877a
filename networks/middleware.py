"""Pages in the reader's own zone and language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

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


class OwnLanguage:
    """Speaks the language a signed-in person chose, before what their browser asks for.

    Whoever has not signed in, and every program, is answered as LocaleMiddleware decided:
    by the cookie, else by Accept-Language.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the person's language, and say so in Content-Language."""
        chosen = getattr(request.user, "language", "")
        if request.path.startswith("/api/") or not translation.check_for_language(chosen):
            return self.get_response(request)
        with translation.override(chosen):
            response = self.get_response(request)
        # Set here: LocaleMiddleware, outside, would name the language of the browser.
        response.headers.setdefault("Content-Language", chosen)
        return response
