"""Two versions of a report, side by side: words and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# Above this the words of a section are not compared one by one: the time grows with the square.
MOST_WORDS = 6000
_ITEM_FIELDS = ("state", "revised", "forecast", "actual", "late_days", "reason", "comment", "title")


@dataclass(frozen=True)
class Piece:
    """Some words that both texts share, or that only one of them has."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class SectionPair:
    """One section in both versions; empty where a version has no such section."""

    number: str
    title: str
    old: list[Piece]
    new: list[Piece]
    is_changed: bool


@dataclass(frozen=True)
class FigureChange:
    """One figure of one item that differs; None where a version has no such item."""

    code: str
    title: str
    field: str
    old: Any
    new: Any


def compare_sections(old: dict[str, Any], new: dict[str, Any]) -> list[SectionPair]:
    """Every section of either version, in the order of the newer one."""
    before = {section["key"]: section for section in old["sections"]}
    pairs = [_pair(before.pop(each["key"], None), each) for each in new["sections"]]
    return pairs + [_pair(section, None) for section in before.values()]


def _pair(old: dict[str, Any] | None, new: dict[str, Any] | None) -> SectionPair:
    named = new or old or {}
    was, now = _text(old), _text(new)
    left, right = words_apart(was, now)
    return SectionPair(named["number"], named["title"], left, right, was != now)


def _text(section: dict[str, Any] | None) -> str:
    if section is None:
        return ""
    return "\N{EM DASH}" if section["nothing"] else str(section["text"])


def words_apart(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces: what they share, and what only one of them says."""
    if old == new:
        return [Piece(old)], [Piece(new)]
    left, right = (re.findall(r"\s+|\S+", text) for text in (old, new))
    if max(len(left), len(right)) > 2 * MOST_WORDS:
        return [Piece(old, is_changed=True)], [Piece(new, is_changed=True)]
    before: list[Piece] = []
    after: list[Piece] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        is_changed = step != "equal"
        if i2 > i1:
            before.append(Piece("".join(left[i1:i2]), is_changed))
        if j2 > j1:
            after.append(Piece("".join(right[j1:j2]), is_changed))
    return before, after


def compare_figures(old: dict[str, Any], new: dict[str, Any]) -> list[FigureChange]:
    """What differs in the milestones, deliverables and risks of two versions."""
    found: list[FigureChange] = []
    for name, fields in (
        ("items", _ITEM_FIELDS),
        ("risks", ("likelihood", "severity", "mitigation", "closed_on")),
    ):
        before = {row["code"]: row for row in old["facts"].get(name, [])}
        after = {row["code"]: row for row in new["facts"].get(name, [])}
        for code in dict.fromkeys([*after, *before]):
            found += _row(code, before.get(code), after.get(code), fields)
    return found


def _row(
    code: str, old: dict[str, Any] | None, new: dict[str, Any] | None, fields: tuple[str, ...]
) -> list[FigureChange]:
    named = new or old or {}
    title = named.get("title") or named.get("description", "")
    if old is None or new is None:
        return [FigureChange(code, title, "", old and title, new and title)]
    return [
        FigureChange(code, title, field, old[field], new[field])
        for field in fields
        if old[field] != new[field]
    ]
