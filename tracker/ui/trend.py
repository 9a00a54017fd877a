"""How far forecasts lay behind due dates, month by month: lines over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 32
# Steps of the scale in days that people can read.
STEPS = (1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730, 1825)
MOST_LABELS = 7


class Tick(NamedTuple):
    """A line of the scale."""

    at: str
    label: str
    day: date | None = None


class Trend(NamedTuple):
    """What the template draws."""

    mean: str
    most: str
    area: str
    days: list[Tick]
    months: list[Tick]
    last_x: str
    last_y: str


def draw(points: Sequence[Mapping[str, Any]]) -> Trend | None:
    """Rows ``{on: date, mean_days, max_days}``, oldest first; None when there is nothing to join."""
    if len(points) < 2:
        return None
    highest = max(point["max_days"] for point in points)
    step = next((each for each in STEPS if highest <= each * 5), highest // 5 + 1)
    top = step * max(1, -(-highest // step))

    def x(index: int) -> float:
        return float(LEFT + index * (WIDTH - LEFT - RIGHT) / (len(points) - 1))

    def y(days: float) -> float:
        return float(HEIGHT - BOTTOM - days * (HEIGHT - TOP - BOTTOM) / top)

    def path(name: str) -> str:
        spots = ((x(index), y(point[name])) for index, point in enumerate(points))
        return " ".join(f"{across:.1f},{up:.1f}" for across, up in spots)

    every = -(-len(points) // MOST_LABELS)
    mean, ground = path("mean_days"), f"{y(0):.1f}"
    return Trend(
        mean=mean,
        most=path("max_days"),
        area=f"{x(0):.1f},{ground} {mean} {x(len(points) - 1):.1f},{ground}",
        days=[Tick(f"{y(days):.1f}", str(days)) for days in range(0, top + 1, step)],
        months=[
            Tick(f"{x(index):.1f}", "", points[index]["on"])
            for index in range(0, len(points), every)
        ],
        last_x=f"{x(len(points) - 1):.1f}",
        last_y=f"{y(points[-1]['max_days']):.1f}",
    )
