"""The decision letter: what the network is told, and nothing that is not for it."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from reports.models import Condition, Decision, ProgressReport
from reports.papers.letter import decision_letter
from reports.papers.versions import as_pdf
from tests.reports.papers.panels import HIDDEN, Panel, decide, panel
from tests.reports.papers.test_pdf import read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Panel:
    return panel()


def letter_of(decision: Decision) -> bytes:
    return as_pdf(decision_letter(decision))


def get(person: Any, decision: Decision) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("decision-letter", args=[decision.pk]))


@pytest.mark.parametrize(
    "said",
    [
        "Dear Lea Lead,",
        "Continue with conditions",
        "Accepted with conditions",
        "4 for, 0 against, 1 abstained; 5 present, quorum 2",
        "Recruitment is good; consent forms are missing.",
        "Show the consent forms",
        "1 Jun 2026",
        "The network lead",
        "The reviewers are content with the recruitment.",
        "The network goes on.",
        "at its meeting “Spring panel” on 2 Apr 2026",
    ],
)
def test_it_says_what_was_decided(made: Panel, said: str) -> None:
    assert said in words(letter_of(decide(made)))


def test_nothing_hidden_is_in_it_nor_behind_it(made: Panel) -> None:
    pdf = letter_of(decide(made))
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    behind = [str(reader.metadata), root["/Metadata"].get_data().decode(), read(pdf, "pdfinfo")]
    # Every object of the file, unpacked: text, tags, bookmarks, properties.
    everything = [stream_of(reader.get_object(number)) for number in range(1, len(reader.xref[0]))]
    for hidden in (HIDDEN, str(made["reviewer"]), "Second Reviewer"):
        assert hidden not in words(pdf)
        assert [part for part in (*behind, *everything) if hidden in part] == []


def stream_of(found: Any) -> str:
    data = found.get_data().decode("latin-1") if hasattr(found, "get_data") else ""
    return f"{found}{data}"


def test_the_same_decision_gives_the_same_bytes_also_when_a_condition_is_met(made: Panel) -> None:
    decision = decide(made)
    before = letter_of(decision)
    Condition.objects.update(state="met", handed_in_on="2026-05-01", settled_on="2026-05-02")
    assert letter_of(Decision.objects.get()) == before


def test_a_decision_without_conditions_and_meeting_is_a_letter_too(made: Panel) -> None:
    decision = decide(made, outcome="hold", report_outcome="accepted", meeting=None)
    Condition.objects.all().delete()
    said = words(letter_of(decision))
    assert "Hold" in said
    assert "at its meeting" not in said
    assert "Conditions" not in said


READERS = {"manager", "officer", "chair", "reviewer", "lead", "deputy", "wp_lead", "member"}


def test_who_gets_the_letter(made: Panel) -> None:
    """A co-funder, an observer and a stranger read no reasons."""
    decision = decide(made)
    ProgressReport.objects.update(state="accepted_with_conditions")
    people = made.world.cast.people
    assert {role for role in people if get(people[role], decision).status_code == 200} == READERS


def test_more_conditions_cost_no_more_queries(made: Panel) -> None:
    decision = decide(made)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            decision_letter(Decision.objects.get())
        return len(asked)

    few = cost()
    for number in range(2, 9):
        Condition.objects.create(
            network=made.world.network,
            decision=decision,
            number=number,
            text=f"Condition {number}",
            due_date="2026-06-01",
        )
    assert cost() == few <= 8
