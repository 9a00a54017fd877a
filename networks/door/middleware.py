"""Leads whoever needs a second factor to the page where it is set up, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# Signing in and out, and the protection of one's own account.
FREE = ("account_", "mfa_", "usersessions_", "session-end")


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
