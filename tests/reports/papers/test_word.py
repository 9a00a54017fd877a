"""The DOCX of a report: opened by LibreOffice, described, without anybody's traces."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document

from reports.papers.document import report_paper
from reports.papers.word import as_docx
from tests.reports.papers import sample
from tests.reports.papers.test_pdf import ARABIC, FORMULA, GREEK, HEBREW

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_of(
    content: dict[str, Any] | None = None, *, audience: str = "staff", **said: Any
) -> bytes:
    submission = replace(sample.SUBMITTED, **said)
    return as_docx(report_paper(content or sample.content(), submission, audience=audience))


def opened(docx: bytes) -> Any:
    return Document(BytesIO(docx))


def text_by_libreoffice(docx: bytes, folder: Path) -> str:
    """What LibreOffice reads in it."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is missing: install libreoffice-writer-nogui.")
    (folder / "report.docx").write_bytes(docx)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder)]
    subprocess.run(
        [*command, str(folder / "report.docx")], check=True, capture_output=True, timeout=180
    )
    return (folder / "report.txt").read_text("utf-8-sig")


def test_libreoffice_reads_all_of_it(tmp_path: Path) -> None:
    """One start of LibreOffice for everything that was written and may be hard to read."""
    items = [sample.item(number) for number in range(1, 301)]
    items.append(sample.item(301, title=FORMULA, comment=HEBREW))
    hard = sample.content(items=items)
    said = [GREEK, HEBREW, ARABIC, FORMULA, "🧪😀", "x" * 900, "\x00\x0b bell"]
    hard["sections"][0]["text"] = "\n\n".join(said)
    found = text_by_libreoffice(docx_of(hard), tmp_path)
    missing = [words for words in (*said[:-1], " bell", "MS300", sample.SHA) if words not in found]
    # LibreOffice leaves out of a text file what stands at the foot of pages.
    assert missing == [sample.SHA]
    assert found.count(FORMULA) == 2


def test_the_same_version_gives_the_same_bytes() -> None:
    assert docx_of() == docx_of()


def test_nothing_in_the_archive_says_when_it_was_packed() -> None:
    with zipfile.ZipFile(BytesIO(docx_of())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_its_dates_are_those_of_the_submission() -> None:
    facts = opened(docx_of()).core_properties
    assert facts.created.replace(tzinfo=UTC) == sample.SUBMITTED.at
    assert facts.modified == facts.created


def test_its_properties_hold_the_title_and_nobodys_remarks() -> None:
    facts = opened(docx_of()).core_properties
    assert facts.title == "Interim report 3, 1 Jan 2026 to 30 Jun 2026"
    assert (facts.comments, facts.last_modified_by, facts.keywords) == ("", "", "")


def test_it_has_no_comments_and_no_tracked_changes() -> None:
    with zipfile.ZipFile(BytesIO(docx_of())) as archive:
        names = archive.namelist()
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    assert [name for name in names if "comment" in name.lower()] == []
    tags = {each.tag for each in body.iter()}
    assert tags.isdisjoint({f"{W}ins", f"{W}del", f"{W}commentReference", f"{W}instrText"})


def test_sections_are_headings() -> None:
    found = [row.text for row in opened(docx_of()).paragraphs if row.style.name == "Heading 1"]
    assert found[0] == "B.1  Goals"
    assert len(found) == len(sample.CONTENT["sections"])


def test_heads_of_tables_repeat_on_each_page() -> None:
    document = opened(docx_of())
    firsts = [table.rows[0]._tr for table in document.tables]
    assert firsts
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in firsts] == [True] * len(firsts)


def test_the_chart_is_described_for_who_cannot_see_it() -> None:
    shapes = opened(docx_of()).inline_shapes
    assert ["from 0 to 12 days" in shape._inline.docPr.get("descr") for shape in shapes] == [True]


def test_words_from_right_to_left_are_marked_so() -> None:
    document = opened(docx_of(sample.with_text(HEBREW)))
    row = next(row for row in document.paragraphs if row.text == HEBREW)
    assert row._p.find(f"{W}pPr/{W}bidi") is not None
    assert row.runs[0].font.rtl


def test_the_committee_gets_nothing_that_is_for_staff() -> None:
    docx = docx_of(audience="committee")
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        found = [name for name in archive.namelist() if b"a grievance" in archive.read(name)]
    assert found == []
    assert "a grievance" in "".join(row.text for row in opened(docx_of()).paragraphs)
