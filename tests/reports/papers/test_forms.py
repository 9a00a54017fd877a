"""The same stored answers in several forms, and who reads which of them."""

from typing import Any

import pytest

from reports.models import ReportKind, ReportTemplate
from reports.papers.document import report_paper
from reports.papers.forms import FORMS, NEAREST
from reports.papers.parts import Heading, Paper, Prose, Table
from reports.services.ready_templates import READY
from tests.reports.papers import sample

STAFF_ONLY = "For staff: a grievance."


def paper(
    form: str = "", *, audience: str = "staff", content: dict[str, Any] | None = None
) -> Paper:
    return report_paper(content or sample.content(), sample.SUBMITTED, audience=audience, form=form)


def headings(made: Paper) -> list[str]:
    return [block.number for block in made.blocks if isinstance(block, Heading) and block.number]


def prose(made: Paper) -> list[str]:
    return [block.words for block in made.blocks if isinstance(block, Prose)]


def captions(made: Paper) -> set[str]:
    return {block.caption for block in made.blocks if isinstance(block, Table)}


def test_as_it_was_written_keeps_numbers_and_order() -> None:
    assert headings(paper())[:3] == ["B.1", "B.2", "B.6"]


def test_eu_like_has_the_eu_numbers_in_their_order() -> None:
    found = headings(paper("eu_periodic"))
    assert found == sorted(found)
    assert {"0", "1.1", "1.2", "5.1"} <= set(found)


@pytest.mark.parametrize("form", ["rppr", "eu_periodic"])
@pytest.mark.parametrize("own", [*ReportTemplate.Form])
@pytest.mark.parametrize("kind", [*ReportKind])
def test_no_answer_and_no_fact_is_lost_in_another_form(form: str, own: str, kind: str) -> None:
    content = sample.content()
    content["meta"] |= {"kind": kind}
    content["meta"]["template"] |= {"form": own}
    content["sections"] = [
        sample.section(asked.key, asked.title, f"Of {asked.key}.", facts=asked.facts)
        for asked in READY[own, kind][1]
    ]
    as_written, other = paper(content=content), paper(form, content=content)
    assert sorted(prose(other)) == sorted(prose(as_written))
    assert captions(other) == captions(as_written)


@pytest.mark.parametrize("form", NEAREST)
def test_the_nearest_heading_exists_and_is_of_what_the_form_does_not_ask(form: str) -> None:
    asked = {question.key for question in READY[form, "interim"][1]}
    known = {question.key for _name, questions in READY.values() for question in questions}
    assert set(NEAREST[form].values()) <= asked
    assert not asked & set(NEAREST[form])
    assert set(NEAREST[form]) <= known


@pytest.mark.parametrize("form", FORMS)
def test_the_public_reads_the_lay_words_and_no_figures(form: str) -> None:
    made = paper(form, audience="public")
    assert prose(made) == [sample.LAY]
    assert captions(made) == set()


def test_the_lay_form_has_no_numbers_of_another_order() -> None:
    headings = [block for block in paper("lay").blocks if block.kind == "heading"]
    assert headings
    assert not any(block.number for block in headings)


def test_the_lay_form_is_the_same_whoever_reads_it() -> None:
    assert paper("lay", audience="staff") == paper("lay", audience="public")


@pytest.mark.parametrize("form", FORMS)
def test_the_committee_does_not_read_what_is_for_staff(form: str) -> None:
    assert STAFF_ONLY not in prose(paper(form, audience="committee"))


def test_staff_and_the_network_read_it() -> None:
    assert STAFF_ONLY in prose(paper("eu_periodic"))


def test_facts_beside_an_answer_for_staff_are_for_staff() -> None:
    content = sample.content()
    for each in content["sections"]:
        if each["facts"] == "effort":
            each["audience"] = "staff"
    made = paper("eu_periodic", audience="committee", content=content)
    assert "Effort in person-months" not in captions(made)
