"""News of reviews: what somebody waits for, and nobody of what they did themselves.

A review is asked for (``reports.notices`` tells of a report that came back), the network may answer, a decision was taken, a
condition came back or is settled. Each is withdrawn as soon as it is settled: the mail that
has not left by then does not leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.notices import Circle
from networks import notices
from networks.models import Event, User
from networks.notices import NoticeSource, Tale, Waiting
from reports.eligible import still_on_panel
from reports.models import (
    Condition,
    Decision,
    Review,
    ReviewRound,
)

# What was decided, as it stands in a sentence.
OUTCOMES = {
    "continue": gettext_lazy("to continue"),
    "continue_with_conditions": gettext_lazy("to continue with conditions"),
    "hold": gettext_lazy("on hold"),
    "stop": gettext_lazy("to stop"),
}
REPORTS = {
    "accepted": gettext_lazy("The report is accepted."),
    "accepted_with_conditions": gettext_lazy("The report is accepted with conditions."),
    "revision_requested": gettext_lazy("A revision of the report is requested."),
}


class News(NoticeSource):
    """News about rows of one model, each with a network."""

    model: ClassVar[type[Any]]
    related: ClassVar[tuple[str, ...]] = ("network",)

    def rows(self, events: Sequence[Event]) -> dict[int, Any]:
        """The row of each event, by event's id: one statement."""
        found = self.model.objects.select_related(*self.related).in_bulk(
            {event.target_id for event in events}
        )
        return {event.pk: found[event.target_id] for event in events if event.target_id in found}

    def waiting(self, events: Sequence[Event], now: datetime) -> Waiting:
        rows = {pk: row for pk, row in self.rows(events).items() if self.holds(row, now)}
        people = self.people(rows.values(), now)
        return {
            event.pk: people.get(rows[event.pk].pk, frozenset())
            - {event.actor_id, event.on_behalf_of_id}
            for event in events
            if event.pk in rows
        }

    def holds(self, row: Any, now: datetime) -> bool:
        """Whether it is still so."""
        raise NotImplementedError

    def people(self, rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
        """Who waits for news of each row, by the row's id."""
        raise NotImplementedError

    def tell(self, event: Event, person: User) -> Tale | None:
        row = self.rows([event]).get(event.pk)
        return None if row is None else self.tale(event, row, person)

    def tale(self, event: Event, row: Any, person: User) -> Tale:
        """What to say."""
        raise NotImplementedError


def _leads(rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
    """The network's lead (its deputy where there is none), by row's id."""
    rows = list(rows)
    circle = Circle({row.network_id for row in rows}, now.date())
    return {row.pk: frozenset(circle.leads[row.network_id]) for row in rows}


class ReviewAsked(News):
    """Somebody is asked for a review. Nothing of the report is told before they declare."""

    kind = "review-asked"
    verbs = frozenset(["assign_review"])
    model = Review
    related = ("network", "round__report")

    def holds(self, row: Review, now: datetime) -> bool:
        return bool(row.state == Review.State.ASSIGNED)

    def people(self, rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
        """The reviewer, while on the committee; a conflict may have come up since."""
        rows = list(rows)
        seats = {(row.reviewer_id, row.network_id, row.network.programme_id) for row in rows}
        free = still_on_panel(seats, now.date())
        return {
            row.pk: frozenset(
                {row.reviewer_id} if (row.reviewer_id, row.network_id) in free else ()
            )
            for row in rows
        }

    def tale(self, event: Event, row: Review, person: User) -> Tale:
        words = {"acronym": row.network.acronym, "code": row.round.report.code}
        return Tale(
            headline=_("You are asked to review %(acronym)s %(code)s") % words,
            about=str(row.round.report),
            facts=[_("Please say first whether you have a conflict of interest.")],
            by=str(event.actor or ""),
            url=reverse("review", args=[row.pk]),
            action=_("Declare, and begin"),
            why=_("You are on the committee."),
        )


class SummaryShared(News):
    """The network may answer factual errors: to its lead, until the days are over."""

    kind = "summary-shared"
    verbs = frozenset(["share_summary"])
    model = ReviewRound
    related = ("network", "report")

    def holds(self, row: ReviewRound, now: datetime) -> bool:
        # Where the day begins last it is over last; the page itself is exact about the zone.
        over = row.answer_until is not None and row.answer_until < now.date() - timedelta(days=1)
        return bool(row.state == ReviewRound.State.ANSWER) and not over

    def people(self, rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
        return _leads(rows, now)

    def tale(self, event: Event, row: ReviewRound, person: User) -> Tale:
        words = {"acronym": row.network.acronym, "code": row.report.code}
        return Tale(
            headline=_("%(acronym)s %(code)s: you may answer the summary of the reviews") % words,
            about=str(row.report),
            facts=[
                _("Until %(day)s, and only what is factually wrong.") % {"day": row.answer_until}
            ],
            url=reverse("report-review", args=[row.report_id]),
            action=_("Read it and answer"),
            why=_("You lead the network."),
        )


class DecisionTaken(News):
    """A decision was taken: the letter, to the lead."""

    kind = "decision-taken"
    verbs = frozenset(["decide_report"])
    model = Decision
    related = ("network", "round__report")

    def holds(self, row: Decision, now: datetime) -> bool:
        return True

    def people(self, rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
        rows = list(rows)
        circle = Circle({row.network_id for row in rows}, now.date())
        submitted = dict(
            Decision.objects.filter(pk__in=[row.pk for row in rows]).values_list(
                "pk", "round__version__submitted_by_id"
            )
        )
        return {
            row.pk: frozenset(
                circle.inside(row.network_id, [submitted[row.pk]]) | circle.leads[row.network_id]
            )
            for row in rows
        }

    def tale(self, event: Event, row: Decision, person: User) -> Tale:
        report = row.round.report
        words = {
            "acronym": row.network.acronym,
            "code": report.code,
            "outcome": OUTCOMES[row.outcome],
        }
        conditions = [
            f"{each.code}: {each.text} ({each.due_date})" for each in row.conditions.all()
        ]
        return Tale(
            headline=_("Decision on %(acronym)s %(code)s: %(outcome)s") % words,
            about=str(report),
            facts=[str(REPORTS[row.report_outcome]), *conditions],
            note=row.reasons,
            url=reverse("decision", args=[row.pk]),
            action=_("Read the letter"),
            why=_("You handed the report in, or lead the network."),
        )


class ConditionNews(News):
    """News about a condition: to who is responsible for it, and to the lead."""

    model = Condition
    related = ("network", "responsible")

    def people(self, rows: Iterable[Any], now: datetime) -> dict[int, frozenset[int]]:
        rows = list(rows)
        circle = Circle({row.network_id for row in rows}, now.date())
        return {
            row.pk: frozenset(
                circle.inside(row.network_id, [row.responsible and row.responsible.user_id])
                | circle.leads[row.network_id]
            )
            for row in rows
        }

    def items(self, events: Sequence[Event]) -> dict[int, tuple[str, int]]:
        return {event.pk: ("condition", event.target_id) for event in events}

    def tale(self, event: Event, row: Condition, person: User) -> Tale:
        return Tale(
            headline=self.headline() % {"acronym": row.network.acronym, "code": row.code},
            about=f"{row.code} {row.text}",
            by=str(event.actor or ""),
            note=row.verdict_note,
            url=row.get_absolute_url(),
            action=self.action(),
            why=_("You are responsible for the condition, or lead the network."),
        )

    def headline(self) -> str:
        """One line with the placeholders ``acronym`` and ``code``."""
        raise NotImplementedError

    def action(self) -> str:
        """What to do there."""
        return _("See it")


class ConditionReturned(ConditionNews):
    """The evidence does not do."""

    kind = "condition-returned"
    verbs = frozenset(["return_condition"])

    def holds(self, row: Condition, now: datetime) -> bool:
        return row.is_returned and row.state == Condition.State.OPEN

    def headline(self) -> str:
        return _("%(acronym)s condition %(code)s came back: something is missing")

    def action(self) -> str:
        return _("See what is missing, and hand it in again")


class ConditionSettled(ConditionNews):
    """It is met, or not asked for any more."""

    kind = "condition-settled"
    verbs = frozenset(["meet_condition", "waive_condition"])

    def holds(self, row: Condition, now: datetime) -> bool:
        return row.state in (Condition.State.MET, Condition.State.WAIVED)

    def headline(self) -> str:
        return _("%(acronym)s condition %(code)s is settled")


for _source in (
    ReviewAsked,
    SummaryShared,
    DecisionTaken,
    ConditionReturned,
    ConditionSettled,
):
    notices.register(_source())
