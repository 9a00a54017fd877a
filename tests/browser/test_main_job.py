"""The main job in a real browser: say where a milestone stands, and see it in the report."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from milestones.models import StatusUpdate
from networks.models import Event
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def newest() -> StatusUpdate:
    return StatusUpdate.objects.newest_first().first()


def test_the_lead_signs_in_updates_in_two_clicks_and_sees_it_in_report_and_api(open_as, stage):
    page = open_as("")
    page.fill("[name=login]", stage.cast["lead"].email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")

    page.get_by_role("link", name="Update AURORA MS1").click()
    page.get_by_role("button", name="Save update").click()

    expect(page.locator(".message")).to_contain_text("Saved: MS1 is on track, 60 % done.")
    assert (newest().author, newest().at.date()) == (stage.cast["lead"], stage.today)
    page.goto(reverse("status-report"))
    row = page.get_by_role("row").filter(has_text="AURORA")
    written = stage.today.strftime("%-d %b %Y")
    expect(row).to_contain_text(written)
    report = page.request.get(reverse("api:status-report-list")).json()
    assert report["networks"][0]["last_update_at"].startswith(stage.today.isoformat())


def test_no_change_is_one_press_on_my_work(open_as, stage):
    page = open_as("lead")
    page.get_by_role("button", name="AURORA MS1: Still on track, 60 %").click()
    expect(page.locator(".message")).to_contain_text("Saved: MS1 is on track, 60 % done.")
    assert newest().channel == Event.Channel.PAGE


def test_a_first_update_is_typed_on_the_milestone_s_own_page(open_as, stage):
    page = open_as("lead", stage.late.get_absolute_url())
    page.get_by_label("Off track").check()
    page.get_by_role("spinbutton", name="Done so far").fill("30")
    page.get_by_role("button", name="Save update").click()
    expect(page.locator(".page-head")).to_contain_text("Off track")
    assert newest().percent == 30


def test_a_refused_update_in_the_dialog_stays_there_with_its_text(open_as, stage):
    page = open_as("lead")
    page.get_by_role("link", name="Update AURORA MS1").click()
    dialog = page.locator("#modal")
    dialog.get_by_label("You expect to reach it on").fill("2099-01-01")
    dialog.get_by_label("What happened").fill("The samples are lost")
    dialog.get_by_role("button", name="Save update").click()
    expect(dialog.locator(".error-summary")).to_contain_text("not on track")
    expect(dialog.get_by_label("What happened")).to_have_value("The samples are lost")


def test_two_people_at_once_both_see_both_texts(open_as, stage):
    mine = open_as("lead", stage.told.get_absolute_url())
    theirs = open_as("deputy", stage.told.get_absolute_url())
    theirs.get_by_label("What happened").fill("Ethics approved in Lyon")
    theirs.get_by_role("button", name="Save update").click()
    expect(theirs.locator(".message")).to_be_visible()
    mine.get_by_label("What happened").fill("Still waiting for Lyon")
    mine.get_by_role("button", name="Save update").click()
    expect(mine.locator(".conflict")).to_contain_text("Ethics approved in Lyon")
    expect(mine.get_by_label("What happened")).to_have_value("Still waiting for Lyon")
    mine.get_by_role("button", name="Save update").click()
    expect(mine.locator(".message")).to_contain_text("Saved")
    assert newest().text == "Still waiting for Lyon"


def test_the_whole_way_works_without_scripts(open_as, stage):
    page = open_as("lead", java_script_enabled=False)
    page.get_by_role("link", name="Update AURORA MS1").click()
    page.get_by_label("At risk").check()
    page.get_by_role("button", name="Save update").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    assert newest().confidence == "at_risk"
    page.goto(f"{reverse('network-milestones', args=['AUR-1'])}")
    page.get_by_label("Deadline").select_option("overdue")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips-found")).to_have_text("1 found")


def test_staff_check_a_claim_without_scripts(open_as, stage):
    page = open_as("officer", stage.claimed.get_absolute_url(), java_script_enabled=False)
    page.get_by_role("button", name="Return with the note").click()
    expect(page.locator(".error-summary")).to_contain_text("Say what is missing")
    page.get_by_label("Note to the network").fill("Please sign it")
    page.get_by_role("button", name="Return with the note").click()
    expect(page.locator(".message")).to_contain_text("MS3 went back to the network")


def test_the_update_form_is_filled_by_keyboard_alone(open_as, stage):
    page = open_as("lead", stage.told.get_absolute_url())
    page.get_by_label("On track").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("65")
    for _ in range(12):
        if page.evaluate("document.activeElement.textContent.trim()") == "Save update":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_be_visible()
    assert newest().confidence == "at_risk"
