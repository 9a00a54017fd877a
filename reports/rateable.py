"""What of a submitted version a reviewer can rate: its sections, milestones, deliverables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from milestones.conditions import OPEN_TO_PANEL, PUBLIC

# Sections written for staff (money, personal matters) are not the committee's.
FOR_STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Rateable:
    """One thing to rate: ``about`` is how a Rating names it."""

    about: str
    code: str
    title: str
    text: str = ""
    # Of an item: what the version says of its state and dates.
    facts: dict[str, Any] | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What it is called in a line."""
        return f"{self.code} {self.title}".strip()

    @property
    def is_section(self) -> bool:
        """Whether it is a text of the report, not an item of the plan."""
        return self.about.startswith("section:")


def rateable(content: dict[str, Any]) -> list[Rateable]:
    """The sections open to the committee, then the items, in the order of the report."""
    return [*sections(content), *items(content)]


def sections(content: dict[str, Any]) -> list[Rateable]:
    """The sections that the committee reads."""
    return [
        Rateable(
            f"section:{each['key']}",
            str(each.get("number") or ""),
            str(each.get("title") or each["key"]),
            str(each.get("text") or ""),
        )
        for each in content.get("sections") or []
        if each.get("key") and each.get("audience") != FOR_STAFF
    ]


def items(content: dict[str, Any]) -> list[Rateable]:
    """The milestones and deliverables that the facts name, classified ones left out."""
    facts = (content.get("facts") or {}).get("items") or []
    return [
        Rateable(
            f"{each.get('kind') or 'milestone'}:{each['code']}"[:80],
            str(each["code"]),
            str(each.get("title") or ""),
            str(each.get("comment") or ""),
            each,
        )
        for each in facts
        if each.get("code") and (each.get("level") or PUBLIC) in OPEN_TO_PANEL
    ]
