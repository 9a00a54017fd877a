"""The life cycles, as one table each: from a state, which states can follow, by which step.

Milestones and deliverables follow design.md; the words for deliverables are those of the
EU portal. Steps marked ``amendment`` happen only when an amendment is approved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from networks.refusals import IllegalTransition
from networks.wording import in_a_sentence

if TYPE_CHECKING:
    from milestones.models import Amendment, Item

MILESTONE: dict[str, dict[str, str]] = {
    "planned": {"in_progress": "update", "claimed": "claim", "dropped": "amendment"},
    "in_progress": {"in_progress": "update", "claimed": "claim", "dropped": "amendment"},
    "claimed": {"verified": "verify", "in_progress": "return", "dropped": "amendment"},
    "verified": {},
    "dropped": {},
}
DELIVERABLE: dict[str, dict[str, str]] = {
    "pending": {"draft": "update", "submitted": "submit", "cancelled": "amendment"},
    "draft": {"draft": "update", "submitted": "submit", "cancelled": "amendment"},
    "submitted": {"accepted": "accept", "revision_requested": "request_revision"},
    "revision_requested": {"draft": "update", "submitted": "submit", "cancelled": "amendment"},
    "accepted": {},
    "cancelled": {},
}
AMENDMENT: dict[str, dict[str, str]] = {
    "draft": {"submitted": "submit", "withdrawn": "withdraw"},
    "submitted": {"approved": "approve", "refused": "refuse"},
    "approved": {},
    "refused": {},
    "withdrawn": {},
}
TABLES = {
    "milestones.milestone": MILESTONE,
    "milestones.deliverable": DELIVERABLE,
    "milestones.amendment": AMENDMENT,
}


def check_transition(thing: Item | Amendment, wanted: str, step: str) -> None:
    """Raise IllegalTransition unless ``step`` leads from the thing's state to ``wanted``.

    The message names the state it is in and those it can go to.
    """
    possible = TABLES[thing._meta.label_lower][thing.state]  # type: ignore[union-attr]
    if possible.get(wanted) == step:
        return
    words = dict(type(thing).State.choices)  # type: ignore[union-attr]
    name = getattr(thing, "code", "") or str(thing)
    raise IllegalTransition(
        name,
        in_a_sentence(words[thing.state]),  # type: ignore[union-attr]
        in_a_sentence(words[wanted]),
        (in_a_sentence(words[state]) for state in possible),
    )
