"""One network, one year: from the plan to the report after the decision, in a real browser.

The clock is moved in the process that serves the pages; mails are swept on their mornings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from milestones.models import Milestone, StatusUpdate
from networks.models import User
from notifications.models import ItemLink, Message
from notifications.services import sweep
from notifications.services.links import token_of
from reports.models import Condition, Meeting, ProgressReport, Review, ReviewRound
from tests import factories as make
from tests.reports.worlds import use_form

# The two tables of a plan, as a coordinator exports them.
PACKAGES = """WP number,WP title,Lead beneficiary,Person-months,Start month,End month
WP1,Biomarkers,Home,10,1,36
"""
MILESTONES = """Milestone number,Milestone title,WP number,Lead beneficiary,Due date (in months),Means of verification
MS1,First cohort complete,WP1,Home,6,A signed protocol
MS2,Second cohort complete,WP1,Home,9,A signed protocol
"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Year:
    """AURORA and its people, the clock, and a browser for each of them."""

    def __init__(self, chrome: Browser, live_server: Any, clock: Any) -> None:
        self.cast = make.cast()
        self.chrome, self.url, self.clock = chrome, live_server.url, clock
        self.browsers: dict[tuple[Any, bool], BrowserContext] = {}
        self.now = datetime(2025, 1, 8, 9, 0, tzinfo=UTC)
        rita = make.programme_role(self.cast.programme, "reviewer", make.user("Rita"))
        ravi = make.programme_role(self.cast.programme, "reviewer", make.user("Ravi"))
        self.reviewers = [rita, ravi, self.cast["reviewer"]]

    def day(self, text: str, hour: int = 9) -> None:
        """The year goes on."""
        day = date.fromisoformat(text)
        self.now = datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)
        self.clock.move_to(self.now, tick=True)

    def page(self, person: User | None, path: str, *, scripts: bool = True) -> Page:
        """A page as somebody sees it, in the browser that they have the whole year."""
        context = self.browser(person, scripts)
        if person is not None:
            # Weeks have passed: they sign in again.
            client = Client()
            client.force_login(person)
            value = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": self.url}])
        page = context.pages[0] if context.pages else context.new_page()
        # Not the last byte of the last icon: what is looked for is waited for anyway.
        page.goto(path, wait_until="domcontentloaded")
        return page

    def browser(self, person: User | None, scripts: bool) -> BrowserContext:
        """A person's own browser, which keeps style sheets and scripts once read."""
        key = (person and person.pk, scripts)
        if key not in self.browsers:
            self.browsers[key] = self.chrome.new_context(
                viewport={"width": 1280, "height": 900},
                base_url=self.url,
                java_script_enabled=scripts,
            )
        return self.browsers[key]

    def morning(self, text: str) -> list[str]:
        """The mails of one morning, as text."""
        self.day(text, 8)
        before = len(mail.outbox)
        sweep(self.now)
        return [each.body for each in mail.outbox[before:]]

    def close(self) -> None:
        """Close all browsers."""
        for context in self.browsers.values():
            context.close()


@pytest.fixture
def year(chrome: Browser, live_server: Any, time_machine: Any) -> Iterator[Year]:
    time_machine.move_to(datetime(2025, 1, 8, 9, 0, tzinfo=UTC), tick=True)
    built = Year(chrome, live_server, time_machine)
    yield built
    built.close()


def saved(page: Page, words: str = "") -> None:
    """The page says that it is done."""
    expect(page.locator(".message").first).to_contain_text(words)


@pytest.mark.timeout(1200)
def test_a_year_of_one_network(year: Year) -> None:
    cast = year.cast
    planned = _plan(year)
    _update_by_mail(year, planned["MS1"])
    _claimed(year, planned["MS1"])
    _delay_with_reason(year, planned["MS2"])
    report = _drafted_by_two(year)
    year.day("2026-01-20")
    _submitted(year, report)
    _returned_and_revised(year, report)
    round_ = _reviewed(year, report)
    _answered(year, report)
    condition = _decided(year, round_)
    _reminded_and_met(year, condition)
    _the_next_report_shows_it(year, condition)
    assert cast.aurora.progress_reports.get(number=1).state == "accepted_with_conditions"


