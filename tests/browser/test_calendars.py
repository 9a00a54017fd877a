"""A calendar's address, in a browser: made from a network's page, and accessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_lead_makes_the_address_of_a_network_and_reads_it(open_as, stage, width):
    page = open_as("lead", reverse("network", args=["AUR-1"]), width=width)
    page.get_by_role("link", name="Calendar", exact=True).click()
    page.get_by_role("button", name="Make the address").click()
    field = page.get_by_label("Address to paste into your calendar")
    address = field.input_value()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.said == []
    path = address.removeprefix("http://localhost:8000")
    told = page.request.get(page.url.partition("/calendars/")[0] + path)
    assert told.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "X-WR-CALNAME:AURORA" in told.text()
