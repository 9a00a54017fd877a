"""Ask one address as one of the cast, and compare two answers byte by byte."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.rules import COME_IN, LOGIN, Policy
from tests.access.town import ANONYMOUS, Side

# What differs between any two answers, whatever was asked.
_ONE_TIME = re.compile(rb'(csrfmiddlewaretoken" value="|nonce-|nonce=")[A-Za-z0-9+/=_-]+')

_OF_THE_MOMENT = ("Content-Length", "Expires", "Date")


def ask(client: Client, verb: str, name: str, policy: Policy, side: Side | None) -> HttpResponse:
    """One request; whatever it changed is taken back."""
    if name == "api:api/v1/":
        address = "/api/v1/nowhere/at/all/"
    else:
        address = reverse(name, kwargs=policy.kwargs(side)) + policy.query
    extra: dict[str, Any] = {"data": policy.body} if verb == "post" else {}
    if name.startswith("api:") and verb in ("post", "put", "patch"):
        extra = {"data": "{}", "content_type": "application/json"}
    with transaction.atomic():
        answer = getattr(client, verb)(address, **extra)
        if answer.streaming:
            answer.content = b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


def told(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """What an answer says, less the address that was asked and what is new each time."""
    path = answer.wsgi_request.get_full_path()
    said = _ONE_TIME.sub(rb"\1N", answer.content)
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_MOMENT}
    for asked in (path, quote(path), quote(path, safe="")):
        said = said.replace(asked.encode(), b"N")
        headers = {name: text.replace(asked, "N") for name, text in headers.items()}
    return answer.status_code, said, headers


def apart(one: HttpResponse, other: HttpResponse) -> list[str]:
    """The first lines and headers in which two answers differ."""
    (_, first, headers), (_, second, others) = told(one), told(other)
    lines = zip(first.splitlines(), second.splitlines(), strict=False)
    found = [f"{mine!r} / {theirs!r}" for mine, theirs in lines if mine != theirs]
    found += [name for name in headers if headers[name] != others.get(name)]
    return found[:2]


def received(policy: Policy, identity: str, answer: HttpResponse) -> bool | None:
    """Whether an anonymous asker was received rightly; None for everybody else."""
    if identity != ANONYMOUS or policy.anonymous == COME_IN:
        return None
    if policy.anonymous == LOGIN:
        at_login = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
        return at_login or answer.status_code == 405
    return answer.status_code == 401
