"""Steps of an amendment, each in one line of a test."""

from milestones.services import (
    NewChange,
    approve_amendment,
    draft_amendment,
    submit_amendment,
)
from tests import factories


def later(new="2026-08-31", **fields):
    return NewChange("change", "milestone", "MS1", "due_date", new, **fields)


def draft(cast, *changes, role="lead", **fields):
    values = {"kind": "dates", "title": "Recruitment slipped", "justification": "Two posts."}
    return draft_amendment(
        factories.act(cast[role]), cast.aurora, **(values | fields), changes=changes
    )


def approve(cast, amendment):
    submit_amendment(factories.act(cast["lead"]), amendment)
    return approve_amendment(factories.act(cast["manager"]), amendment, note="Agreed.")


def change(cast, *changes, **fields):
    return approve(cast, draft(cast, *changes, **fields))
