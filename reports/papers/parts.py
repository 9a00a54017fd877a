"""What a paper is made of, whatever it is shown as: PDF, DOCX, page.

A person's words are ``Prose`` and the cells of tables; all else is ours. Nothing here is
markup: each rendering sets these as plain text.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

# Characters that neither XML 1.0 nor a typesetter can carry; tab and line breaks stay.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FROM_RIGHT = ("R", "AL")


def clean(words: object) -> str:
    """A text as every rendering can carry it; line breaks are ``\\n``."""
    text = "" if words is None else str(words)
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def day(value: object) -> str:
    """A date as a paper writes it: 30 Jun 2026. What is no date stays as it is."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return clean(value)
    if not isinstance(value, date):
        return ""
    # No strftime: month names must not follow the machine's locale.
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def from_right(words: str) -> bool:
    """Whether a text begins with a letter that is written from right to left."""
    for sign in words:
        direction = unicodedata.bidirectional(sign)
        if direction in FROM_RIGHT:
            return True
        if direction == "L":
            return False
    return False


def paragraphs(words: str) -> list[str]:
    """The paragraphs of a person's text: an empty line parts them, line breaks stay."""
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", words) if part.strip()]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest below the title."""

    words: str
    level: int = 1
    number: str = ""
    # Starts on a new page where there are pages.
    breaks: bool = False
    kind: Literal["heading"] = "heading"

    @property
    def full(self) -> str:
        """With its number."""
        return f"{self.number}  {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Prose:
    """What a person wrote."""

    words: str
    kind: Literal["prose"] = "prose"

    @property
    def paragraphs(self) -> list[str]:
        """Its paragraphs, each with its line breaks."""
        return paragraphs(self.words)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of ours."""

    words: str
    tone: Literal["quiet", "warn"] = "quiet"
    kind: Literal["note"] = "note"


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and values side by side."""

    rows: tuple[tuple[str, str], ...]
    kind: Literal["fields"] = "fields"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings; ``widths`` are shares of the line."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    # Columns of numbers, which stand to the right.
    numbers: tuple[int, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, with words for who cannot see it; its data follow as a table."""

    caption: str
    alt: str
    svg: str
    kind: Literal["chart"] = "chart"

    @property
    def address(self) -> str:
        """The drawing as the source of a picture on a page."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for the paper: a line to sign on, with name, role and day below it."""

    name: str
    role: str
    day: str
    place: str = ""
    kind: Literal["signature"] = "signature"


Block: TypeAlias = Heading | Prose | Note | Fields | Table | Chart | Signature


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper, ready to be shown in any way."""

    title: str
    stamp: datetime
    blocks: tuple[Block, ...]
    subtitle: str = ""
    sender: str = ""
    cover: tuple[tuple[str, str], ...] = ()
    # "Revised", "Draft": shown beside the title.
    marks: tuple[str, ...] = ()
    # What stands at the foot of each page, beside its number.
    foot: str = ""
    # Behind the words of each page: DRAFT.
    watermark: str = ""
    # Whether a list of contents follows the cover.
    contents: bool = False
    layout: Literal["report", "letter"] = "report"
    language: str = "en"
    recipient: tuple[str, ...] = field(default=())

    def as_data(self) -> dict[str, Any]:
        """The paper as plain data, for a template."""
        data = asdict(self)
        del data["stamp"]
        return data


def lowered(blocks: tuple[Block, ...], by: int) -> tuple[Block, ...]:
    """The blocks with their headings some levels lower, to stand within a larger paper."""
    return tuple(
        replace(block, level=block.level + by, breaks=False)
        if isinstance(block, Heading)
        else block
        for block in blocks
    )
