"""A passkey in a real Chromium, with its virtual authenticator: made, used, and used as a second factor."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import CDPSession, Page

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page: Page) -> tuple[CDPSession, str]:
    """Give the page a device that holds passkeys, and whose person is at hand."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    added = wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return wire, added["authenticatorId"]


def add_passkey(page: Page, *, alone: bool = True) -> None:
    """Sign in with the password, prove it once more, and add a passkey."""
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("What you call it").fill("My laptop")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_text("shown this once").wait_for()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto(reverse("account_login"))


@pytest.mark.parametrize("width", [390, 1440])
def test_a_passkey_is_added_and_opens_the_account_alone(open_as: Any, width: int) -> None:
    page = open_as("lead", width=width)
    plug_in(page)
    add_passkey(page)
    page.goto(reverse("mfa_index"))
    assert page.get_by_text("My laptop").is_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    assert page.get_by_role("heading", level=1).inner_text()
    assert [line for line in page.said if "Content Security Policy" in line] == []


def test_without_the_persons_consent_the_page_says_so(open_as: Any) -> None:
    page = open_as("lead")
    wire, device = plug_in(page)
    add_passkey(page)
    sign_out(page)
    asked = {"authenticatorId": device, "isUserVerified": False}
    wire.send("WebAuthn.setUserVerified", asked)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was used").wait_for()
    assert page.url.endswith(reverse("account_login"))


def test_a_key_beside_the_password_is_asked_for_after_it(open_as: Any, stage: Any) -> None:
    page = open_as("lead")
    plug_in(page)
    add_passkey(page, alone=False)
    sign_out(page)
    page.get_by_label("Email").fill(stage.cast["lead"].email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="One thing more").wait_for()
    page.goto("/")
    assert reverse("account_login") in page.url or "2fa" in page.url
    page.goto(reverse("mfa_authenticate"))
    page.get_by_role("button", name="Use your passkey").click()
    # Every address here ends in a slash: only the path says that one is in.
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
