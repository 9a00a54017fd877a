"""Drawings made on the server: plain SVG without styles, so that every rendering takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from reports.papers.parts import day

INK, QUIET, GRID = "#1c2733", "#5a6672", "#d5dbe1"
MOST, MEAN = "#b3531e", "#1f6f8b"
# The typesetter's own font first: the same drawing on every machine.
FONT = "Libertinus Serif, Georgia, serif"
WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 44, 118, 14, 30
FLOOR = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Point:
    """How late the items of a plan were expected to be, on one day."""

    on: str
    open: int
    late: int
    mean_days: int
    max_days: int


def slippage_svg(points: Sequence[Point]) -> str:
    """Two lines over time: the latest item, and the mean of the late ones, in days."""
    high = _ceiling(max((point.max_days for point in points), default=0))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="{FONT}" font-size="11">',
        *(_rung(high * step // 4, high) for step in range(5)),
        *_months(points),
    ]
    worst = [point.max_days for point in points]
    means = [point.mean_days for point in points]
    parts += _line(worst, high, MOST, "")
    parts += _line(means, high, MEAN, "6 3")
    parts += _names(worst[-1], means[-1], high) if points else []
    return "".join([*parts, "</svg>"])


def _ceiling(highest: int) -> int:
    """The next round number, in four equal steps."""
    for top in (4, 8, 20, 40, 60, 80, 120, 200, 400, 800, 1200, 2000, 4000):
        if highest <= top:
            return top
    return -(-highest // 4000) * 4000


def _across(place: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (place / max(count - 1, 1))


def _up(days: int, high: int) -> float:
    return FLOOR - (FLOOR - TOP) * days / high


def _rung(days: int, high: int) -> str:
    level = _up(days, high)
    return (
        f'<line x1="{LEFT}" y1="{level:.1f}" x2="{WIDTH - RIGHT}" y2="{level:.1f}" '
        f'stroke="{GRID if days else QUIET}" stroke-width="0.7"/>'
        f'<text x="{LEFT - 6}" y="{level + 4:.1f}" text-anchor="end" fill="{QUIET}">{days}</text>'
    )


def _months(points: Sequence[Point]) -> list[str]:
    """Dates below the first and the last point, and below some between."""
    count = len(points)
    shown = sorted({0, count // 3, 2 * count // 3, count - 1}) if count > 3 else range(count)
    return [
        f'<text x="{_across(place, count):.1f}" y="{HEIGHT - 10}" text-anchor="middle" '
        f'fill="{QUIET}">{escape(day(points[place].on))}</text>'
        for place in shown
    ]


def _line(values: Sequence[int], high: int, colour: str, dashes: str) -> list[str]:
    spots = [(_across(place, len(values)), _up(value, high)) for place, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{broken}/>'
    # A plan of many years has a point for each month: dots would hide the line.
    dots = spots if len(spots) <= 24 else spots[-1:]
    return [
        line,
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in dots),
    ]


def _names(worst: int, mean: int, high: int) -> list[str]:
    """What each line is, beside its end; apart from each other where the ends meet."""
    upper, lower = _up(worst, high) + 4, _up(mean, high) + 4
    if lower - upper < 14:
        lower = upper + 14
    if lower > FLOOR + 4:
        upper, lower = FLOOR - 10, FLOOR + 4
    return [
        f'<text x="{WIDTH - RIGHT + 8}" y="{height:.1f}" fill="{INK}">{words}</text>'
        for height, words in ((upper, f"latest: {worst} days"), (lower, f"mean: {mean} days"))
    ]


def slippage_words(points: Sequence[Point]) -> str:
    """The drawing in words, for who cannot see it."""
    first, last = points[0], points[-1]
    return (
        f"Line chart of expected delay from {day(first.on)} to {day(last.on)}, in days after the "
        f"due dates. The latest item went from {first.max_days} to {last.max_days} days, the mean "
        f"of the late items from {first.mean_days} to {last.mean_days}; {last.late} items are "
        f"late at the end. The table that follows has every point."
    )
