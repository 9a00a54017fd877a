"""Tags for whole pieces of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template

from tracker.ui import evidence
from tracker.ui.dates import write_day, write_moment
from tracker.ui.states import look_of

register = template.Library()


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", *, icon: str = "inbox", url: str = "", action: str = ""
) -> dict[str, Any]:
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("components/tile.html")
def tile(
    label: str, value: Any, *, url: str = "", tone: str = "", icon: str = "", note: str = ""
) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "url": url,
        "tone": tone,
        "icon": icon,
        "note": note,
    }


@register.inclusion_tag("components/history.html")
def history(items: Sequence[Mapping[str, Any]], *, label: str) -> dict[str, Any]:
    """What happened, newest first: {when, who, title, text?, kind?, state?, icon?, tone?}."""
    return {"items": [_history_item(item) for item in items], "label": label}


def _history_item(item: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"icon": "circle-dot", "tone": "neutral", **item}
    if "state" in item:
        look = look_of(item.get("kind", "milestone"), item["state"])
        shown |= {"icon": look.icon, "tone": look.tone}
    if isinstance(item["when"], datetime):
        shown["written"] = write_moment(item["when"])
    else:
        shown["written"] = write_day(item["when"])
    return shown


@register.inclusion_tag("components/evidence.html", name="evidence")
def evidence_row(
    kind: str, target: str, *, title: str = "", meta: str = "", size: int | None = None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "source": evidence.source_of(kind, target),
        "title": title or target,
        "meta": meta,
        "size": size,
    }
