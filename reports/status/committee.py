"""Reports, reviews, decisions and conditions that are under way: today, or on a past day.

Their states have no history rows of their own. The log of events holds the old ones, but for
the last steps of a round and of its report: there the answer and the decision are the record.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from networks import access
from networks.clock import end_of_day_expression
from networks.models import User
from reports.models import Condition, Decision, ProgressReport, ReportVersion, Review, ReviewRound
from reports.querysets import reports_read
from reports.status.logged import ZONE, added_later, logged_later, text_before

State = ReviewRound.State
Rows = QuerySet[Any]
# Somebody works on it: the network, staff or the committee.
REPORTS_UNDER_WAY = ("open", "draft", *ProgressReport.HANDED_IN_STATES)
UNDECIDED = ("reviewing", "summary", "answer", "panel")
CONDITIONS_OPEN = ("open", "submitted")
# The state before a step, where the log does not say it: it was left out of these events once,
# and a review that is asked for has none before, or was withdrawn.
_MEANT = {
    "reports.progressreport": {
        "open_report": "scheduled",
        "begin_report": "open",
        "submit_report": "draft",
    },
    "reports.reviewround": {"ask_summary": "reviewing"},
    "reports.review": {"assign_review": "withdrawn"},
}


def under_way(user: User) -> dict[str, Rows]:
    """By kind, the rows that are under way now and that a person may see."""
    return {
        "report": ProgressReport.objects.visible_to(user).filter(state__in=REPORTS_UNDER_WAY),
        "review": Review.objects.visible_to(user).filter(state__in=Review.OPEN_STATES),
        "decision": ReviewRound.objects.visible_to(user).filter(state__in=UNDECIDED),
        "condition": Condition.objects.visible_to(user).filter(state__in=CONDITIONS_OPEN),
    }


def were_under_way(user: User, day: date) -> dict[str, Rows]:
    """By kind, the rows that were under way at the end of a day.

    Who sees what is judged as of today; a report was the committee's from its first version on.
    """
    end = end_of_day_expression(day, ZONE)
    reports = _reports_read(user).annotate(end=end)
    reports = reports.exclude(added_later("reports.progressreport", "schedule_report"))
    reviews = Review.objects.visible_to(user).annotate(end=end)
    rounds = ReviewRound.objects.visible_to(user).annotate(end=end)
    conditions = Condition.objects.visible_to(user).annotate(end=end)
    return {
        "report": _in_states(_handed_in(user, reports), REPORTS_UNDER_WAY, _accepted_later()),
        # Whoever is asked once more has a new day of asking; the log has the earlier one.
        "review": _in_states(reviews.filter(round__opened_at__lt=F("end")), Review.OPEN_STATES),
        "decision": _in_states(
            rounds.filter(opened_at__lt=F("end")), UNDECIDED, *_answered_or_decided_later()
        ),
        "condition": _in_states(conditions.filter(decision__at__lt=F("end")), CONDITIONS_OPEN),
    }


def _in_states(rows: Rows, states: tuple[str, ...], *facts: When) -> Rows:
    """The rows that were in some states: by the log, by other facts, or else by today's state."""
    label = rows.model._meta.label_lower
    told = text_before(logged_later(label), "state", null=True, verbs=_MEANT.get(label))
    known = (Case(*facts, output_field=CharField()),) if facts else ()
    before = Coalesce(told, *known, F("state"), output_field=CharField())
    found: Rows = rows.annotate(past_state=before).filter(past_state__in=states)
    return found


def _accepted_later() -> When:
    """A panel's acceptance is the last step of a report; the decision itself is its record."""
    accepting = Decision.objects.filter(
        round__report=OuterRef("pk"),
        report_outcome__in=ProgressReport.DECIDED_STATES,
        at__gte=OuterRef("end"),
    )
    return When(Exists(accepting), then=Value(ProgressReport.State.UNDER_REVIEW.value))


def _answered_or_decided_later() -> tuple[When, ...]:
    """The last steps of a round have records of their own: the answer, and the decision."""
    answer, panel = (Value(state.value) for state in (State.ANSWER, State.PANEL))
    decided_later = Q(decision__at__gte=F("end"))
    unanswered = Q(answer_until__isnull=False, answer__isnull=True)
    return (
        When(answer__at__gte=F("end"), then=answer),
        When(decided_later & unanswered, then=answer),
        When(decided_later, then=panel),
    )


def _reports_read(user: User) -> Rows:
    """The reports that a person follows: who pays sees accepted ones, which are not under way."""
    rows: Rows = ProgressReport.objects.all()
    if user.is_superuser:
        return rows
    return rows.filter(pk__in=ProgressReport.objects.filter(reports_read(user)).values("pk"))


def _handed_in(user: User, reports: Rows) -> Rows:
    """Of reports those that were the person's to see: the committee's, once handed in."""
    if user.is_superuser:
        return reports
    own = access.impartial_staff(user) | access.team(user)
    versions = ReportVersion.objects.filter(report=OuterRef("pk"), submitted_at__lt=OuterRef("end"))
    inside = Q(network_id__in=access.networks_where(own))
    return reports.filter(inside | Exists(versions))
