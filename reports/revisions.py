"""What a resubmitted report says differently: by section, word by word, and by item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.utils.formats import date_format

from reports.comparing import FigureChange
from reports.models import ReportVersion, ReviewRound
from reports.presenting import in_words
from reports.rateable import FOR_STAFF

# Beyond so many words a comparison word by word would take seconds: paragraphs then.
MOST_WORDS = 6000
_FACTS = (
    *("state", "confidence", "percent", "due", "forecast", "actual", "late_days"),
    *("reason_code", "reason", "comment"),
)


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
            for piece in _pair(_change(name, was, each))
        ]
        if pieces:
            label = f"{each['code']} {each.get('title') or ''}".strip()
            found.append(Changed(_name(each), label, pieces))
    return found


def _listed(content: dict[str, Any]) -> list[dict[str, Any]]:
    return (content.get("facts") or {}).get("items") or []


def _name(each: dict[str, Any]) -> str:
    return f"{each.get('kind') or 'milestone'}:{each['code']}"


def _change(name: str, was: dict[str, Any], now: dict[str, Any]) -> FigureChange:
    return FigureChange("items", now["code"], "", name, was.get(name), now.get(name))


def _pair(change: FigureChange) -> list[Piece]:
    said = in_words(change)
    pieces = [Piece("same", f"{said['field']}: ")]
    for kind, value in (("removed", said["old"]), ("added", said["new"])):
        if value != "":
            pieces.append(Piece(kind, _written(value)))
    # Each figure on a line of its own.
    return [*pieces, Piece("same", "\n")]


def _written(value: Any) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)


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
