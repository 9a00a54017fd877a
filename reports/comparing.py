"""Two versions of a report, side by side: words and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

# Above this the words of a section are not compared one by one: the time grows with the square.
MOST_WORDS = 6000
# In facts: rows -> what tells one row from another, what it is called, what is compared.
_FIGURES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "items",
        ("code",),
        ("title",),
        (
            *("state", "confidence", "percent", "revised", "forecast", "actual", "late_days"),
            *("reason_code", "reason", "comment", "title"),
        ),
    ),
    (
        "risks",
        ("code",),
        ("description",),
        ("likelihood", "severity", "mitigation", "closed_on", "play"),
    ),
    ("outputs", ("item", "title", "doi", "url", "name"), ("title", "doi", "name"), ()),
    ("effort", ("work_package", "partner"), (), ("planned", "actual", "before")),
    (
        "conditions",
        ("code",),
        ("text",),
        ("due", "state", "handed_in_on", "answer", "evidence_url", "settled_on"),
    ),
    ("team", ("name", "role"), (), ("partner", "starts", "ends", "effort")),
    ("partners", ("short_name",), ("name",), ("kind", "starts", "ends")),
)


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
    """One figure of one row that differs; None where a version has no such row."""

    # The kind of row: a key of the facts, or "team" or "partners".
    about: str
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
    """What differs in the facts of two versions, in the order of the newer one."""
    found: list[FigureChange] = []
    for name, told_by, called, fields in _FIGURES:
        before, after = (_rows(content["facts"], name, told_by) for content in (old, new))
        for key in dict.fromkeys([*after, *before]):
            found += _row(name, key, called, before.get(key), after.get(key), fields)
    return found


def _rows(
    facts: dict[str, Any], name: str, told_by: tuple[str, ...]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """The rows of one kind, by what tells them apart. An audience may have none of them."""
    home = facts.get("people", {}) if name in ("team", "partners") else facts
    return {tuple(str(row.get(each) or "") for each in told_by): row for row in home.get(name, [])}


def _row(
    about: str,
    key: tuple[str, ...],
    called: tuple[str, ...],
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    fields: tuple[str, ...],
) -> list[FigureChange]:
    named = new or old or {}
    title = next((named[name] for name in called if named.get(name)), "")
    code = " ".join(filter(None, key[:1] if called else key))
    if old is None or new is None:
        name = title or code
        return [FigureChange(about, code, title, "", old and name, new and name)]
    return [
        FigureChange(about, code, title, field, old.get(field), new.get(field))
        for field in fields
        if old.get(field) != new.get(field)
    ]
