"""Duties of people on the committee: declaring and reviewing, and the summary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from networks.duties import Audience, Audiences, Duty, Step
from networks.models import User
from networks.standing import Standing
from reports.eligible import still_on_panel
from reports.models import Review, ReviewRound
from reports.review_duties.base import PERIOD, SHORT, ReportDuties
from reports.review_duties.staff import to_staff

# A network is told nothing of who reviews it, nor whether they are late: no step for leads.
COMMITTEE_LADDER = (
    *SHORT,
    Step(1, Audience.RESPONSIBLE),
    Step(7, Audience.OFFICERS),
    Step(14, Audience.MANAGERS),
)
_OF_REPORT = {name: f"report__{column}" for name, column in PERIOD.items()}


class CommitteeDuties(ReportDuties):
    """Duties of people on the committee, each of one person."""

    ladder = COMMITTEE_LADDER
    impartial = True

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        """Whose each duty is, by its id."""
        raise NotImplementedError

    def always_near(self) -> dict[str, Any]:
        return {"pk__isnull": False}

    def audiences(self, duties: Sequence[Duty], day: date) -> Audiences:
        """Those still on the committee and without a conflict; the chair is asked elsewhere."""
        book = Standing.around(duties, day)
        owners = self.owners(duties)
        free = still_on_panel(
            {
                (owners[duty.id], duty.network_id, duty.programme_id)
                for duty in duties
                if duty.id in owners
            },
            day,
        )
        found: Audiences = {}
        for duty in duties:
            owner = owners.get(duty.id)
            mine = frozenset([owner]) if owner and (owner, duty.network_id) in free else frozenset()
            found[duty.id] = {**to_staff(book, duty), Audience.RESPONSIBLE.value: mine}
        return found


class ReviewDuties(CommitteeDuties):
    """Declaring, and writing one's review."""

    kind = "review"
    label = _("Review")
    model = Review
    url_name = "review"
    columns: ClassVar[dict[str, str]] = {
        name: f"round__report__{column}" for name, column in PERIOD.items()
    }

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = Review.objects.filter(
            state__in=Review.OPEN_STATES, round__state=ReviewRound.State.REVIEWING
        )
        dated: QuerySet[Any] = rows.annotate(due=F("due_date"))
        return dated

    def held(self, user: User, day: date) -> Q:
        return Q(reviewer=user)

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        rows = Review.objects.filter(pk__in=[duty.id for duty in duties])
        return dict(rows.values_list("pk", "reviewer_id"))


class SummaryDuties(CommitteeDuties):
    """Writing the rapporteur's summary; without a rapporteur it is nobody's but staff's."""

    kind = "review-summary"
    label = _("Summary of reviews")
    model = ReviewRound
    url_name = "review-round"
    columns = _OF_REPORT

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = ReviewRound.objects.filter(
            state=ReviewRound.State.SUMMARY, summary_due__isnull=False
        )
        dated: QuerySet[Any] = rows.annotate(due=F("summary_due"))
        return dated

    def held(self, user: User, day: date) -> Q:
        own = Review.objects.filter(reviewer=user, is_rapporteur=True, state="submitted")
        return Q(pk__in=own.values("round_id"))

    def owners(self, duties: Sequence[Duty]) -> dict[int, int]:
        rows = Review.objects.filter(
            round__in=[duty.id for duty in duties], is_rapporteur=True, state="submitted"
        )
        return dict(rows.values_list("round_id", "reviewer_id"))

    def version(self, row: dict[str, Any]) -> int:
        day: date = row["due"]
        return day.toordinal()

    def more(self) -> tuple[str, ...]:
        return ()
