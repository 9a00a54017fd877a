"""The addresses of a report's papers: who gets which, and at what cost."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from networks.models import ProgrammeRole
from reports.content import canonical
from reports.models import ProgressReport, ReportVersion
from tests import factories
from tests.factories import NETWORK_ROLES, PROGRAMME_ROLES
from tests.reports.papers.panels import submitted_sample
from tests.reports.papers.test_pdf import words
from tests.reports.tampering import switch_off_triggers
from tests.reports.worlds import ReportWorld, begun_report

pytestmark = pytest.mark.django_db
ENDINGS = ["pdf", "docx", "json", "html"]


@pytest.fixture
def world() -> ReportWorld:
    return submitted_sample()


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(world: ReportWorld, person: Any, ending: str, form: str = "", number: int = 1) -> Any:
    address = reverse("report-paper", args=[world.report.pk, number, ending])
    return browser(person).get(address, {"form": form} if form else {})


def draft(world: ReportWorld, person: Any, ending: str = "html") -> Any:
    return browser(person).get(reverse("report-draft-paper", args=[world.report.pk, ending]))


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("json", "application/json"),
        ("html", "text/html; charset=utf-8"),
    ],
)
def test_the_network_gets_every_rendering(world: ReportWorld, ending: str, kind: str) -> None:
    answer = get(world, world.cast["lead"], ending)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Cache-Control"] == "private, no-store"


SEES = {"manager", "officer", "chair", "lead", "deputy", "wp_lead", "member"}


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_sees_the_report_sees_its_papers_and_nobody_else(
    world: ReportWorld, ending: str
) -> None:
    roles = [*PROGRAMME_ROLES, *NETWORK_ROLES, "stranger"]
    found = {role for role in roles if get(world, world.cast[role], ending).status_code == 200}
    assert found == SEES


@pytest.mark.parametrize("ending", ENDINGS)
def test_who_has_not_signed_in_is_sent_to_the_door(world: ReportWorld, ending: str) -> None:
    answer = Client().get(reverse("report-paper", args=[world.report.pk, 1, ending]))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_a_version_that_is_not_there_is_not_found(world: ReportWorld) -> None:
    assert get(world, world.cast["lead"], "pdf", number=2).status_code == 404


def test_a_form_that_is_not_there_is_not_found(world: ReportWorld) -> None:
    assert get(world, world.cast["lead"], "pdf", "nonsense").status_code == 404


@pytest.mark.parametrize("form", ["rppr", "eu_periodic", "lay"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_rendering_comes_in_every_form(world: ReportWorld, ending: str, form: str) -> None:
    assert get(world, world.cast["lead"], ending, form).status_code == 200


def staff_words(world: ReportWorld) -> str:
    """What the report says in a section that only staff read."""
    sections = world.version.content["sections"]
    return next(each["text"] for each in sections if each["audience"] == "staff")


@pytest.mark.parametrize("form", ["", "eu_periodic"])
@pytest.mark.parametrize("ending", ["pdf", "json", "html"])
def test_the_chair_reads_nothing_that_is_for_staff(
    world: ReportWorld, ending: str, form: str
) -> None:
    def said(role: str) -> str:
        answer = get(world, world.cast[role], ending, form).content
        return words(answer) if ending == "pdf" else answer.decode()

    assert staff_words(world) not in said("chair")
    assert staff_words(world) in said("officer")


def test_a_cofunder_reads_the_lay_words_of_an_accepted_report_only(world: ReportWorld) -> None:
    ProgressReport.objects.update(state="accepted")
    found = get(world, world.cast["funder"], "json").json()["content"]
    assert {section["audience"] for section in found["sections"]} == {"public"}
    assert found["facts"] == {}


def test_the_json_is_what_was_stored_and_its_hash_can_be_computed_again(
    world: ReportWorld,
) -> None:
    found = get(world, world.cast["lead"], "json").json()
    assert found["complete"]
    assert found["intact"]
    assert hashlib.sha256(canonical(found["content"])).hexdigest() == world.version.sha256
    assert world.version.sha256 == found["sha256"]


def test_the_json_of_a_part_does_not_claim_to_be_all(world: ReportWorld) -> None:
    assert not get(world, world.cast["chair"], "json").json()["complete"]


def test_another_form_is_another_order_of_the_same_answers(world: ReportWorld) -> None:
    own = get(world, world.cast["lead"], "json").json()
    other = get(world, world.cast["lead"], "json", "eu_periodic").json()

    def keys(found: Any) -> list[str]:
        return [key for part in found["headings"] for key in part["sections"]]

    assert keys(own) != keys(other)
    assert sorted(keys(own)) == sorted(keys(other))
    assert own["content"] == other["content"]


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_the_same_file_for_everybody_of_an_audience(world: ReportWorld, ending: str) -> None:
    cast = world.cast
    assert get(world, cast["lead"], ending).content == get(world, cast["officer"], ending).content


def test_later_changes_do_not_change_the_file(world: ReportWorld) -> None:
    before = get(world, world.cast["lead"], "pdf").content
    factories.milestone(world.network, code="MS9", title="A milestone of later")
    world.report.template.sections.update(title="Another title", audience="public")
    world.cast["lead"].name = "Another Name"
    world.cast["lead"].save()
    assert get(world, world.cast["lead"], "pdf").content == before


@pytest.mark.parametrize("ending", ["pdf", "json", "html"])
def test_a_tampered_version_is_told(world: ReportWorld, ending: str) -> None:
    content = json.loads(json.dumps(world.version.content))
    content["sections"][0]["text"] = "We reached everything."
    with connection.cursor() as cursor:
        switch_off_triggers(cursor)
        cursor.execute("UPDATE reports_reportversion SET content = %s", [json.dumps(content)])
    answer = get(world, world.cast["lead"], ending)
    if ending == "json":
        assert answer.json()["intact"] is False
    else:
        said = words(answer.content) if ending == "pdf" else answer.content.decode()
        assert "no longer has the SHA-256" in said


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_paper_costs_the_same_whatever_it_holds(
    world: ReportWorld, ending: str, django_assert_max_num_queries: Any
) -> None:
    client = browser(world.cast["lead"])
    address = reverse("report-paper", args=[world.report.pk, 1, ending])

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    small = cost()
    for number in range(2, 6):
        ReportVersion.objects.create(
            report=world.report,
            number=number,
            submitted_at=factories.NOW,
            cut_off=world.report.cut_off,
            template=world.version.template,
            content=world.version.content,
            sha256="0" * 64,
        )
    assert cost() == small
    assert small <= 6


def test_insiders_read_a_draft_that_says_it_is_one() -> None:
    world = begun_report("rppr")
    assert "Draft of" in draft(world, world.cast["member"]).content.decode()


def test_nobody_else_reads_a_draft() -> None:
    world = begun_report("rppr")
    outside = ["chair", "reviewer", "funder", "observer", "stranger"]
    assert {draft(world, world.cast[role]).status_code for role in outside} == {404}


def test_a_chair_who_saw_a_version_does_not_read_the_next_draft(world: ReportWorld) -> None:
    ProgressReport.objects.update(state="draft")
    assert get(world, world.cast["chair"], "html").status_code == 200
    assert draft(world, world.cast["chair"]).status_code == 404


def test_what_is_submitted_is_no_draft(world: ReportWorld) -> None:
    assert draft(world, world.cast["lead"]).status_code == 404


@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_a_draft_comes_as_a_file_too(ending: str) -> None:
    world = begun_report("rppr")
    answer = draft(world, world.cast["lead"], ending)
    assert answer.status_code == 200
    assert f"AURORA-PR1-draft.{ending}" in answer["Content-Disposition"]


def test_who_is_in_conflict_gets_no_paper(world: ReportWorld) -> None:
    """A chair whose own institute is a partner sees nothing of the network."""
    home = world.network.partners.get(kind="coordinator").organisation
    ProgrammeRole.objects.filter(user=world.cast["chair"]).update(organisation=home)
    found = {get(world, world.cast["chair"], ending).status_code for ending in ENDINGS}
    assert found == {404}


def test_words_of_a_person_are_no_markup_on_the_page(world: ReportWorld) -> None:
    content = json.loads(json.dumps(world.version.content))
    content["sections"][0]["text"] = "<script>alert(1)</script>"
    with connection.cursor() as cursor:
        switch_off_triggers(cursor)
        cursor.execute("UPDATE reports_reportversion SET content = %s", [json.dumps(content)])
    page = get(world, world.cast["lead"], "html").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
