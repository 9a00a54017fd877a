"""A report is written with scripts: what is typed is never lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from reports.models import Answer
from tests import factories
from tests.reports import worlds
from tests.reports.worlds import ReportWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> ReportWorld:
    return worlds.begun_report()


@pytest.fixture
def desk(chrome: Browser, live_server: Any, world: ReportWorld) -> Iterator[BrowserContext]:
    """The lead's browser."""
    context = chrome.new_context(base_url=live_server.url)
    sign_in(context, live_server.url, world)
    yield context
    context.close()


def sign_in(context: BrowserContext, url: str, world: ReportWorld) -> None:
    client = Client()
    client.force_login(world.cast["lead"])
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": url}])


def writing(desk: BrowserContext, world: ReportWorld) -> Page:
    page = desk.new_page()
    page.goto(reverse("progress-report-write", args=[world.report.pk]))
    return page


def stored(world: ReportWorld) -> str:
    return Answer.objects.get(report=world.report, section__key="impact").text


def type_words(page: Page, words: str) -> None:
    page.locator("#text-impact").press_sequentially(words)


def test_words_are_saved_while_they_are_typed_and_again_when_the_line_is_back(
    desk: BrowserContext, world: ReportWorld
) -> None:
    page = writing(desk, world)
    section = page.locator("#section-impact")
    type_words(page, "Before. ")
    expect(section.locator(".write-state")).to_contain_text("Saved")
    desk.set_offline(True)
    type_words(page, "Offline. ")
    expect(section.locator("[data-offline]")).to_be_visible()
    assert stored(world) == "Before. "
    desk.set_offline(False)
    expect(section.locator("[data-offline]")).to_be_hidden()
    assert stored(world) == "Before. Offline. "


def test_words_typed_without_a_line_are_there_after_the_tab_is_closed(
    desk: BrowserContext, world: ReportWorld
) -> None:
    page = writing(desk, world)
    desk.set_offline(True)
    type_words(page, "Never sent")
    page.close()
    desk.set_offline(False)
    again = writing(desk, world)
    expect(again.locator("#text-impact")).to_have_value("Never sent")
    expect(again.locator("#section-impact .write-state")).to_contain_text("Saved")
    assert stored(world) == "Never sent"


def test_words_typed_after_the_session_ended_are_saved_after_signing_in_again(
    desk: BrowserContext, world: ReportWorld, live_server: Any
) -> None:
    page = writing(desk, world)
    desk.clear_cookies()
    type_words(page, "Signed out")
    way_back = page.locator("#section-impact [data-signed-out] a")
    expect(way_back).to_be_visible()
    sign_in(desk, live_server.url, world)
    way_back.click()
    expect(page.locator("#section-impact .write-state")).to_contain_text("Saved")
    assert stored(world) == "Signed out"


def test_a_conflict_while_typing_shows_both_texts_and_the_button_keeps_ones_own(
    desk: BrowserContext, world: ReportWorld
) -> None:
    page = writing(desk, world)
    section = world.report.template.sections.get(key="impact")  # type: ignore[union-attr]
    act = factories.act(world.cast["member"], worlds.WRITTEN)
    worlds.save_section(act, world.report, section, text="Theirs", version=0)
    type_words(page, "Mine")
    conflict = page.locator("#section-impact .conflict")
    expect(conflict).to_contain_text("Theirs")
    assert stored(world) == "Theirs"
    conflict.get_by_role("button", name="Save mine").click()
    expect(conflict).to_be_hidden()
    assert stored(world) == "Mine"
