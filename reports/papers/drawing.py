"""Charts for papers: plain SVG, made here, with the words for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from xml.sax.saxutils import escape

from reports.papers.parts import clean

# The inks of paper.typ, which a drawing cannot read.
INKS = {"good": "#1f7a4d", "warn": "#b97a00", "bad": "#b3261e", "info": "#0b5c7a"}
GREY, WORDS = "#d5dbe1", "#1c2733"
WIDTH, ROW, LEFT = 640, 22, 150


class Chart(TypedDict):
    """A drawing and the sentence that says the same."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Part:
    """One part of a bar."""

    label: str
    count: int
    tone: str


def stacked_bars(title: str, rows: Sequence[tuple[str, Sequence[Part]]]) -> Chart:
    """One bar for each row, all on one scale, with the numbers in the sentence beside it."""
    most = max((sum(part.count for part in parts) for _, parts in rows), default=0) or 1
    drawn = [
        _bar(place * ROW, name, parts, (WIDTH - LEFT - 40) / most)
        for place, (name, parts) in enumerate(rows)
    ]
    height = max(ROW, ROW * len(rows))
    said = "; ".join(
        f"{name}: {', '.join(f'{part.label} {part.count}' for part in parts if part.count) or 0}"
        for name, parts in rows
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}">{"".join(drawn)}</svg>'
    )
    return {"svg": svg, "alt": f"{title}. {said}."}


def _bar(top: float, name: str, parts: Sequence[Part], unit: float) -> str:
    drawn = [_text(LEFT - 8, top + 15, _short(name), "end")]
    x = float(LEFT)
    for part in parts:
        width = part.count * unit
        if width:
            drawn.append(
                f'<rect x="{x:.1f}" y="{top + 4:.1f}" width="{width:.1f}" height="{ROW - 8}" '
                f'fill="{INKS.get(part.tone, GREY)}"/>'
            )
        x += width
    drawn.append(_text(x + 5, top + 15, str(sum(part.count for part in parts)), "start"))
    return "".join(drawn)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" font-family="Libertinus Serif" '
        f'text-anchor="{anchor}" fill="{WORDS}">{escape(clean(words))}</text>'
    )


def _short(name: str) -> str:
    return name if len(name) <= 24 else f"{name[:23]}…"
