"""The counts of one network's plan, each model in one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from milestones import conditions
from milestones.models import Confidence, Deliverable, Milestone
from milestones.querysets import SOON_DAYS, ItemQuerySet
from networks.clock import Today


@dataclass(frozen=True)
class Figures:
    """Counts of milestones, or of deliverables."""

    total: int
    done: int
    waiting: int
    overdue: int
    soon: int
    delayed: int
    states: dict[str, int]
    confidence: dict[str, int]


def figures_of(items: ItemQuerySet, today: Today) -> Figures:
    """Count items by state, by deadline, and the open ones by confidence."""
    model: type[Milestone] | type[Deliverable] = items.model
    states = [value for value, _ in model.State.choices]
    confidences = ["", *Confidence.values]
    wanted: dict[str, Q] = {
        "overdue": conditions.overdue(model.OPEN_STATES, today),
        "soon": conditions.due_between(model.OPEN_STATES, today, 0, SOON_DAYS),
        "delayed": conditions.delayed(model.OPEN_STATES),
    }
    wanted |= {f"state_{value}": Q(state=value) for value in states}
    wanted |= {
        f"confidence_{value}": Q(state__in=model.OPEN_STATES, confidence=value)
        for value in confidences
    }
    # "items": another name than a field's, which Django would refuse as an alias.
    counts: dict[str, Any] = items.aggregate(
        items=Count("pk"), **{name: Count("pk", filter=rule) for name, rule in wanted.items()}
    )
    return Figures(
        total=counts["items"],
        done=counts[f"state_{model.DONE_STATE}"],
        waiting=counts[f"state_{model.HANDED_IN_STATE}"],
        overdue=counts["overdue"],
        soon=counts["soon"],
        delayed=counts["delayed"],
        states={value: counts[f"state_{value}"] for value in states},
        confidence={value: counts[f"confidence_{value}"] for value in confidences},
    )