def _plan(year: Year) -> dict[str, Milestone]:
    """January: the officer takes the plan over, after a look at what it would do."""
    page = year.page(year.cast["officer"], reverse("import-plan"))
    page.locator("[name=programme]").select_option(year.cast.programme.slug)
    page.locator("[name=reference]").fill("AUR-1")
    tables = (("packages.csv", PACKAGES), ("milestones.csv", MILESTONES))
    page.locator("[name=tables]").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in tables]
    )
    page.get_by_role("button", name="Show what would happen").click()
    page.get_by_role("button", name="Apply exactly this").click()
    page = year.page(year.cast["member"], reverse("network-milestones", args=["AUR-1"]))
    expect(page.get_by_role("row").filter(has_text="MS1")).to_contain_text("30 Jun 2025")
    return {each.code: each for each in year.cast.aurora.milestones.all()}


def _update_by_mail(year: Year, item: Milestone) -> None:
    """June: the reminder's link opens the form; no password is asked for."""
    (body,) = year.morning("2025-06-02")
    assert "MS1" in body
    link = ItemLink.objects.get(user=year.cast["lead"])
    year.day("2025-06-02", 10)
    page = year.page(None, reverse("item-link", args=[token_of(link.key)]))
    page.get_by_label("On track").check()
    page.get_by_role("spinbutton", name="Done so far").fill("80")
    page.get_by_role("button", name="Save update").click()
    expect(page.locator("body")).to_contain_text("MS1")
    said = StatusUpdate.objects.filter(milestone=item, kind="update").get()
    assert (said.percent, said.channel, said.author) == (80, "mail", year.cast["lead"])


def _delay_with_reason(year: Year, item: Milestone) -> None:
    """August: the second one will be late, and says why."""
    year.day("2025-08-20")
    page = year.page(year.cast["lead"], reverse("milestone-update", args=[item.pk]))
    page.get_by_label("Off track").check()
    page.get_by_role("spinbutton", name="Done so far").fill("30")
    page.get_by_label("You expect to reach it on").fill("2026-02-28")
    page.locator("details:has([name=reason_code]) > summary").click()
    page.locator("[name=reason_code]").select_option("partnership")
    page.locator("[name=reason]").fill("Two clinics joined late.")
    page.get_by_role("button", name="Save update").click()
    saved(page, "MS2")
    item.refresh_from_db()
    assert item.forecast_date == date(2026, 2, 28)


def _drafted_by_two(year: Year) -> ProgressReport:
    """January: lead and member write at once; whoever is second sees both texts."""
    network, cast = year.cast.aurora, year.cast
    use_form(network, "charity_annual")
    year.morning("2026-01-12")
    report = ProgressReport.objects.get(network=network, number=1)
    assert report.state == ProgressReport.State.OPEN
    template = network.programme.report_templates.get(kind="interim")
    sections = list(template.sections.order_by("position"))
    address, key = reverse("progress-report-write", args=[report.pk]), sections[0].key
    year.day("2026-01-12", 11)
    member, lead = (year.page(cast[role], address, scripts=False) for role in ("member", "lead"))
    for page, text in ((member, "A marker was found."), (lead, "We found a marker.")):
        page.locator(f"#text-{key}").fill(text)
        page.locator(f"#section-{key}").get_by_role("button", name="Save", exact=True).click()
    expect(lead.locator("main")).to_contain_text("A marker was found.")
    expect(lead.locator("textarea[name=text]").first).to_have_value("We found a marker.")
    lead.get_by_role("button", name="Save", exact=True).first.click()
    expect(lead.locator("main")).not_to_contain_text("Yours")
    assert report.answers.get(section=sections[0]).text == "We found a marker."
    # The rest is kept while it is typed.
    page = year.page(cast["member"], address)
    for section in sections[1:]:
        page.locator(f"#text-{section.key}").fill(f"{section.title}: done.")
    for section in sections[1:]:
        expect(page.locator(f"#section-{section.key} .write-state")).to_contain_text("Saved")
    return report


