"""Progress reports through the API: sections, submission, versions."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import AnswerRevision, ProgressReport
from tests.api import BASE, client
from tests.reports import worlds
from tests.reports.papers.panels import submitted_sample
from tests.reports.worlds import ReportWorld

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def january(time_machine: Any) -> None:
    time_machine.move_to(worlds.WRITTEN)


def url(world: ReportWorld, tail: str = "") -> str:
    return f"{BASE}progress-reports/{world.report.pk}/{tail}"


def patch(world: ReportWorld, role: str, **body: Any) -> Any:
    return client(world.cast[role]).patch(url(world, "sections/"), body, format="json")


def test_sections_are_read_and_saved_over_the_version_that_was_read() -> None:
    world = worlds.open_report()
    listed = client(world.cast["member"]).get(url(world, "sections/")).data
    assert [each["key"] for each in listed][:2] == ["impact", "lay_summary"]
    saved = patch(world, "member", section="impact", text="New", version=0)
    assert (saved.status_code, saved.data["version"], saved.data["words"]) == (200, 1, 1)
    late = patch(world, "lead", section="impact", text="Other", version=0)
    assert late.status_code == 409
    assert AnswerRevision.objects.count() == 1
    assert patch(world, "lead", section="impact", version=1, nothing=True).status_code == 400
    assert patch(world, "lead", section="nonsense", text="x", version=0).status_code == 404
    assert patch(world, "lead", section="impact", text="x", versoin=0).status_code == 400


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("lead", 200), ("deputy", 200), ("wp_lead", 200), ("member", 200),
        ("manager", 403), ("officer", 403),
        ("chair", 404), ("reviewer", 404), ("funder", 404), ("observer", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_who_writes_sections(role: str, status: int) -> None:
    world = worlds.begun_report()
    assert patch(world, role, section="impact", text="x", version=0).status_code == status


def test_what_is_missing_is_named_when_it_is_submitted() -> None:
    world = worlds.begun_report()
    lead = client(world.cast["lead"])
    refused = lead.post(url(world, "submit/"), {}, format="json")
    assert refused.status_code == 400
    assert "Research impact" in str(refused.data)
    worlds.write_all(world)
    assert lead.post(url(world, "submit/"), {"version": 1}, format="json").status_code == 409
    done = lead.post(url(world, "submit/"), {}, format="json")
    assert (done.status_code, done.data["state"], done.data["last_version"]) == (
        200,
        "submitted",
        1,
    )


def test_a_version_shows_each_person_what_is_meant_for_them() -> None:
    world = worlds.submitted_report("rppr")
    address = f"{BASE}report-versions/{world.version.pk}/"
    staff = client(world.cast["officer"]).get(address).data
    chair = client(world.cast["chair"]).get(address).data
    assert staff["is_untouched"]
    assert staff["sha256"] == world.version.sha256
    audiences = {each["audience"] for each in staff["content"]["sections"]}
    assert audiences == {"public", "committee", "staff"}
    assert {each["audience"] for each in chair["content"]["sections"]} == {"public", "committee"}
    # A chair sees no draft, not even that there is one.
    sections = client(world.cast["chair"]).get(url(world, "sections/"))
    assert sections.status_code == 404


def test_filters() -> None:
    world = worlds.open_report()
    lead = client(world.cast["lead"])

    def found(query: str) -> int:
        return int(lead.get(f"{BASE}progress-reports/?{query}").data["count"])

    assert found("state=open") == 1
    assert found("state=draft") == 0
    assert found("kind=interim&due_until=2026-03-01") == 1
    assert found("due_from=2026-03-02") == 0
    assert found("returned=true") == 0
    assert lead.get(f"{BASE}progress-reports/?stat=open").status_code == 400


def test_sections_cost_the_same_for_7_and_for_19() -> None:
    world = worlds.open_report("charity_annual")
    person = client(world.cast["lead"])
    costs = []
    for number in (7, 19):
        with CaptureQueriesContext(connection) as asked:
            assert len(person.get(url(world, "sections/")).data) == number
        costs.append(len(asked))
        if number == 7:
            worlds.use_form_again(world, "rppr")
    assert costs[0] == costs[1]


@pytest.mark.parametrize(("role", "told"), [("funder", False), ("officer", True), ("lead", True)])
def test_a_co_funder_is_not_told_who_handed_a_report_in(role: str, told: bool) -> None:
    made = submitted_sample()
    ProgressReport.objects.update(state="accepted")
    asker = client(made.cast[role])
    row = asker.get(f"{BASE}report-versions/").data["results"][0]
    one = asker.get(f"{BASE}report-versions/{row['id']}/").data
    assert (row["submitted_by"] is not None, one["submitted_by"] is not None) == (told, told)
