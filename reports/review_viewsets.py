"""The API of reviews: lists through the one door, writes through services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from milestones.querysets import people_shown
from milestones.viewsets import Writing
from networks.acts import Act
from networks.refusals import Refusal
from networks.viewsets import Reading
from reports import review_filters as filters
from reports import review_serializers as rows
from reports.access import require
from reports.eligible import free_to_review
from reports.models import AgendaItem, Condition, Decision, Meeting, Review, ReviewRound
from reports.services import conditions
from reports.services.assessing import declare, save_review, submit_review
from reports.services.assigning import NewReviewer, assign_reviewers
from reports.services.deciding import decide
from reports.services.summarising import save_summary, share_summary


class ReviewWriting(Writing):
    """As for plans, with the table of permissions of reviews."""

    def act_on_row(
        self, permit: str, kind: type[Serializer[Any]], service: Callable[..., Any]
    ) -> Response:
        row = self.get_object()
        require(self.request.user, permit, row)
        service(self.act, row, **self.taken(kind))
        return Response(self.get_serializer(self.get_object()).data)


class ReviewRoundViewSet(ReviewWriting):
    """Rounds of review: for staff, chair and the reviewers who were asked."""

    queryset = ReviewRound.objects.select_related(
        "network", "report", "version", "answer", "decision"
    ).defer("version__content")
    serializer_class = rows.ReviewRoundSerializer
    filterset_class = filters.ReviewRoundFilter
    ordering_fields = ["id", "opened_at", "reviews_due"]
    ordering = ["-opened_at", "-id"]

    @extend_schema(request=rows.AssignInput)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: int) -> Response:
        """Ask people of the committee for a review."""
        return self.act_on_row("assign", rows.AssignInput, assign_by_address)

    @extend_schema(request=rows.SummaryInput)
    @action(detail=True, methods=["post"])
    def summarise(self, request: Request, pk: int) -> Response:
        """Keep the summary, and share it."""
        return self.act_on_row("summarise", rows.SummaryInput, summarise)

    @extend_schema(request=rows.DecideInput)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: int) -> Response:
        """Enter what the panel decided."""
        return self.act_on_row("decide", rows.DecideInput, decide)


@transaction.atomic
def assign_by_address(act: Act, round_: ReviewRound, *, reviewers: list[dict[str, Any]]) -> None:
    """Ask people named by their e-mail addresses."""
    known = {person.email.lower(): person for person in free_to_review(round_.report)}
    chosen = []
    for each in reviewers:
        address = each.pop("person")
        if address.lower() not in known:
            said = _("%(name)s is not on the committee, or has a conflict of interest.")
            raise Refusal(said % {"name": address}, "reviewers")
        chosen.append(NewReviewer(person=known[address.lower()], **each))
    assign_reviewers(act, round_, chosen)


@transaction.atomic
def summarise(
    act: Act, round_: ReviewRound, *, share: bool, ask_network: bool, answer_until: Any, **said: Any
) -> None:
    """Save, and share in the same transaction where it is asked for."""
    save_summary(act, round_, **said)
    if share:
        share_summary(act, round_, ask_network=ask_network, answer_until=answer_until)


class ReviewViewSet(ReviewWriting):
    """Single reviews: one's own, and the others' once one's own is submitted."""

    queryset = Review.objects.select_related("network", "round__report", "reviewer")
    queryset = queryset.prefetch_related("ratings")
    serializer_class = rows.ReviewSerializer
    filterset_class = filters.ReviewFilter
    ordering_fields = ["id", "due_date", "submitted_at"]
    ordering = ["due_date", "id"]

    @extend_schema(request=rows.DeclareInput)
    @action(detail=True, methods=["post"])
    def declare(self, request: Request, pk: int) -> Response:
        """Say whether there is a conflict of interest, before anything is seen."""
        return self.act_on_row("declare", rows.DeclareInput, declare)

    @extend_schema(request=rows.ReviewInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: int) -> Response:
        """Submit the whole assessment."""
        return self.act_on_row("review", rows.ReviewInput, assess)


@transaction.atomic
def assess(act: Act, review: Review, **said: Any) -> None:
    """Save and submit in one transaction."""
    save_review(act, review, **said)
    submit_review(act, review)


class DecisionViewSet(Reading):
    """What panels decided."""

    queryset = Decision.objects.select_related("network", "round__report", "gate", "amendment")
    serializer_class = rows.DecisionSerializer
    filterset_class = filters.DecisionFilter
    ordering_fields = ["id", "decided_on"]
    ordering = ["-decided_on", "-id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        shown: QuerySet[Any] = rows.annotate(shows_people=people_shown(self.request.user))
        return shown


class ConditionViewSet(ReviewWriting):
    """Conditions: answered by the network, settled by staff."""

    queryset = Condition.objects.select_related(
        "network", "decision__round__report", "responsible__user"
    )
    serializer_class = rows.ConditionSerializer
    filterset_class = filters.ConditionFilter
    ordering_fields = ["id", "due_date", "number"]
    ordering = ["due_date", "id"]

    @extend_schema(request=rows.ConditionAnswerInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: int) -> Response:
        """Say how it was met."""
        service = conditions.submit_condition
        return self.act_on_row("submit_condition", rows.ConditionAnswerInput, service)

    @extend_schema(request=rows.ConditionMetInput)
    @action(detail=True, methods=["post"])
    def meet(self, request: Request, pk: int) -> Response:
        """Confirm that it is met."""
        service = conditions.meet_condition
        return self.act_on_row("settle_condition", rows.ConditionMetInput, service)

    @extend_schema(request=rows.ConditionNoteInput)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: int) -> Response:
        """Send the evidence back with a note."""
        service = conditions.return_condition
        return self.act_on_row("settle_condition", rows.ConditionNoteInput, service)

    @extend_schema(request=rows.ConditionNoteInput)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: int) -> Response:
        """Ask for it no longer."""
        service = conditions.waive_condition
        return self.act_on_row("settle_condition", rows.ConditionNoteInput, service)


class MeetingViewSet(Reading):
    """Meetings of committees, with those items of the agenda that the person may see."""

    queryset = Meeting.objects.select_related("programme")
    serializer_class = rows.MeetingSerializer
    filterset_class = filters.MeetingFilter
    ordering_fields = ["id", "held_on"]
    ordering = ["-held_on", "-id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        user: Any = self.request.user
        rounds = ReviewRound.objects.visible_to(user).order_by().values("pk")
        items = AgendaItem.objects.filter(round__in=rounds).order_by("position", "pk")
        shown: QuerySet[Any] = rows.prefetch_related(Prefetch("agenda", items))
        return shown
