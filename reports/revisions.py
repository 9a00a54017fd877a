"""What a resubmitted report says differently: by section, word by word, and by item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reports.models import ReportVersion, ReviewRound
from reports.rateable import FOR_STAFF

# Beyond so many words a comparison word by word would take seconds: paragraphs then.
MOST_WORDS = 6000
_FACTS = ("state", "confidence", "percent", "due", "forecast", "actual", "reason", "comment")


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, came or went: ``same``, ``added``, ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changed:
    """One section or item that differs."""

    about: str
    label: str
    pieces: list[Piece]


def earlier(round_: ReviewRound) -> ReportVersion | None:
    """The version before the one under review; None for a first submission."""
    found: ReportVersion | None = (
        ReportVersion.objects.filter(report=round_.report_id, number__lt=round_.version.number)
        .order_by("-number")
        .first()
    )
    return found


def what_changed(old: dict[str, Any], new: dict[str, Any]) -> list[Changed]:
    """Sections open to the committee, then items, that the newer version says differently."""
    return [*_sections(old, new), *_items(old, new)]


def _sections(old: dict[str, Any], new: dict[str, Any]) -> list[Changed]:
    before = {each.get("key"): each.get("text") or "" for each in old.get("sections") or []}
    found = []
    for each in new.get("sections") or []:
        if not each.get("key"):
            continue
        was, now = before.get(each["key"], ""), each.get("text") or ""
        if each.get("audience") != FOR_STAFF and was != now:
            label = f"{each.get('number') or ''} {each.get('title') or each['key']}".strip()
            found.append(Changed(f"section:{each['key']}", label, differing(was, now)))
    return found


def _items(old: dict[str, Any], new: dict[str, Any]) -> list[Changed]:
    before = {_name(each): each for each in _listed(old)}
    found = []
    for each in _listed(new):
        was = before.get(_name(each), {})
        pieces = [
            piece
            for name in _FACTS
            if was.get(name) != each.get(name)
            for piece in _pair(name, was.get(name), each.get(name))
        ]
        if pieces:
            label = f"{each['code']} {each.get('title') or ''}".strip()
            found.append(Changed(_name(each), label, pieces))
    return found


def _listed(content: dict[str, Any]) -> list[dict[str, Any]]:
    return (content.get("facts") or {}).get("items") or []


def _name(each: dict[str, Any]) -> str:
    return f"{each.get('kind') or 'milestone'}:{each['code']}"


def _pair(name: str, was: Any, now: Any) -> list[Piece]:
    pieces = [Piece("same", f"{name.replace('_', ' ')}: ")]
    if was not in (None, ""):
        pieces.append(Piece("removed", str(was)))
    if now not in (None, ""):
        pieces.append(Piece("added", str(now)))
    return [*pieces, Piece("same", "  ")]


def differing(was: str, now: str) -> list[Piece]:
    """The words of two texts, told apart."""
    split = r"(\n+)" if len(was.split()) + len(now.split()) > MOST_WORDS else r"(\s+)"
    left, right = re.split(split, was), re.split(split, now)
    pieces: list[Piece] = []
    for step, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        gone, come = "".join(left[a:b]), "".join(right[c:d])
        if step == "equal":
            pieces.append(Piece("same", gone))
            continue
        pieces += [Piece("removed", gone)] if gone else []
        pieces += [Piece("added", come)] if come else []
    return pieces
