"""Two versions, word by word."""

import pytest

from reports.comparing import compare_figures, compare_sections, words_apart
from reports.presenting import figures_for_page


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
    "actual": None, "late_days": 0, "reason": "", "comment": "", "percent": 10,
}  # fmt: skip


def test_figures_that_differ_are_named_and_new_and_gone_items_too() -> None:
    late = ITEM | {"forecast": "2026-03-01", "late_days": 9}
    found = compare_figures(content([ITEM, ITEM | {"code": "MS2"}]), content([late]))
    assert [(each.code, each.field, each.old, each.new) for each in found] == [
        ("MS1", "forecast", None, "2026-03-01"),
        ("MS1", "late_days", 0, 9),
        ("MS2", "", "T", None),
    ]


def test_effort_outputs_people_risks_and_conditions_are_compared_too() -> None:
    def facts(*, later: bool) -> dict[str, object]:
        effort = {"work_package": "WP1", "partner": "LAB", "actual": "4.00" if later else None}
        condition = {"code": "C1", "text": "Recruit", "state": "met" if later else "open"}
        play = {"period": "P1", "materialised": True, "mitigation_applied": True, "comment": ""}
        risk = {"code": "R1", "description": "Staff", "play": play if later else None}
        outputs = [{"item": "MS1", "title": "Data", "doi": "10.5281/zenodo.1"}] if later else []
        team = [{"name": "Ada", "role": "member", "ends": "2026-02-01" if later else None}]
        return {
            "items": [], "risks": [risk], "effort": [effort], "conditions": [condition],
            "outputs": outputs, "people": {"team": team, "partners": []},
        }  # fmt: skip

    sides = [{"facts": facts(later=later)} for later in (False, True)]
    shown = [
        (each["code"], str(each["field"]), str(each["old"]), str(each["new"]))
        for each in figures_for_page(compare_figures(*sides))
    ]
    assert shown == [
        ("R1", "State of play", "", "P1: has materialised, mitigation applied"),
        ("MS1", "In the report", "", "Data"),
        ("WP1 LAB", "Person-months of this period", "", "4.00"),
        ("C1", "State", "Open", "Met"),
        ("Ada member", "Until", "", "2026-02-01"),
    ]


def test_a_figure_that_differs_is_told_in_words_and_dates() -> None:
    late = ITEM | {"state": "in_progress", "forecast": "2026-03-01", "reason_code": "partnership"}
    shown = figures_for_page(compare_figures(content([ITEM]), content([late])))
    assert [(str(each["field"]), str(each["old"]), str(each["new"])) for each in shown] == [
        ("State", "Planned", "In progress"),
        ("Forecast", "", "2026-03-01"),
        ("Reason", "", "Partnership"),
    ]


def test_a_section_that_one_version_lacks_is_shown_empty_there() -> None:
    section = {"key": "a", "number": "1", "title": "A", "text": "words", "nothing": False}
    (pair,) = compare_sections(content([], [section]), content([]))
    assert pair.is_changed
    assert pair.title == "A"
