"""The meeting pack: one PDF with bookmarks over all reports, changes first, for one reader."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from networks.models import Network
from reports.models import AgendaItem, Decision, Meeting, ReportVersion, Review, ReviewRound
from reports.papers.letter import decision_letter
from reports.papers.pack import meeting_pack
from reports.papers.parts import Fields, Prose
from reports.papers.versions import as_pdf, version_paper
from tests import factories
from tests.reports.papers import sample
from tests.reports.papers.panels import (
    HIDDEN,
    OPENED,
    Panel,
    add_to_agenda,
    decide,
    hand_in,
    panel,
)
from tests.reports.papers.test_pdf import words
from tests.reports.worlds import next_report

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def made() -> Panel:
    return panel()


def pack_of(made: Panel, role: str = "chair") -> bytes:
    return as_pdf(meeting_pack(made[role], made.meeting, at=NOW))


def bookmarks(pdf: bytes) -> list[Any]:
    """Titles of the bookmarks, the deeper ones in lists of their own."""

    def titles(found: Any) -> Any:
        return [titles(each) if isinstance(each, list) else each.title for each in found]

    found: list[Any] = titles(PdfReader(BytesIO(pdf)).outline)
    return found


def get(made: Panel, role: str) -> Any:
    client = Client()
    client.force_login(made[role])
    return client.get(reverse("meeting-pack", args=[made.meeting.pk]))


def another_report(made: Panel, acronym: str = "CORONA") -> None:
    """A report of another network of the same programme, under review too."""
    net = factories.network(programme=made.world.cast.programme, acronym=acronym)
    report = next_report(net, template=made.world.report.template)
    content = sample.with_text(f"Only {acronym} says this.")
    content["meta"]["network"] |= {"acronym": acronym}
    version = hand_in(report, factories.member(net, "lead"), content)
    round_ = ReviewRound.objects.create(
        network=net,
        report=report,
        version=version,
        state="panel",
        opened_at=OPENED,
        reviews_due=OPENED.date(),
    )
    AgendaItem.objects.create(
        meeting=made.meeting, round=round_, position=made.meeting.agenda.count() + 1
    )


def test_each_report_is_a_bookmark_with_its_changes_first(made: Panel) -> None:
    another_report(made)
    found = bookmarks(pack_of(made))
    assert [each for each in found if isinstance(each, str)] == [
        "1.  AURORA, PR1",
        "2.  CORONA, PR1",
    ]
    first = [each for each in found[1] if isinstance(each, str)]
    assert first[0] == "What has changed"
    assert first[-1] == "The report"


def test_agenda_and_reports_are_all_in_one_paper(made: Panel) -> None:
    another_report(made)
    said = words(pack_of(made))
    assert "Agenda" in said
    assert "Cohort 1 is complete." in said
    assert "Only CORONA says this." in said


def test_the_chair_reads_every_review_with_its_hidden_remarks(made: Panel) -> None:
    said = words(pack_of(made))
    assert f"{HIDDEN} of Second Reviewer" in said
    assert f"{HIDDEN} in the summary" in said


def test_a_reviewer_reads_no_other_review_before_their_own_is_in(made: Panel) -> None:
    Review.objects.filter(pk=made.mine.pk).update(state="in_progress", submitted_at=None)
    said = words(pack_of(made, "reviewer"))
    assert "Second Reviewer" not in said
    assert "Cohort 1 is complete." in said


def test_then_they_read_it(made: Panel) -> None:
    assert "Well written, says Second Reviewer" in words(pack_of(made, "reviewer"))


def test_who_recused_themselves_finds_a_line_without_a_name(made: Panel) -> None:
    Review.objects.filter(pk=made.mine.pk).update(state="recused", recommendation="")
    pdf = pack_of(made, "reviewer")
    assert "Not open to you" in words(pdf)
    reader = PdfReader(BytesIO(pdf))
    parts = [str(reader.get_object(number)) for number in range(1, len(reader.xref[0]))]
    for canary in ("AURORA", "Cohort 1 is", HIDDEN):
        assert canary not in words(pdf)
        assert [part for part in parts if canary in part] == []


@pytest.mark.parametrize("state", ["reviewing", "summary"])
def test_a_summary_that_is_not_shared_yet_is_in_no_pack(made: Panel, state: str) -> None:
    hidden = (made.round.summary, made.round.summary_for_committee)
    before = texts_of(made)
    ReviewRound.objects.filter(pk=made.round.pk).update(state=state)
    assert set(hidden) <= before
    assert not before & texts_of(made) & set(hidden)


def texts_of(made: Panel) -> set[str]:
    pack = meeting_pack(made["reviewer"], made.meeting, at=NOW)
    return {block.words for block in pack.blocks if isinstance(block, Prose)}


def test_every_paper_dates_a_submission_by_the_calendar_of_the_network(made: Panel) -> None:
    # Half past nine of 14 July in UTC is the evening before on Niue.
    Network.objects.filter(pk=made.world.network.pk).update(time_zone="Pacific/Niue")
    decision = Decision.objects.get(pk=decide(made).pk)
    pack = meeting_pack(made["chair"], made.meeting, at=NOW)
    paper = version_paper(ReportVersion.objects.get(), audience="staff")
    letter = decision_letter(decision)
    facts = [block.rows for block in pack.blocks if isinstance(block, Fields)]
    prose = [block.words for block in letter.blocks if isinstance(block, Prose)]
    assert ("Submitted", "13 Jul 2026") in facts[0]
    assert dict(paper.cover)["Submitted"].startswith("13 Jul 2026 by")
    assert "submitted on 13 Jul 2026 as version 1" in prose[1]


def test_a_committee_member_reads_nothing_that_is_for_staff(made: Panel) -> None:
    sections = made.world.version.content["sections"]
    secret = next(each["text"] for each in sections if each["audience"] == "staff")
    assert secret not in words(pack_of(made, "chair"))
    assert secret in words(pack_of(made, "officer"))


def test_a_revised_report_says_what_was_reworded(made: Panel) -> None:
    hand_in(made.world.report, made["lead"], sample.with_text("Cohort 2 is complete."))
    second = Meeting.objects.create(
        programme=made.world.cast.programme, held_on="2026-05-02", title="Second look"
    )
    add_to_agenda(second, made.world, 1)
    said = words(as_pdf(meeting_pack(made["chair"], second, at=NOW)))
    assert "revised, version 2" in said
    assert "Changed since the version before: B.2 What was accomplished." in said


def test_an_empty_agenda_is_a_paper_too(made: Panel) -> None:
    AgendaItem.objects.all().delete()
    assert "Nothing is on the agenda." in words(pack_of(made))


def test_the_same_moment_gives_the_same_bytes(made: Panel) -> None:
    assert pack_of(made) == pack_of(made)


def test_staff_and_committee_get_it_and_nobody_else(made: Panel) -> None:
    people = made.world.cast.people
    found = {role for role in people if get(made, role).status_code == 200}
    assert found == {"manager", "officer", "chair", "reviewer"}


def test_more_reports_on_the_agenda_cost_no_more_queries(made: Panel) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            meeting_pack(made["chair"], made.meeting, at=NOW)
        return len(asked)

    another_report(made, "DAWN")
    few = cost()
    for name in ("EAST", "FAR", "GATE"):
        another_report(made, name)
    assert Network.objects.filter(acronym__in=["EAST", "FAR", "GATE"]).count() == 3
    assert cost() == few <= 8
