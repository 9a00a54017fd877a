"""What each figure asks of a row, by the figure's name.

The counting and the list of the rows behind a figure read the same table, so that a figure
and its rows cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from milestones import conditions
from milestones.models import Deliverable, Milestone
from networks.clock import Today

Items = type[Milestone] | type[Deliverable]
ITEM_MODELS: Mapping[str, Items] = {"milestone": Milestone, "deliverable": Deliverable}
COMMITTEE = ("report", "review", "decision", "condition")
KINDS = (*ITEM_MODELS, "risk", "amendment", *COMMITTEE)
ALL_OF_THEM = Q()


def item_questions(model: Items, today: Today) -> dict[str, Q]:
    """Every figure of milestones or deliverables but their states, in the order of the report."""
    unfinished = model.OPEN_STATES
    handed_in = (model.HANDED_IN_STATE, model.DONE_STATE)
    return {
        "overdue": conditions.overdue(unfinished, today),
        "overdue_1_30": conditions.overdue_by(unfinished, today, 1, 30),
        "overdue_31_90": conditions.overdue_by(unfinished, today, 31, 90),
        "overdue_91": conditions.overdue_by(unfinished, today, 91, None),
        "due_30": conditions.due_between(unfinished, today, 0, 30),
        "due_90": conditions.due_between(unfinished, today, 0, 90),
        "delayed": conditions.delayed(unfinished),
        "on_time": conditions.kept(handed_in),
        "late": conditions.missed(handed_in),
    }


def risk_questions(levels: tuple[str, str]) -> dict[str, Q]:
    """Every figure of risks; ``levels`` names the columns of likelihood and severity."""
    return {"high": conditions.high_risk(*levels), "materialised": Q(came_true=True)}


def question(kind: str, figure: str, today: Today, levels: tuple[str, str]) -> Q | None:
    """What one figure of a kind asks; None where there is no such figure.

    ``total`` is every row, a state's own name the rows in that state, and ``slipped`` those
    whose days make the median of the days late.
    """
    if figure == "total":
        return ALL_OF_THEM
    if kind in ITEM_MODELS:
        model = ITEM_MODELS[kind]
        if figure in model.State.values:
            return Q(state=figure)
        asked = item_questions(model, today)
        return asked["delayed"] | asked["late"] if figure == "slipped" else asked.get(figure)
    return risk_questions(levels).get(figure) if kind == "risk" else None
