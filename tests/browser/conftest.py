"""A Chromium, and a network with something to do in it today."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from milestones.models import Milestone, Risk
from milestones.services import NewEvidence, add_risk, claim_milestone, post_update
from tests import factories as make


class Stage:
    """AURORA, whose lead has one milestone to speak of and one that is late."""

    def __init__(self) -> None:
        self.cast = make.cast()
        self.now = timezone.now()
        self.today = self.now.date()
        network = self.cast.aurora
        network.starts = self.today - timedelta(days=400)
        network.ends = self.today + timedelta(days=700)
        network.save()
        self.package = make.work_package(network, code="WP1", start_month=1, end_month=24)
        self.told = self.milestone("MS1", 10)
        self.late = self.milestone("MS2", -12)
        self.claimed = self.milestone("MS3", 40, is_gate=True)
        self.deliverable = make.deliverable(
            network, code="D1.1", contractual_date=self.today + timedelta(days=20)
        )
        self.speak()

    def milestone(self, code: str, days: int, **fields: Any) -> Milestone:
        """A milestone due so many days from today."""
        due = self.today + timedelta(days=days)
        packages = [self.package]
        return make.milestone(
            self.cast.aurora, code=code, contractual_date=due, work_packages=packages, **fields
        )

    def speak(self) -> None:
        """What was said a month ago."""
        act = make.act(self.cast["lead"], self.now - timedelta(days=30))
        post_update(act, self.told, confidence="on_track", percent=60)
        proof = [NewEvidence(url="https://example.org/protocol", title="Protocol")]
        day = self.today - timedelta(days=31)
        claim_milestone(act, self.claimed, achieved_on=day, evidence=proof)
        self.risk: Risk = add_risk(
            act, self.cast.aurora, code="R1", description="Staff", likelihood="H", severity="M"
        )


@pytest.fixture
def stage(transactional_db: None) -> Stage:
    """The network and its people."""
    return Stage()


Open = Callable[..., Page]


@pytest.fixture
def open_as(chrome: Browser, live_server: Any, stage: Stage) -> Iterator[Open]:
    """Open a page as somebody: ``open_as("lead", "/networks/", width=390, scheme="dark")``.

    What the console says is kept in ``page.said``: a breach of the policy would stand there.
    """
    contexts: list[BrowserContext] = []

    def open_page(role: str, path: str = "/", *, width: int = 1440, **options: Any) -> Page:
        context = chrome.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=options.pop("scheme", "light"),
            base_url=live_server.url,
            **options,
        )
        contexts.append(context)
        if role:
            client = Client()
            client.force_login(stage.cast[role])
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page = context.new_page()
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
