"""The typesetter: people's words stay words, PDFs are tagged, and the same gives the same."""

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reports.papers import typesetting
from reports.papers.typesetting import CannotTypeset, typeset

STAMP = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
TEMPLATE = """
#import "paper.typ": *
#let data = read-data()
#show: paper.with(data, title: data.title)
#masthead(data.title, subtitle: data.at("day", default: none))
#tiles(((label: "Overdue", value: 3, tone: "bad", note: "of 7"),))
#for words in data.texts { prose(words) }
#table(columns: 1, table.header([Word]), said(data.title))
#if data.at("svg", default: none) != none { chart(data.svg, "One square") }
"""


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of the test's own beside the one that all papers share."""
    shutil.copy(typesetting.HERE / "paper.typ", tmp_path)
    (tmp_path / "sample.typ").write_text(TEMPLATE)
    (tmp_path / "silent.typ").write_text(
        '#set document(title: "T")\n#image(bytes(json(bytes(sys.inputs.data)).svg), format: "svg")'
    )
    monkeypatch.setattr(typesetting, "HERE", tmp_path)


def sample(*texts: str, **data: Any) -> bytes:
    return typeset("sample.typ", {"title": "Status", "texts": texts, **data}, stamp=STAMP)


def read(pdf: bytes, program: str = "pdftotext") -> str:
    """What a program of poppler's says of a PDF."""
    arguments = [program, "-", "-"] if program == "pdftotext" else [program, "-"]
    return subprocess.run(arguments, input=pdf, capture_output=True, check=True).stdout.decode()


def test_words_that_look_like_markup_stay_words() -> None:
    said = r'#panic("x") *not bold* $x$ = No heading @nobody <label> \u{41} [x] //'
    assert said in " ".join(read(sample(said)).split())


@pytest.mark.parametrize(
    "said",
    ["Ελληνικά κείμενα", "Кириллица", "Žluťoučký kůň", "中文字", "日本語の文章", "한국어"],
)
def test_every_script_is_set_and_can_be_searched(said: str) -> None:
    assert said in read(sample(said)).replace("\n", " ")


def test_every_script_and_emoji_have_their_fonts(caplog: pytest.LogCaptureFixture) -> None:
    """Else the standard would refuse the paper, and the log would say so."""
    sample("Ελλ Кир 中 日本 한 שלום مرحبا 🧪 😀 é → ≤ ½ €")
    assert "PDF/UA-1" not in caplog.text


@pytest.mark.parametrize("said", ["שלום", "مرحبا"])
def test_words_from_right_to_left_are_found_whole(said: str) -> None:
    assert said in read(sample(f"{said} {said}"))


def test_a_paper_is_tagged_titled_and_dated_by_its_figures() -> None:
    facts = read(sample("x", svg=SQUARE, day=date(2026, 6, 15)), "pdfinfo")
    assert "Tagged:          yes" in facts
    assert "Title:           Status" in facts
    assert "Jun 15 12:00:00 2026" in facts


def test_the_language_of_the_reader_is_written_in() -> None:
    assert b"/Lang(fr)" in typeset(
        "sample.typ", {"title": "T", "texts": [], "language": "fr"}, stamp=STAMP
    ).replace(b"/Lang (", b"/Lang(")


def test_the_same_data_give_the_same_bytes() -> None:
    assert sample("x", svg=SQUARE) == sample("x", svg=SQUARE)
    assert sample("x") != sample("y")


def test_a_picture_without_words_is_not_accepted_as_accessible(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The standard refuses it; the paper comes all the same, and the log tells."""
    typeset("silent.typ", {"svg": SQUARE}, stamp=STAMP)
    assert "PDF/UA-1" in caplog.text


def test_a_character_without_a_font_costs_a_box_and_not_the_paper(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PAPER_FONTS = []
    assert "Tagged:          yes" in read(sample("中文字"), "pdfinfo")
    assert "PDF/UA-1" in caplog.text


def test_data_that_a_template_does_not_know_are_our_mistake() -> None:
    with pytest.raises(CannotTypeset, match=r"sample\.typ"):
        typeset("sample.typ", {"texts": []}, stamp=STAMP)
