"""Small charts as SVG with attributes only: no style attribute passes the CSP.

Lengths are percentages, so that a chart takes the width it is given without a script.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django_stubs_ext import StrOrPromise

from tracker.ui.states import STATES, look_of


@dataclass(frozen=True, slots=True)
class Segment:
    label: StrOrPromise
    count: int
    tone: str
    icon: str
    x: str
    width: str
    percent: int
    url: str


def percent(value: float) -> str:
    """A length for SVG. Formatted here: templates would write 12,5 % in French."""
    return f"{value:.3f}%"


def state_segments(
    kind: str, counts: Mapping[str, int], urls: Mapping[str, str] | None = None
) -> list[Segment]:
    """The counts of a state table in its own order; states nobody is in are left out."""
    ordered = [state for state in STATES[kind] if counts.get(state)]
    for state in counts:
        look_of(kind, state)
    parts = [
        {
            "label": look_of(kind, state).word,
            "count": counts[state],
            "tone": look_of(kind, state).tone,
            "icon": look_of(kind, state).icon,
            "url": (urls or {}).get(state, ""),
        }
        for state in ordered
    ]
    return segments(parts)


def segments(parts: Iterable[Mapping[str, Any]]) -> list[Segment]:
    """Lay parts ({label, count, tone, icon?, url?}) side by side over the whole width."""
    rows = [part for part in parts if part["count"]]
    total = sum(part["count"] for part in rows)
    laid: list[Segment] = []
    before = 0
    for part in rows:
        laid.append(
            Segment(
                label=part["label"],
                count=part["count"],
                tone=part.get("tone", "neutral"),
                icon=part.get("icon", ""),
                x=percent(100 * before / total),
                width=percent(100 * part["count"] / total),
                percent=round(100 * part["count"] / total),
                url=part.get("url", ""),
            )
        )
        before += part["count"]
    return laid


class Spark(NamedTuple):
    points: str
    last_x: str
    last_y: str
    zero_y: str
    values: list[float]
    last: float


def sparkline(values: Sequence[float], *, width: int = 96, height: int = 28) -> Spark | None:
    """The path of a series, drawn upwards for more. None when there is nothing to join."""
    if len(values) < 2:
        return None
    low, high = min(*values, 0), max(*values, 0)
    span = (high - low) or 1
    pad = 4

    def at(index: int, value: float) -> tuple[float, float]:
        x = pad + index * (width - 2 * pad) / (len(values) - 1)
        return x, height - pad - (value - low) * (height - 2 * pad) / span

    spots = [at(index, value) for index, value in enumerate(values)]
    return Spark(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in spots),
        last_x=f"{spots[-1][0]:.1f}",
        last_y=f"{spots[-1][1]:.1f}",
        zero_y=f"{at(0, 0)[1]:.1f}",
        values=list(values),
        last=values[-1],
    )
