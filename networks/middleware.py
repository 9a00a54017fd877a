"""Pages in the reader's own zone and language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from networks.clock import zone_names

Answer = Callable[[HttpRequest], HttpResponseBase]


class NoNul:
    """No address has a NUL in it: PostgreSQL takes none, and would answer with an error."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 404 before anything is looked up."""
        if "\x00" in request.path_info:
            if not request.path.startswith("/api/"):
                raise Http404
            problem = {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": _("There is nothing here"),
            }
            return JsonResponse(problem, status=404, content_type="application/problem+json")
        return self.get_response(request)


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
