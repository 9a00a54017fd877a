"""The pages on which a report is written, read, submitted and compared."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from networks.models import Network
from reports.models import AnswerRevision, EffortSpent, ItemComment, ProgressReport, ReportVersion
from tests import factories
from tests.factories import Cast
from tests.reports import worlds
from tests.reports.tampering import alter
from tests.reports.worlds import ReportWorld

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def january(time_machine: Any) -> None:
    time_machine.move_to(worlds.WRITTEN)


def asker(cast: Cast, role: str) -> Client:
    client = Client()
    client.force_login(cast[role])
    return client


def at(name: str, world: ReportWorld, *more: Any) -> str:
    return reverse(name, args=[world.report.pk, *more])


def save(world: ReportWorld, role: str, text: str, version: int, **more: Any) -> Any:
    return asker(world.cast, role).post(
        at("progress-report-section", world, "impact"),
        {"text": text, "version": version, **more},
        HTTP_HX_REQUEST="true",
    )


def test_the_list_shows_each_report_and_where_to_write() -> None:
    world = worlds.open_report()
    page = asker(world.cast, "lead").get(reverse("network-reports", args=["AUR-1"]))
    assert "PR1" in page.content.decode()
    assert at("progress-report-write", world) in page.content.decode()
    chair = asker(world.cast, "chair").get(reverse("network-reports", args=["AUR-1"]))
    assert "PR1" not in chair.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("lead", 200), ("deputy", 200), ("wp_lead", 200), ("member", 200), ("officer", 403),
        ("chair", 404), ("reviewer", 404), ("funder", 404), ("observer", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_who_opens_the_writing_page_of_an_open_report(role: str, status: int) -> None:
    world = worlds.open_report()
    assert asker(world.cast, role).get(at("progress-report-write", world)).status_code == status


def test_the_writing_page_holds_guidance_facts_and_texts() -> None:
    world = worlds.open_report()
    text = asker(world.cast, "member").get(at("progress-report-write", world)).content.decode()
    for expected in ("Research impact", "MS-B", "Two clinics joined late.", "of 500 words"):
        assert expected in text


def test_a_section_is_saved_as_it_is_typed_and_says_so() -> None:
    world = worlds.open_report()
    answer = save(world, "member", "Much was learnt.", 0)
    assert answer.status_code == 200
    assert 'name="version" value="1"' in answer.content.decode()
    assert AnswerRevision.objects.get().text == "Much was learnt."
    world.report.refresh_from_db()
    assert world.report.state == "draft"


def test_a_nul_in_a_text_is_left_out() -> None:
    # PostgreSQL holds none, and answered such a paste with a 500.
    world = worlds.open_report()
    assert save(world, "member", "Much\x00 was learnt.", 0).status_code == 200
    assert AnswerRevision.objects.get().text == "Much was learnt."


def test_a_save_after_the_session_ended_is_told_from_one_that_worked() -> None:
    world = worlds.begun_report()
    url = at("progress-report-section", world, "impact")
    answer = Client().post(url, {"text": "Typed", "version": "0"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 401


def test_signing_in_again_after_a_save_leads_back_to_the_section() -> None:
    world = worlds.begun_report()
    answer = asker(world.cast, "member").get(at("progress-report-section", world, "impact"))
    assert answer.headers["Location"] == at("progress-report-write", world) + "#section-impact"


def test_a_conflict_shows_both_texts_and_saving_again_keeps_ones_own() -> None:
    world = worlds.begun_report()
    save(world, "lead", "The lead's words", 0)
    answer = save(world, "member", "The member's words", 0)
    assert answer.status_code == 409
    for words in ("The lead&#x27;s words", "The member&#x27;s words", 'name="version" value="1"'):
        assert words in answer.content.decode()
    assert save(world, "member", "The member's words", 1).status_code == 200
    texts = AnswerRevision.objects.order_by("version").values_list("text", flat=True)
    assert list(texts) == ["The lead's words", "The member's words"]


def test_without_scripts_a_conflict_is_a_page_with_the_typed_text_in_its_form() -> None:
    world = worlds.begun_report()
    save(world, "lead", "Theirs", 0)
    answer = asker(world.cast, "member").post(
        at("progress-report-section", world, "impact"), {"text": "Mine", "version": "0"}
    )
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert "Mine</textarea>" in answer.content.decode()


def test_nothing_to_report_is_one_press_where_it_is_allowed() -> None:
    world = worlds.begun_report()
    url = at("progress-report-section", world, "publications")
    client = asker(world.cast, "lead")
    answer = client.post(url, {"text": "", "version": "0", "nothing": "1"})
    assert answer.status_code == 302
    assert world.report.answers.get(section__key="publications").nothing_to_report
    refused = save(world, "lead", "", 0, nothing="1")
    assert refused.status_code == 422
    assert "needs an answer in words" in refused.content.decode()


@pytest.mark.parametrize("role", ["officer", "observer", "chair", "stranger"])
def test_nobody_else_writes(role: str) -> None:
    world = worlds.begun_report()
    assert save(world, role, "x", 0).status_code in (403, 404)
    assert not AnswerRevision.objects.exists()


def test_a_submitted_report_cannot_be_written() -> None:
    world = worlds.submitted_report()
    assert save(world, "lead", "Late thought", 1).status_code == 422
    page = asker(world.cast, "lead").get(at("progress-report-write", world))
    assert page.status_code == 302


def test_a_comment_on_an_item_and_its_conflict() -> None:
    world = worlds.begun_report()
    item = world.items["MS-B"]
    url = at("progress-report-comment", world, "milestone", item.pk)
    wp, lead = (asker(world.cast, role) for role in ("wp_lead", "lead"))
    assert wp.get(url).status_code == 200
    assert wp.post(url, {"text": "Clinic B opened.", "version": 0}).status_code == 302
    refused = lead.post(url, {"text": "Another view", "version": 0})
    assert refused.status_code == 409
    assert "Clinic B opened." in refused.content.decode()
    assert ItemComment.objects.get().text == "Clinic B opened."
    assert wp.get(at("progress-report-comment", world, "risk", 1)).status_code == 404


def test_effort_of_the_period_is_stated_beside_the_plan() -> None:
    world = worlds.begun_report()
    field, client = planned_effort(world), asker(world.cast, "lead")
    url = at("progress-report-effort", world)
    assert client.post(url, {field: "a lot"}).status_code == 422
    assert client.post(url, {field: "NaN"}).status_code == 422
    assert client.post(url, {field: "3,5"}).status_code == 302
    assert str(EffortSpent.objects.get().person_months) in ("3.5", "3.50")
    assert client.post(url, {field: "", "version": seen_on(client.get(url))}).status_code == 302
    assert not EffortSpent.objects.exists()


@pytest.mark.parametrize("page", ["progress-report-write", "progress-report"])
def test_the_effort_that_was_stated_stands_in_the_report(page: str) -> None:
    world = worlds.begun_report("eu_periodic")
    client = asker(world.cast, "lead")
    client.post(at("progress-report-effort", world), {planned_effort(world): "3.75"})
    assert "3.75" in client.get(at(page, world)).content.decode()


def planned_effort(world: ReportWorld, code: str = "WP1") -> str:
    """The name of the field in which the effort of one more row of the plan is stated."""
    lab = factories.partner(world.network, short_name=f"Lab{code}")
    package = factories.work_package(world.network, code=code)
    row = package.efforts.create(network=world.network, partner=lab, person_months=12)
    return f"effort-{row.pk}"


def seen_on(page: Any) -> str:
    """The figures that a form was filled over."""
    return str(page.content.decode().split('name="version" value="')[1].split('"')[0])


def test_an_older_form_takes_back_no_effort_that_somebody_else_stated() -> None:
    world = worlds.begun_report()
    first, second = planned_effort(world, "WP1"), planned_effort(world, "WP2")
    url = at("progress-report-effort", world)
    lead, member = asker(world.cast, "lead"), asker(world.cast, "member")
    old = seen_on(member.get(url))
    lead.post(url, {first: "3", second: "", "version": old})
    assert member.post(url, {first: "", second: "2", "version": old}).status_code == 302
    months = EffortSpent.objects.order_by("person_months").values_list("person_months", flat=True)
    assert list(months) == [2, 3]


def test_the_same_effort_stated_by_two_shows_both_and_saves_neither_over_the_other() -> None:
    world = worlds.begun_report()
    field, other = planned_effort(world, "WP1"), planned_effort(world, "WP2")
    url = at("progress-report-effort", world)
    lead, member = asker(world.cast, "lead"), asker(world.cast, "member")
    lead.post(url, {field: "3", other: "", "version": ""})
    asked = member.post(url, {field: "4", other: "1", "version": ""})
    assert asked.status_code == 409
    assert "saved now: 3.00" in asked.content.decode()
    assert [row.person_months for row in EffortSpent.objects.all()] == [3]
    again = {field: "4", other: "1", "version": seen_on(asked)}
    assert member.post(url, again).status_code == 302
    assert EffortSpent.objects.count() == 2


def test_the_checklist_names_what_is_missing_with_links_and_then_submits() -> None:
    world = worlds.begun_report()
    lead = asker(world.cast, "lead")
    url = at("progress-report-submit", world)
    text = lead.get(url).content.decode()
    assert f"{at('progress-report-write', world)}#section-impact" in text
    assert lead.post(url, {"version": world.report.version}).status_code == 422
    worlds.write_all(world)
    world.report.refresh_from_db()
    assert lead.post(url, {"version": 1}).status_code == 409
    assert lead.post(url, {"version": world.report.version}).status_code == 302
    assert ReportVersion.objects.get().submitted_by == world.cast["lead"]
    assert asker(world.cast, "member").get(url).status_code == 403


def test_a_report_that_cannot_be_handed_in_says_so() -> None:
    world = worlds.open_report(state="waived", waived_reason="Covered by a visit")
    lead, url = asker(world.cast, "lead"), at("progress-report-submit", world)
    page = lead.post(url, {"version": world.report.version}, follow=True)
    assert "nothing can be written into it now" in page.content.decode()


def test_a_submitted_version_is_shown_with_its_seal_and_a_tampered_one_is_told() -> None:
    world = worlds.submitted_report()
    page = asker(world.cast, "officer").get(world.report.get_absolute_url()).content.decode()
    assert world.version.sha256 in page
    assert "not what was submitted" not in page
    alter(world.version)
    page = asker(world.cast, "officer").get(world.report.get_absolute_url()).content.decode()
    assert "not what was submitted" in page


def test_the_committee_reads_a_submitted_report_without_what_is_for_staff() -> None:
    world = worlds.submitted_report("rppr")
    chair = asker(world.cast, "chair").get(world.report.get_absolute_url()).content.decode()
    staff = asker(world.cast, "officer").get(world.report.get_absolute_url()).content.decode()
    assert "Money spent in other countries" in staff
    assert "Money spent in other countries" not in chair
    assert "Outcomes, in lay language" in chair


@pytest.mark.parametrize("role", ["funder", "observer", "stranger"])
def test_who_may_not_see_a_submitted_report_gets_404(role: str) -> None:
    world = worlds.submitted_report()
    for name in ("progress-report", "progress-report-compare", "progress-report-submit"):
        assert asker(world.cast, role).get(at(name, world)).status_code == 404


def submitted_twice() -> ReportWorld:
    """AURORA's report, returned and handed in again with other words."""
    world = worlds.submitted_report()
    ProgressReport.objects.filter(pk=world.report.pk).update(state="draft", is_returned=True)
    world.report.refresh_from_db()
    worlds.write_all(world, text=worlds.TEXT.replace("120", "140"))
    worlds.submit(factories.act(world.cast["lead"], worlds.WRITTEN), world.report)
    return world


