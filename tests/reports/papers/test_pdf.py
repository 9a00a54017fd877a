"""The PDF of a report: tagged, searchable, the same each time, whatever was written in it."""

import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from reports.papers.document import TAMPERED, report_paper
from reports.papers.parts import Paper
from reports.papers.typesetting import typeset
from tests.reports.papers import sample

HEBREW = "שלום עולם וברוכים הבאים"
ARABIC = "مرحبا بالعالم"
GREEK = "Ελληνικά κείμενα"
FORMULA = '=HYPERLINK("http://evil.example","x") #panic("x") $x$ *b* \\u{41} {{7*7}} <b>'


def paper(
    content: dict[str, Any] | None = None, *, audience: str = "staff", form: str = "", **said: Any
) -> Paper:
    submission = replace(sample.SUBMITTED, **said)
    return report_paper(content or sample.content(), submission, audience=audience, form=form)


def pdf_of(content: dict[str, Any] | None = None, **options: Any) -> bytes:
    made = paper(content, **options)
    return typeset("document.typ", made.as_data(), stamp=made.stamp)


def read_in_english() -> bytes:
    with translation.override("en"):
        return pdf_of()


def read(pdf: bytes, program: str = "pdftotext") -> str:
    arguments = [program, "-", "-"] if program == "pdftotext" else [program, "-"]
    return subprocess.run(arguments, input=pdf, capture_output=True, check=True).stdout.decode()


def words(pdf: bytes) -> str:
    """Its text without the breaks of its lines."""
    return " ".join(read(pdf).split())


def test_pdfinfo_says_tagged_titled_and_dated_by_the_submission() -> None:
    facts = read(pdf_of(), "pdfinfo")
    assert re.search(r"Tagged:\s+yes", facts)
    assert re.search(r"Title:\s+Interim report 3, 1 Jan 2026 to 30 Jun 2026\n", facts)
    assert re.search(r"CreationDate:\s+Tue Jul 14 09:30:00 2026", facts)


def test_it_claims_the_standard_for_accessible_papers_and_names_its_language() -> None:
    root: Any = PdfReader(BytesIO(pdf_of())).trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert root["/Lang"] == "en"


def structure(node: Any) -> list[Any]:
    """Every element of a PDF's structure tree."""
    if isinstance(node, list):
        return [found for each in node for found in structure(each.get_object())]
    if not isinstance(node, dict):
        return []
    return [node, *structure(node.get("/K", []))]


def elements(pdf: bytes, kind: str) -> list[Any]:
    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return [each for each in structure(root["/StructTreeRoot"]["/K"]) if each.get("/S") == kind]


def test_the_chart_is_described_for_who_cannot_see_it() -> None:
    figures = [figure for figure in elements(pdf_of(), "/Figure") if "/Alt" in figure]
    assert ["from 0 to 12 days" in figure["/Alt"] for figure in figures] == [True]


def test_sections_are_headings_and_tables_have_head_cells() -> None:
    pdf = pdf_of()
    assert len(elements(pdf, "/H1")) == len(sample.CONTENT["sections"])
    assert len(elements(pdf, "/TH")) > 20


def test_the_same_version_gives_the_same_bytes() -> None:
    assert pdf_of() == pdf_of()


def test_readers_of_other_languages_get_the_same_bytes() -> None:
    with translation.override("de"):
        assert pdf_of() == read_in_english()


def test_another_moment_of_submission_gives_other_bytes() -> None:
    assert pdf_of() != pdf_of(at=datetime(2026, 7, 15, tzinfo=UTC))


def test_each_page_carries_the_hash() -> None:
    pages = PdfReader(BytesIO(pdf_of())).pages
    assert [sample.SHA in page.extract_text() for page in pages] == [True] * len(pages)


def test_a_second_version_says_revised() -> None:
    assert "REVISED: VERSION 2" in words(pdf_of(version=2))


def test_a_first_version_does_not_say_revised() -> None:
    assert "REVISED" not in words(pdf_of())


def test_a_draft_says_so_on_its_first_page_and_is_not_signed() -> None:
    said = words(pdf_of(version=0))
    assert "DRAFT" in said
    assert "Submitted electronically" not in said


def test_a_tampered_version_is_told() -> None:
    assert TAMPERED in words(pdf_of(intact=False))


def test_an_untouched_version_is_not_accused() -> None:
    assert "SHA-256 that" not in words(pdf_of())


@pytest.mark.parametrize("said", [GREEK, HEBREW, ARABIC, FORMULA, "Žluťoučký kůň 中文"])
def test_what_was_written_is_found_as_it_was_written(said: str) -> None:
    assert said in words(pdf_of(sample.with_text(said)))


@pytest.mark.parametrize("said", [GREEK, HEBREW, ARABIC, FORMULA])
def test_so_are_the_words_of_a_table(said: str) -> None:
    content = sample.content(items=[sample.item(1, title="x", comment=said)])
    # A narrow cell breaks a long word, and an extractor cannot know that.
    assert "".join(said.split()) in "".join(read(pdf_of(content)).split())


@pytest.mark.parametrize(
    "said", ["🧪 emoji 😀", "👩\u200d🔬 and 🇮🇹", "\x00\x07\x1b\ufffe bell", "\u202e turned"]
)
def test_odd_characters_do_not_stop_the_paper(said: str, caplog: pytest.LogCaptureFixture) -> None:
    assert "Recruit cohort 3." in words(pdf_of(sample.with_text(said)))
    assert "PDF/UA-1" not in caplog.text


def test_a_text_of_many_pages_is_whole() -> None:
    said = "\n\n".join(f"Sentence {number} of many, with some words." for number in range(2000))
    found = words(pdf_of(sample.with_text(said)))
    missing = [n for n in range(2000) if f"Sentence {n} of many, with some words." not in found]
    assert missing == []


def test_a_word_without_end_stays_on_the_page_and_whole() -> None:
    pdf = pdf_of(sample.with_text("x" * 900))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert max(float(right) for right in re.findall(r'xMax="([\d.]+)"', boxes)) < 595
    assert "x" * 900 in "".join(read(pdf).split())


def test_300_milestones_are_all_there() -> None:
    items = [sample.item(number) for number in range(1, 301)]
    found = set(read(pdf_of(sample.content(items=items))).split())
    assert {f"MS{number}" for number in range(1, 301)} <= found


def test_no_milestones_and_no_facts_are_said() -> None:
    empty = {name: [] for name in sample.CONTENT["facts"]} | {"people": {}}
    said = words(pdf_of(sample.content(**empty)))
    assert "no milestones and no deliverables" in said


def test_a_report_before_its_template_is_a_paper_too() -> None:
    content = sample.content()
    content["meta"] |= {"template": None, "version": None}
    content["meta"]["network"]["lead"] = None
    content["sections"] = []
    assert "no sections" in words(pdf_of(content, version=0))
