"""The style guide and the sign-in page in a real browser: accessible, and within the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import include, path

from tracker import urls

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
urlpatterns = [*urls.urlpatterns, path("styleguide-of-tests/", include("tracker.styleguide_urls"))]


@pytest.fixture
def guide(live_server, settings):
    settings.DEBUG = True
    settings.ROOT_URLCONF = __name__
    return f"{live_server.url}/styleguide-of-tests/"


def open_page(chrome, url, *, width=1440, scheme="light"):
    page = chrome.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    ).new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(url)
    return page


def faults(page):
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]])
        for fault in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_component_is_accessible_and_within_the_policy(chrome, guide, width, scheme):
    page = open_page(chrome, guide, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme
    assert page.said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_is_accessible_and_within_the_policy(chrome, live_server, scheme):
    page = open_page(chrome, f"{live_server.url}/accounts/login/", scheme=scheme)
    assert page.said == []
    assert faults(page) == []


def test_a_dialog_keeps_its_form_until_it_is_right_and_then_shows_the_page(chrome, guide):
    page = open_page(chrome, guide)
    page.click("text=Update status")
    page.wait_for_selector("#modal[open]")
    assert faults(page) == []
    page.fill("#modal [name=text]", " ")
    page.click("#modal button:has-text('Save update')")
    page.wait_for_selector("#modal .error-summary")
    page.fill("#modal [name=text]", "All is well.")
    page.click("#modal button:has-text('Save update')")
    page.wait_for_selector(".message:has-text('Saved.')")
    assert page.locator("#modal[open]").count() == 0
    assert page.url.split("#")[0] == guide


def test_typed_text_outlives_a_reload_and_goes_once_it_is_saved(chrome, guide):
    page = open_page(chrome, guide)
    page.fill("form[data-keep] [name=text]", "Ethics approval came")
    page.reload()
    assert page.input_value("form[data-keep] [name=text]") == "Ethics approval came"
    assert page.locator(".kept").is_visible()
    page.click("form[data-keep] button:has-text('Save update')")
    page.wait_for_selector(".message:has-text('Saved.')")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_the_chosen_scheme_is_kept(chrome, live_server):
    page = open_page(chrome, f"{live_server.url}/accounts/login/")
    page.click("[data-theme-choice=dark]")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
