"""What people hold of the committee's work: conditions to meet, reviews, summaries of these."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, TypeGuard

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from milestones.services.handing_over import hand_things
from networks import holdings
from networks.access import COMMITTEE, access_day, current
from networks.acts import Act
from networks.holdings import Holding, HoldingSource
from networks.models import Member, ProgrammeRole, User
from reports.models import Condition, ProgressReport, Review, ReviewRound
from reports.services.assigning import withdraw_review
from reports.services.handing_over import hand_review, hand_summary

if TYPE_CHECKING:
    from networks.holdings import Held


class ConditionsNamed(HoldingSource):
    """Open conditions for which a member is named."""

    kind = "condition"

    def held_by(self, holder: Held) -> list[Holding]:
        if not isinstance(holder, Member):
            return []
        waiting = (*Condition.OPEN_STATES, Condition.State.SUBMITTED)
        rows = Condition.objects.filter(responsible=holder, state__in=waiting)
        return [
            Holding(self.kind, row.pk, str(row), row.get_absolute_url())
            for row in rows.order_by("due_date", "pk")
        ]

    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        if given and isinstance(holder, Member):
            hand_things(act, Condition, holder, given, act.at.date())


class ReviewsAsked(HoldingSource):
    """Reviews that are still awaited from somebody who leaves the committee."""

    kind = "review"

    def held_by(self, holder: Held) -> list[Holding]:
        return [
            Holding(
                self.kind,
                row.pk,
                _("Review: %(report)s") % {"report": _named(row.round.report)},
                nobody=_("Nobody: this review is no longer awaited"),
            )
            for row in self._rows(holder)
        ]

    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        for review in self._rows(holder).filter(pk__in=list(given)) if given else ():
            hand_review(act, review, given[review.pk])

    def release(self, act: Act, holder: Held, ids: Collection[int]) -> None:
        for review in self._rows(holder).filter(pk__in=ids) if ids else ():
            withdraw_review(act, review)

    def _rows(self, holder: Held) -> QuerySet[Review]:
        if not _leaves_committee(holder):
            return Review.objects.none()
        rows: QuerySet[Review] = Review.objects.filter(
            reviewer=holder.user_id,
            network__programme=holder.programme_id,
            state__in=Review.OPEN_STATES,
            round__state=ReviewRound.State.REVIEWING,
        )
        return rows.select_related("network", "round__report__network").order_by("due_date", "pk")


class SummariesOwed(HoldingSource):
    """Summaries that a rapporteur who has reviewed still owes."""

    kind = "review-summary"

    def held_by(self, holder: Held) -> list[Holding]:
        return [
            Holding(
                self.kind,
                row.pk,
                _("Summary of the reviews: %(report)s") % {"report": _named(row.report)},
                nobody=_("Nobody by name: programme staff see to it"),
            )
            for row in self._rows(holder)
        ]

    def hand_over(self, act: Act, holder: Held, given: Mapping[int, User]) -> None:
        for round_ in self._rows(holder).filter(pk__in=list(given)) if given else ():
            hand_summary(act, round_, given[round_.pk])

    def _rows(self, holder: Held) -> QuerySet[ReviewRound]:
        if not _leaves_committee(holder):
            return ReviewRound.objects.none()
        own = Review.objects.filter(
            reviewer=holder.user_id, is_rapporteur=True, state=Review.State.SUBMITTED
        )
        rows: QuerySet[ReviewRound] = ReviewRound.objects.filter(
            pk__in=own.values("round_id"),
            state__in=(ReviewRound.State.REVIEWING, ReviewRound.State.SUMMARY),
            network__programme=holder.programme_id,
        )
        return rows.select_related("report__network").order_by("pk")


def _named(report: ProgressReport) -> str:
    return f"{report.network.acronym} {report}"


def _leaves_committee(holder: Held) -> TypeGuard[ProgrammeRole]:
    """Whether nothing of the person's seat stays: a chair may be a reviewer, too."""
    if not isinstance(holder, ProgrammeRole) or holder.role not in COMMITTEE:
        return False
    seats = ProgrammeRole.objects.filter(
        current(access_day()),
        programme=holder.programme_id,
        user=holder.user_id,
        role__in=COMMITTEE,
        ends__isnull=True,
    )
    return not seats.exclude(pk=holder.pk).exists()


for _source in (ConditionsNamed, ReviewsAsked, SummariesOwed):
    holdings.register(_source())
