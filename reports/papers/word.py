"""A paper as a Word document: real headings, tables and picture descriptions, no comments.

The same paper gives the same bytes: the dates of the file and of every part in its archive
are the paper's own. What a person wrote goes in as text; a field, a formula or a link never
comes of it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeAlias

from docx import Document
from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.papers.parts import (
    Block,
    Chart,
    Fields,
    Heading,
    Note,
    Paper,
    Prose,
    Signature,
    Table,
    from_right,
)
from reports.papers.pictures import as_png

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The first moment an archive can name: the date of the paper stands in its properties.
ARCHIVED_AT = (1980, 1, 1, 0, 0, 0)
INK, QUIET, WARN = RGBColor(0x1C, 0x27, 0x33), RGBColor(0x5A, 0x66, 0x72), RGBColor(0x8A, 0x4B, 0)
LINE_WIDTH = 16.6  # cm between the margins of A4
FONT = "Liberation Serif"


def as_docx(paper: Paper) -> bytes:
    """The paper as the bytes of a DOCX file."""
    word = Document()
    _set_up(word, paper)
    _front(word, paper)
    for block in paper.blocks:
        WRITERS[type(block)](word, block)
    buffer = io.BytesIO()
    word.save(buffer)
    return _same_bytes(buffer.getvalue())


def _same_bytes(archive: bytes) -> bytes:
    """The archive again, with nothing in it that says when it was packed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, ARCHIVED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return buffer.getvalue()


def _set_up(word: Word, paper: Paper) -> None:
    """Page, styles and the properties of the file."""
    whole = word.part.package
    for key, relation in list(whole.rels.items()):
        # The library's template carries a picture of somebody's empty page.
        if relation.reltype.endswith("/thumbnail"):
            del whole.rels[key]
    facts = word.core_properties
    stamp = paper.stamp.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    facts.title, facts.subject, facts.language = paper.title, paper.subtitle, paper.language
    # The library writes its own name where remarks stand.
    facts.author, facts.last_modified_by, facts.comments = paper.sender, "", ""
    facts.created = facts.modified = stamp
    facts.revision = 1
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    _styles(word, paper.language)
    _foot(word, paper)


def _styles(word: Word, language: str) -> None:
    sizes = {"Normal": 10.5, "Title": 21, "Subtitle": 12, "Caption": 9, "Footer": 8}
    sizes |= {"Heading 1": 15, "Heading 2": 12, "Heading 3": 10.5, "Heading 4": 10.5}
    for name, size in sizes.items():
        style: Any = word.styles[name]
        style.font.size, style.font.name = Pt(size), FONT
        style.font.color.rgb = QUIET if name in ("Subtitle", "Caption", "Footer") else INK
        style.font.italic = False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    normal: Any = word.styles["Normal"]
    said = OxmlElement("w:lang")
    said.set(qn("w:val"), language)
    normal.element.get_or_add_rPr().append(said)
    normal.paragraph_format.space_after = Pt(6)
    word.styles["Caption"].paragraph_format.keep_with_next = True