def _submitted(year: Year, report: ProgressReport) -> None:
    """The lead submits by the page's checklist; the officer has it to check."""
    page = year.page(year.cast["lead"], reverse("progress-report-submit", args=[report.pk]))
    page.get_by_role("button", name="Submit", exact=True).click()
    saved(page)
    page = year.page(year.cast["officer"], "/")
    expect(page.locator("main")).to_contain_text("PR1")


def _claimed(year: Year, item: Milestone) -> None:
    """June: the first milestone is reached in time."""
    year.day("2025-06-25")
    page = year.page(year.cast["lead"], reverse("milestone-hand-in", args=[item.pk]))
    page.get_by_label("Link or DOI").fill("10.5281/zenodo.1234567")
    page.locator("[name=done_on]").fill("2025-06-20")
    page.get_by_role("button", name="Claim as achieved").click()
    saved(page, "MS1")


def _returned_and_revised(year: Year, report: ProgressReport) -> None:
    """The officer asks for more in one section; the next version says “revised”."""
    year.day("2026-01-25")
    page = year.page(year.cast["officer"], reverse("report-check", args=[report.pk]))
    page.get_by_text("Notes by section").click()
    section = report.versions.get().content["sections"][0]
    page.locator(f"[name=note_{section['key']}]").fill("Which marker?")
    page.get_by_role("button", name="Return with the notes").click()
    saved(page, "PR1 went back")
    lead = year.page(year.cast["lead"], reverse("progress-report-write", args=[report.pk]))
    part = lead.locator(f"#section-{section['key']}")
    expect(part).to_contain_text("Which marker?")
    part.locator("textarea").fill("We found a marker in blood.")
    expect(part.locator(".write-words")).to_contain_text("6 of")
    expect(part.locator(".write-state")).to_contain_text("25 Jan 2026")
    _submitted(year, report)
    page = year.page(year.cast["officer"], reverse("report-check", args=[report.pk]))
    expect(page.locator("#changed ins").first).to_contain_text("blood")
    page.get_by_role("button", name="It is complete").click()
    saved(page, "PR1 is complete")


def _reviewed(year: Year, report: ProgressReport) -> ReviewRound:
    """Three are asked, one steps back, two assess, the rapporteur sums up."""
    year.day("2026-01-26")
    round_ = ReviewRound.objects.get(report=report)
    page = year.page(year.cast["chair"], reverse("review-assign", args=[round_.pk]))
    for person in year.reviewers:
        page.get_by_role("checkbox", name=person.name, exact=True).check()
    page.get_by_label("Rapporteur").select_option(label="Rita")
    page.get_by_label("Review due").fill("2026-02-16")
    page.get_by_role("button", name="Ask them").click()
    saved(page)
    _steps_back(year, year.reviewers[2])
    for person in year.reviewers[:2]:
        _assesses(year, person)
    _sums_up(year, round_)
    return round_


def _steps_back(year: Year, person: User) -> None:
    review = Review.objects.get(reviewer=person)
    page = year.page(person, reverse("review", args=[review.pk]))
    expect(page.locator("main")).not_to_contain_text("marker")
    page.get_by_label("Yes: I do not review it").check()
    page.get_by_label("What the conflict is").fill("My brother works there.")
    page.get_by_role("button", name="Declare", exact=True).click()
    saved(page, "Thank you")
    expect(page.locator("main")).not_to_contain_text("marker")


def _assesses(year: Year, person: User) -> None:
    year.day("2026-02-10")
    review = Review.objects.get(reviewer=person)
    page = year.page(person, reverse("review", args=[review.pk]))
    page.get_by_label("No, I have none").check()
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.locator("main")).to_contain_text("marker")
    page.locator("[name=score_0]").select_option("4")
    page.locator("[name=remark_0]").fill("Convincing.")
    page.locator("[name=hidden_0]").fill("Quietly: too few samples.")
    page.get_by_label("Continue", exact=True).check()
    page.get_by_role("button", name="Submit the review").click()
    saved(page, "submitted")