def test_versions_are_compared_side_by_side() -> None:
    world = submitted_twice()
    url = at("progress-report-compare", world)
    text = asker(world.cast, "lead").get(url).content.decode()
    assert "<del>120</del>" in text
    assert "<ins>140</ins>" in text
    shown = asker(world.cast, "lead").get(world.report.get_absolute_url()).content.decode()
    assert "revised" in shown
    assert asker(world.cast, "lead").get(f"{url}?from=9").status_code == 404


def test_a_tampered_version_is_told_beside_the_other_too() -> None:
    world = submitted_twice()
    alter(world.report.versions.get(number=1))
    text = asker(world.cast, "officer").get(at("progress-report-compare", world)).content.decode()
    assert "Version 1 is not what was submitted" in text
    assert "Version 2 is not what was submitted" not in text


@pytest.mark.parametrize(
    ("role", "next_page"), [("officer", "report-check"), ("lead", "report-review")]
)
def test_the_page_of_a_submitted_report_leads_on_to_what_follows(role: str, next_page: str) -> None:
    world = worlds.submitted_report()
    page = asker(world.cast, role).get(world.report.get_absolute_url()).content.decode()
    assert f'href="{at(next_page, world)}"' in page


def test_the_page_of_a_version_leads_to_all_its_renderings() -> None:
    world = worlds.submitted_report()
    page = asker(world.cast, "officer").get(world.report.get_absolute_url()).content.decode()
    paper = reverse("report-paper", args=[world.report.pk, 1, "html"])
    for form in ("", "?form=rppr", "?form=eu_periodic", "?form=lay"):
        assert f'href="{paper}{form}"' in page


