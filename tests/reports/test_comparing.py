"""Two versions, word by word."""

import pytest

from reports.comparing import compare_figures, compare_sections, words_apart


def joined(pieces, changed):  # type: ignore[no-untyped-def]
    return [piece.text for piece in pieces if piece.is_changed is changed]


def test_only_the_words_that_differ_are_marked() -> None:
    old, new = words_apart("We saw 120 people in May.", "We saw 140 people in May and June.")
    assert joined(old, True) == ["120", "May."]
    assert joined(new, True) == ["140", "May and June."]


@pytest.mark.parametrize(
    ("old", "new"),
    [("", "x y"), ("x", ""), ("a\n\nb", "a b"), ("é 🧠", "é 🧠 ελ"), ("w " * 9000, "w")],
)
def test_no_word_is_lost_in_the_pieces(old: str, new: str) -> None:
    left, right = words_apart(old, new)
    assert "".join(piece.text for piece in left) == old
    assert "".join(piece.text for piece in right) == new


def content(items, sections=()):  # type: ignore[no-untyped-def]
    return {"sections": list(sections), "facts": {"items": items, "risks": []}}


ITEM = {
    "code": "MS1", "title": "T", "state": "planned", "revised": None, "forecast": None,
    "actual": None, "late_days": 0, "reason": "", "comment": "",
}  # fmt: skip


def test_figures_that_differ_are_named_and_new_and_gone_items_too() -> None:
    late = ITEM | {"forecast": "2026-03-01", "late_days": 9}
    found = compare_figures(content([ITEM, ITEM | {"code": "MS2"}]), content([late]))
    assert [(each.code, each.field, each.old, each.new) for each in found] == [
        ("MS1", "forecast", None, "2026-03-01"),
        ("MS1", "late_days", 0, 9),
        ("MS2", "", "T", None),
    ]


def test_a_section_that_one_version_lacks_is_shown_empty_there() -> None:
    section = {"key": "a", "number": "1", "title": "A", "text": "words", "nothing": False}
    (pair,) = compare_sections(content([], [section]), content([]))
    assert pair.is_changed
    assert pair.title == "A"