def _foot(word: Word, paper: Paper) -> None:
    """What stands on every page, and its number."""
    foot = word.sections[0].footer.paragraphs[0]
    write(foot, f"{paper.foot}\nPage " if paper.foot else "Page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    if paper.watermark:
        head = word.sections[0].header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        write(head, paper.watermark, bold=True)


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def _front(word: Word, paper: Paper) -> None:
    for mark in paper.marks:
        _coloured(write(word.add_paragraph(), mark.upper(), bold=True), WARN)
    if paper.sender:
        _coloured(write(word.add_paragraph(), paper.sender), QUIET)
    for line in paper.recipient:
        row = write(word.add_paragraph(), line)
        row.paragraph_format.space_after = Pt(0)
    write(word.add_paragraph(style="Title"), paper.title)
    if paper.subtitle:
        write(word.add_paragraph(style="Subtitle"), paper.subtitle)
    if paper.cover:
        _fields(word, Fields(paper.cover))


def write(paragraph: Paragraph, words: str, *, bold: bool = False) -> Paragraph:
    """Put a text in, with its line breaks and in its own direction."""
    turned = from_right(words)
    for place, line in enumerate(words.split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        # Not run.text, which would make tabs and breaks of what looks like them.
        run.add_text(line)
        run.bold = bold or None
        if turned:
            run.font.rtl = True
            _size(run, Pt(10.5))
    if turned:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    return paragraph


def _coloured(paragraph: Paragraph, colour: RGBColor) -> Paragraph:
    for run in paragraph.runs:
        run.font.color.rgb = colour
    return paragraph


def _heading(word: Word, block: Heading) -> None:
    heading = write(word.add_paragraph(style=f"Heading {min(block.level, 4)}"), block.full)
    heading.paragraph_format.page_break_before = block.breaks or None


def _prose(word: Word, block: Prose) -> None:
    for part in block.paragraphs:
        write(word.add_paragraph(), part)


def _note(word: Word, block: Note) -> None:
    note = _coloured(
        write(word.add_paragraph(), block.words), WARN if block.tone == "warn" else QUIET
    )
    for run in note.runs:
        run.italic = True


def _fields(word: Word, block: Fields) -> None:
    for name, value in block.rows:
        row = write(word.add_paragraph(), f"{name}: ", bold=True)
        write(row, value)
        row.paragraph_format.space_after = Pt(2)


def _table(word: Word, block: Table) -> None:
    write(word.add_paragraph(style="Caption"), block.caption)
    table = word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _lines(table)
    widths = [Cm(LINE_WIDTH * width / sum(block.widths)) for width in block.widths]
    size = Pt(7.5 if len(widths) > 6 else 9)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _row(table.rows[0], block.columns, widths, size, block.numbers)
    for cell in table.rows[0].cells:
        _head(cell)
    repeats = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeats)
    for cells in block.rows:
        _row(table.add_row(), cells, widths, size, block.numbers)
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _lines(table: Any) -> None:
    """Thin grey lines below the rows and none between the columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D5DBE1")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side in ("left", "right", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _head(cell: Any) -> None:
    ground = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F2F5F7")):
        ground.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(ground)
    for run in cell.paragraphs[0].runs:
        run.bold = True


def _row(
    row: Any, cells: tuple[str, ...], widths: list[Any], size: Any, numbers: tuple[int, ...]
) -> None:
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for place, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = widths[place]
        paragraph = write(cell.paragraphs[0], words)
        paragraph.paragraph_format.space_after = Pt(0)
        if place in numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for run in paragraph.runs:
            _size(run, size)


def _size(run: Run, size: Any) -> None:
    """A size in both of Word's worlds: letters from the left and letters from the right."""
    run.font.size = size
    other = OxmlElement("w:szCs")
    other.set(qn("w:val"), str(round(size.pt * 2)))
    run._r.get_or_add_rPr().append(other)


def _chart(word: Word, block: Chart) -> None:
    write(word.add_paragraph(style="Caption"), block.caption)
    run: Run = word.add_paragraph().add_run()
    drawing = run.add_picture(io.BytesIO(as_png(block.svg)), width=Cm(LINE_WIDTH))
    facts = drawing._inline.docPr
    facts.set("name", block.caption)
    facts.set("descr", block.alt)


def _signature(word: Word, block: Signature) -> None:
    word.add_paragraph()
    write(word.add_paragraph(), "_" * 40)
    for words in filter(None, (block.name, block.role, block.place, block.day)):
        row = write(word.add_paragraph(), words, bold=words == block.name)
        row.paragraph_format.space_after = Pt(0)


Writer: TypeAlias = Callable[[Word, Any], None]
WRITERS: dict[type[Block], Writer] = {
    Heading: _heading,
    Prose: _prose,
    Note: _note,
    Fields: _fields,
    Table: _table,
    Chart: _chart,
    Signature: _signature,
}
