"""Reports, reviews, decisions and conditions that are under way: today, or on a past day.

Their states have no history rows of their own; the log of events holds every old one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from networks.clock import end_of_day_expression
from networks.models import User
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.status.logged import ZONE, level_before, logged_later

Rows = QuerySet[Any]
# Somebody works on it: the network, staff or the committee.
REPORTS_UNDER_WAY = ("open", "draft", *ProgressReport.HANDED_IN_STATES)
UNDECIDED = ("reviewing", "summary", "answer", "panel")
CONDITIONS_OPEN = ("open", "submitted")


def under_way(user: User) -> dict[str, Rows]:
    """By kind, the rows that are under way now and that a person may see."""
    return {
        "report": ProgressReport.objects.visible_to(user).filter(state__in=REPORTS_UNDER_WAY),
        "review": Review.objects.visible_to(user).filter(state__in=Review.OPEN_STATES),
        "decision": ReviewRound.objects.visible_to(user).filter(state__in=UNDECIDED),
        "condition": Condition.objects.visible_to(user).filter(state__in=CONDITIONS_OPEN),
    }


def were_under_way(user: User, day: date) -> dict[str, Rows]:
    """By kind, the rows that were under way at the end of a day."""
    kinds: tuple[tuple[str, type[Any], tuple[str, ...], str], ...] = (
        ("report", ProgressReport, REPORTS_UNDER_WAY, ""),
        ("review", Review, Review.OPEN_STATES, "assigned_at"),
        ("decision", ReviewRound, UNDECIDED, "opened_at"),
        ("condition", Condition, CONDITIONS_OPEN, "decision__at"),
    )
    found = {}
    for kind, model, states, times in kinds:
        rows = model.objects.visible_to(user).annotate(end=end_of_day_expression(day, ZONE))
        told = logged_later(model._meta.label_lower)
        rows = rows.annotate(past_state=level_before(told, "state"))
        begun = Q(**{f"{times}__lt": F("end")}) if times else Q()
        found[kind] = rows.filter(begun, past_state__in=states)
    return found
