"""Stored scripts: markup in every text of every row, and a browser that reads all pages.

A page fails when a script of ours by that name runs, or when the policy has to stop anything:
reports go to a sink, and there must be none.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from tests.access import town
from tests.access.policies import POLICIES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAYLOAD = (
    "\"'></title></textarea></script><script>window.ran=1</script>"
    "<img src=x onerror=window.ran=1><b style=color:red>{{7*7}}"
)
# The manager's pages, and those of the one who writes.
CRAWLERS = ("manager", "lead")


class Sink(HTTPServer):
    """Where the browser reports what the policy stopped."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.reports: list[Any] = []


class Taker(BaseHTTPRequestHandler):
    """Takes any report."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.reports.append(json.loads(body or b"{}"))  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing to say."""


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The sink, named in the policy of every page."""
    server = Sink()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    policy = settings.CONTENT_SECURITY_POLICY
    told = {**policy["DIRECTIVES"], "report-uri": [f"http://127.0.0.1:{server.server_port}/"]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": told}
    yield server
    server.shutdown()
    server.server_close()


def crawl(browser: Browser, live_server: Any, place: town.Town, identity: str) -> list[str]:
    """Read every page of one person; the addresses on which something ran."""
    context = browser.new_context(base_url=live_server.url)
    client = Client()
    client.force_login(place.cast[identity])
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    page, wrong, read = context.new_page(), [], 0
    page.on("dialog", lambda dialog: dialog.dismiss())
    for name, policy in POLICIES.items():
        readable = policy.get is not None and identity in policy.get
        if name.startswith("api:") or not readable or policy.args.get("ending") == "=json":
            continue
        if name in ("evidence-file", "outbox-body") or name.endswith(("-csv", "-json", "-data")):
            continue
        answer = page.goto(reverse(name, kwargs=policy.kwargs(place.own)) + policy.query)
        read += answer is not None and answer.status == 200
        if page.evaluate("window.ran") is not None or page.locator("b[style]").count():
            wrong.append(name)
    context.close()
    assert read > 20
    return wrong


def test_no_stored_text_is_ever_run(chrome: Browser, live_server: Any, sink: Sink) -> None:
    place = town.build(own_word=PAYLOAD)
    ran = [name for identity in CRAWLERS for name in crawl(chrome, live_server, place, identity)]
    assert ran == []
    assert sink.reports == []


def test_the_sink_would_tell(chrome: Browser, live_server: Any, sink: Sink) -> None:
    """The other way round: an inline script on one of our pages is stopped and reported."""
    page = chrome.new_page()
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran=1';"
        " document.body.append(s); }"
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    page.close()
    assert sink.reports
