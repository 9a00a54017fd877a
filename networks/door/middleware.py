"""Between a session and the pages: a new key after each proof, and the second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Signing in and out, and the protection of one's own account.
FREE = ("account_", "mfa_", "usersessions_", "session-end")


class FreshKey:
    """Whoever has just proved once more that it is them goes on under a new session key.

    Signing in changes the key by itself. A key that somebody else had got hold of before
    must not open what was asked a proof for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or "reauthenticate" not in request.path:
            return self.get_response(request)
        proved, old = _proofs(request), request.session.session_key
        response = self.get_response(request)
        if request.user.is_authenticated and _proofs(request) > proved and old:
            request.session.cycle_key()
            # The list of sessions knows this one by its key.
            rows = UserSession.objects.filter(session_key=old)
            rows.update(session_key=request.session.session_key)
        return response


def _proofs(request: HttpRequest) -> int:
    return len(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, ()))


class SecondFactor:
    """At each request of a session; closed by default.

    Left alone are the pages on which the factor is set up, and what opens by a key of its
    own: the form behind a reminder's link (one item, one act, short-lived), the address that
    stops mails, calendar feeds. API tokens too: a program cannot answer a second factor, and
    its token was made by a person who could, is scoped, expires and can be revoked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead away, or let the view answer."""
        if not getattr(request.user, "lacks_factor", False):
            return None
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        own_key = getattr(getattr(view, "view_class", None), "opens_by_its_own_key", False)
        if own_key or name.startswith(FREE):
            return None
        if not request.path.startswith("/api/"):
            return redirect("mfa_index")
        # Any other header would let the API fall back to the session.
        if request.headers.get("Authorization", "").lower().startswith("token "):
            return None
        problem = {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "detail": _("Your role needs a second factor: set it up in your account."),
        }
        return JsonResponse(problem, status=403, content_type="application/problem+json")