def _sums_up(year: Year, round_: ReviewRound) -> None:
    year.day("2026-02-12")
    page = year.page(year.reviewers[0], reverse("review-summary", args=[round_.pk]))
    expect(page.locator("[name=summary]")).to_have_value(_has("Convincing."))
    expect(page.locator("[name=summary]")).not_to_have_value(_has("Quietly"))
    page.get_by_label("Answer until").fill("2026-02-26")
    page.get_by_role("button", name="Share it").click()
    saved(page, "The network reads the summary now")


def _has(word: str) -> Any:
    return re.compile(re.escape(word))


def _answered(year: Year, report: ProgressReport) -> None:
    """The lead corrects a fact; nothing hidden stands on the page."""
    year.day("2026-02-14")
    page = year.page(year.cast["lead"], reverse("report-review", args=[report.pk]))
    expect(page.locator("main")).to_contain_text("Convincing.")
    expect(page.locator("main")).not_to_contain_text("Quietly")
    page.get_by_label("What is not right").fill("There were 40 samples, not 14.")
    page.get_by_role("button", name="Send the answer").click()
    saved(page, "with the panel")


def _decided(year: Year, round_: ReviewRound) -> Condition:
    """A meeting, the votes, a decision with a condition; the lead is mailed, the chair is not."""
    year.day("2026-03-02")
    chair = year.cast["chair"]
    page = year.page(chair, reverse("meeting-new"))
    page.get_by_label("Date").fill("2026-03-02")
    page.get_by_label("Title").fill("Spring meeting")
    page.get_by_role("button", name="Call it").click()
    saved(page)
    page.locator("[name=round]").select_option(str(round_.pk))
    page.get_by_role("button", name="Put it on the agenda").click()
    saved(page)
    # Keys are for the script of the page, which runs when all of it is there.
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator("[data-minutes]")).to_be_focused()
    page.keyboard.type("All agreed.")
    page.get_by_role("button", name="Keep the minutes").click()
    saved(page, "minutes")
    page.get_by_role("link", name="Enter the decision").click()
    page.get_by_label("Continue with conditions").check()
    page.get_by_label("Accepted with conditions").check()
    page.get_by_label("Members present").fill("3")
    page.get_by_label("Votes for").fill("3")
    page.locator("[name=c1-text]").fill("Show the sample sizes")
    page.locator("[name=c1-due_date]").fill("2026-04-15")
    page.get_by_role("button", name="Take this decision").click()
    saved(page, "The decision is taken")
    year.day("2026-03-02", 12)
    sweep(year.now)
    told = Message.objects.filter(kind="notice", event__verb="decide_report")
    assert {message.recipient for message in told} == {year.cast["lead"]}
    assert Meeting.objects.get().agenda.get().minutes == "All agreed."
    return Condition.objects.get()


def _reminded_and_met(year: Year, condition: Condition) -> None:
    """Two weeks before, the lead is reminded of the condition, answers it, and staff agree."""
    bodies = year.morning("2026-04-01")
    assert any("C1" in body and "Show the sample sizes" in body for body in bodies)
    page = year.page(year.cast["lead"], condition.get_absolute_url())
    page.get_by_role("textbox", name="How it was met").fill("See table 2: 40 samples.")
    page.get_by_role("button", name="Submit", exact=True).click()
    saved(page, "C1 is answered")
    year.day("2026-04-03")
    page = year.page(year.cast["officer"], condition.get_absolute_url())
    page.get_by_role("button", name="It is met").click()
    saved(page, "C1 is met")
    condition.refresh_from_db()
    assert condition.state == Condition.State.MET


def _the_next_report_shows_it(year: Year, condition: Condition) -> None:
    """The year after: the condition and what became of it stand in the next report."""
    year.morning("2027-01-11")
    report = ProgressReport.objects.get(network=year.cast.aurora, number=2)
    page = year.page(year.cast["lead"], reverse("progress-report-write", args=[report.pk]))
    shown = page.locator(".report-facts li").filter(has_text=condition.text)
    expect(shown).to_contain_text("Met")
    expect(shown).to_contain_text("See table 2: 40 samples.")
