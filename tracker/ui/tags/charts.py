"""Tags for charts: SVG from the server, with the same data as text."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.template import Context

from tracker.ui import charts, gantt, worldmap
from tracker.ui import trend as trends

register = template.Library()


@register.inclusion_tag("components/bar.html")
def state_bar(
    kind: str,
    counts: Mapping[str, int],
    *,
    label: str,
    legend: bool = True,
    urls: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "label": label,
        "legend": legend,
        "segments": charts.state_segments(kind, counts, urls),
    }


@register.inclusion_tag("components/bar.html")
def segment_bar(
    parts: Sequence[Mapping[str, Any]], *, label: str, legend: bool = True
) -> dict[str, Any]:
    return {"label": label, "legend": legend, "segments": charts.segments(parts)}


@register.inclusion_tag("components/sparkline.html")
def sparkline(
    values: Sequence[float], *, label: str, unit: str = "", tone: str = "info"
) -> dict[str, Any]:
    return {"spark": charts.sparkline(values), "label": label, "unit": unit, "tone": tone}


@register.inclusion_tag("components/gantt.html", takes_context=True, name="gantt")
def gantt_chart(
    context: Context,
    rows: Sequence[Mapping[str, Any]],
    *,
    label: str,
    today: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> dict[str, Any]:
    today = today or context["today"]
    plan = gantt.lay_out(rows, today=today, start=start, end=end)
    return {"plan": plan, "label": label, "today": today}


@register.inclusion_tag("components/worldmap.html", name="worldmap")
def world_map(countries: Sequence[Mapping[str, Any]], *, label: str) -> dict[str, Any]:
    """Rows {country, name, partners} as marks on a map, with the same as a sentence."""
    return {
        "map": worldmap.draw(countries),
        "countries": countries,
        "label": label,
        "width": worldmap.WIDTH,
        "height": worldmap.HEIGHT,
    }


@register.inclusion_tag("components/trend.html")
def trend(points: Sequence[Mapping[str, Any]], *, label: str) -> dict[str, Any]:
    """Rows {on, open, late, mean_days, max_days}, oldest first, as lines and as a table."""
    return {
        "trend": trends.draw(points),
        "points": points,
        "label": label,
        "width": trends.WIDTH,
        "height": trends.HEIGHT,
        "left": trends.LEFT,
        "right": trends.WIDTH - trends.RIGHT,
        "label_x": trends.LEFT - 8,
        "text_y": trends.HEIGHT - 8,
    }