def test_staff_waive_and_set_dates_on_pages() -> None:
    world = worlds.open_report()
    officer = asker(world.cast, "officer")
    dates = {"due_date": "2026-05-01", "cut_off": "2025-12-31"}
    assert officer.post(at("progress-report-dates", world), dates).status_code == 302
    assert officer.post(at("progress-report-waive", world), {"reason": ""}).status_code == 422
    assert officer.post(at("progress-report-waive", world), {"reason": "Visit"}).status_code == 302
    world.report.refresh_from_db()
    assert (world.report.state, world.report.due_date) == ("waived", date(2026, 5, 1))
    assert asker(world.cast, "lead").get(at("progress-report-waive", world)).status_code == 403


LONG = "שלום עולם " * 300 + "Ελληνικά 🧠 " * 300 + "<script>alert(1)</script>"


@pytest.mark.parametrize("count", [0, 300])
def test_pages_cost_the_same_for_0_and_300_milestones_and_any_text(count: int) -> None:
    world = worlds.open_report()
    package = factories.work_package(world.network)
    for number in range(count):
        worlds.planned(
            world.network, f"MX{number}", date(2025, 1 + number % 12, 28), work_packages=[package]
        )
    worlds.write_all(world, text=LONG)
    client = asker(world.cast, "lead")
    costs = {}
    for name in ("progress-report", "progress-report-write", "progress-report-submit"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(at(name, world))
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        costs[name] = len(asked)
    # Session and person, report, roles (2), lead; then the content, and the page's own.
    assert costs == PAGE_COST


PAGE_COST = {"progress-report": 30, "progress-report-write": 31, "progress-report-submit": 29}


def test_a_reports_list_costs_the_same_for_any_number() -> None:
    world = worlds.submitted_report()
    client = asker(world.cast, "lead")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("network-reports", args=["AUR-1"]))
        costs.append(len(asked))
        for _number in range(20):
            worlds.next_report(Network.objects.get(pk=world.network.pk), state="scheduled")
    assert costs[0] == costs[1]
