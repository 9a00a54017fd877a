"""The forms in which the same stored answers are shown.

An answer is found by its key (``accomplishments``), which is the same in every template; the
shipped template of a form says under which number and title it stands there, and which facts
stand beside it. What a form does not ask for itself stands under the nearest heading of that
form, or else at the end: no answer is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.services.ready_templates import READY

# What an address may ask for; an empty one is the form in which the report was written.
FORMS: dict[str, str] = {
    "": "As it was written",
    "rppr": "RPPR-like",
    "eu_periodic": "EU periodic-like",
    "lay": "For the public",
}
# form -> key of an answer that it does not ask for -> key under whose heading it stands
NEAREST: dict[str, dict[str, str]] = {
    "rppr": {
        "data_management": "other_products",
    },
    "eu_periodic": {
        "other_products": "data_management",
        "publications": "dissemination",
        "transfer": "dissemination",
        "infrastructure": "impact",
        "training": "participants",
        "spending_abroad": "effort",
        "subjects": "approach_changes",
    },
}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the paper with its answers and facts."""

    number: str
    title: str
    sections: tuple[dict[str, Any], ...]
    facts: tuple[str, ...]


def parts_of(sections: Sequence[dict[str, Any]], form: str, *, own: str, kind: str) -> list[Part]:
    """The sections in the order and under the headings of a form.

    ``own`` is the form they were written in, which keeps its own numbers and titles.
    """
    shipped = READY.get((form, kind))
    if shipped is None or form == own:
        return [_as_written(section) for section in sections]
    asked = {question.key for question in shipped[1]}
    nearest = NEAREST.get(form, {})
    homes: dict[str, list[dict[str, Any]]] = {}
    for section in sections:
        key = section["key"]
        homes.setdefault(key if key in asked else nearest.get(key, key), []).append(section)
    # Facts are as open as the answer beside which they were shown.
    left = {section["facts"] for section in sections if section["facts"]}
    parts = []
    for question in shipped[1]:
        answers = homes.pop(question.key, [])
        facts = tuple({question.facts} & left)
        left.difference_update(facts)
        if answers or facts:
            parts.append(Part(question.number, question.title, tuple(answers), facts))
    return parts + [_kept(rest, left) for rest in homes.values()]


def _as_written(section: dict[str, Any]) -> Part:
    facts = (section["facts"],) if section["facts"] else ()
    return Part(str(section["number"]), str(section["title"]), (section,), facts)


def _kept(rest: list[dict[str, Any]], left: set[str]) -> Part:
    """An answer for which the form has no heading: under its own, without its old number."""
    facts = tuple(name for section in rest for name in [section["facts"]] if name in left)
    return Part("", str(rest[0]["title"]), tuple(rest), facts)
