"""The browsable description of the API renders under the project's own strict CSP."""

from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_docs_render_without_a_csp_violation_or_a_foreign_host(
    chrome: Browser, live_server: Any
) -> None:
    page = chrome.new_page()
    said: list[ConsoleMessage] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.wait_for_selector("text=/api/v1/milestones/{id}/claim/")
    page.click("text=/api/v1/milestones/{id}/claim/")
    page.wait_for_selector("text=Say that it is achieved")
    problems = [message.text for message in said if message.type in ("error", "warning")]
    hosts = {url.split("/")[2] for url in asked if not url.startswith(("data:", "blob:"))}
    page.close()
    assert problems == []
    assert hosts == {live_server.url.split("/")[2]}
