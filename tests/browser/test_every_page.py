"""Every page, at both widths, in both schemes: accessible, within the policy, never too wide."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from milestones.models import Amendment
from notifications.models import Attempt, Bounce, Message, Reminder, Suppression
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
            reverse("quiet", args=["milestone", told.pk]),
            reverse("amendment-edit", args=[network, 2]),
            reverse("amendment-withdraw", args=[network, 2]),
        ],
        "officer": [
            reverse("outbox"),
            f"{reverse('outbox')}?morning={stage.today:%Y-%m-%d}&state=refused",
            *(reverse("outbox-message", args=[mail.pk]) for mail in stage.mails.values()),
            *(
                reverse("outbox-steer", args=[stage.mails["unknown"].pk, step])
                for step in ("retry", "arrived", "lost", "cancel")
            ),
            f"{reverse('outbox-retry')}?morning={stage.today:%Y-%m-%d}&state=refused",
            reverse("suppression-release", args=[stage.barred.pk]),
            reverse("duty-reminders", args=["milestone", told.pk]),
            reverse("ladder-preview", args=["milestone", told.pk]),
            reverse("network-team", args=[network]),
        ],
        "manager": [
            reverse("my-work"),
            reverse("reminder-rules-home"),
            reverse("publishing", args=["network-awards"]),
            reverse("public-programme", args=["network-awards"]),
            reverse("public-network", args=["network-awards", network]),
            reverse("reminder-rules", args=["network-awards"]),
            f"{reverse('reminder-rules', args=['network-awards'])}?network={network}",
            reverse("reminder-step", args=["network-awards", "milestone"]),
            reverse("ladder-choice", args=["network-awards", "milestone"]),
            reverse("amendment-decide", args=[network, 1]),
            stage.claimed.get_absolute_url(),
            reverse("milestone-verdict", args=[stage.claimed.pk]),
        ],
        "observer": [reverse("my-work"), reverse("network", args=[network])],
        "funder": [reverse("my-work"), reverse("network", args=[network])],
    }


def mail_of(stage, state: str) -> Message:
    """A mail to the lead in a state, with a line about what is due first."""
    days = ("unknown", "refused", "bounced").index(state)
    mail = Message.objects.create(
        recipient=stage.cast["lead"],
        local_day=stage.today - timedelta(days=0 if state == "refused" else days + 1),
        dedupe_key=state,
        message_id=f"<{state}@example.org>",
        state=state,
        created_at=stage.now,
        next_try_at=stage.now,
        handed_over_at=stage.now,
        tries=1,
        address=stage.cast["lead"].email,
        subject="1 deadline needs you: AURORA",
        text="MS1 is due.",
        html="<!doctype html><html lang=en><title>Mail</title><main><h1>MS1 is due.</h1></main>",
    )
    Attempt.objects.create(message=mail, number=1, at=stage.now, outcome="unknown", reply="Lost")
    Bounce.objects.create(
        message=mail, key=state, at=stage.now, kind="soft", door="mail", address=mail.address
    )
    Reminder.objects.create(
        network=stage.cast.aurora,
        recipient=mail.recipient,
        message=mail,
        duty_kind="milestone",
        duty_id=stage.told.pk,
        deadline_version=1,
        due_date=stage.told.due_date,
        offset_days=-30 - days,
        audience="responsible",
        state="planned" if state == "unknown" else state,
        note="Came back: 5.2.2 full" if state == "bounced" else "",
        planned_at=stage.now,
    )
    return mail


def faults(page: Page) -> list[object]:
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found]


@pytest.mark.parametrize("role", ["lead", "officer", "manager", "observer", "funder"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_accessible_within_the_policy_and_fits(open_as, stage, width, scheme, role):
    Amendment.objects.create(
        network=stage.cast.aurora,
        number=1,
        title="Later",
        justification="A strike",
        state="submitted",
        drafted_at=make.NOW,
        submitted_at=make.NOW,
    )
    Amendment.objects.create(
        network=stage.cast.aurora, number=2, title="Draft", drafted_at=make.NOW
    )
    stage.cast.programme.is_published = stage.cast.aurora.is_published = True
    stage.cast.programme.save()
    stage.cast.aurora.save()
    stage.mails = {state: mail_of(stage, state) for state in ("unknown", "refused", "bounced")}
    stage.barred = Suppression.objects.create(
        user=stage.cast["lead"],
        address=stage.cast["lead"].email,
        since=stage.now,
        reason="550 5.1.1 User unknown",
    )
    wrong = {}
    pages = pages_of(stage)
    assert set(pages) == {"lead", "officer", "manager", "observer", "funder"}
    page = open_as(role, width=width, scheme=scheme)
    for address in pages[role]:
        page.said.clear()
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0
        # A refused filter answers 400, which the console repeats.
        said = [line for line in page.said if "status of 400" not in line]
        if told := [*faults(page), *said, *(["too wide"] if wide else [])]:
            wrong[address] = told
    assert wrong == {}


def test_the_report_prints_without_its_frame(open_as, stage):
    page = open_as("officer", reverse("status-report"))
    page.emulate_media(media="print")
    assert not page.locator(".app-side").is_visible()
    assert page.locator(".grid").is_visible()
