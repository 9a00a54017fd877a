"""Every page, at both widths, in both schemes: accessible, within the policy, never too wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from milestones.models import Amendment
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pages_of(stage) -> dict[str, list[str]]:
    """The address of every page, by who opens it."""
    network, told = "AUR-1", stage.told
    tabs = ("milestones", "deliverables", "team", "risks", "amendments", "activity")
    item = ("update", "hand-in", "evidence", "ask")
    return {
        "lead": [
            reverse("my-work"),
            reverse("preferences"),
            f"{reverse('calendars')}?network={network}",
            reverse("network-list"),
            f"{reverse('network-list')}?q=nothing",
            f"{reverse('network-list')}?state=nonsense",
            reverse("status-report"),
            f"{reverse('status-report')}?as_of={stage.today:%Y-%m-%d}",
            reverse("network", args=[network]),
            *(reverse(f"network-{tab}", args=[network]) for tab in tabs),
            f"{reverse('network-milestones', args=[network])}?due=overdue",
            reverse("risk-add", args=[network]),
            reverse("amendment-new", args=[network]),
            reverse("risk-assess", args=[network, stage.risk.pk]),
            told.get_absolute_url(),
            *(reverse(f"milestone-{action}", args=[told.pk]) for action in item),
            stage.deliverable.get_absolute_url(),
        ],
        "manager": [
            reverse("my-work"),
            reverse("amendment-decide", args=[network, 1]),
            stage.claimed.get_absolute_url(),
            reverse("milestone-verdict", args=[stage.claimed.pk]),
        ],
        "observer": [reverse("my-work"), reverse("network", args=[network])],
        "funder": [reverse("my-work"), reverse("network", args=[network])],
    }


def faults(page: Page) -> list[object]:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_accessible_within_the_policy_and_fits(open_as, stage, width, scheme):
    Amendment.objects.create(
        network=stage.cast.aurora,
        number=1,
        title="Later",
        justification="A strike",
        state="submitted",
        drafted_at=make.NOW,
        submitted_at=make.NOW,
    )
    wrong = {}
    for role, addresses in pages_of(stage).items():
        page = open_as(role, width=width, scheme=scheme)
        for address in addresses:
            page.said.clear()
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0
            # A refused filter answers 400, which the console repeats.
            said = [line for line in page.said if "status of 400" not in line]
            if told := [*faults(page), *said, *(["too wide"] if wide else [])]:
                wrong[f"{role} {address}"] = told
    assert wrong == {}


def test_the_report_prints_without_its_frame(open_as, stage):
    page = open_as("officer", reverse("status-report"))
    page.emulate_media(media="print")
    assert not page.locator(".app-side").is_visible()
    assert page.locator(".grid").is_visible()
