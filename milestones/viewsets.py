"""The API of plans. Lists come through the one door, writes go through services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.status import HTTP_201_CREATED

from milestones import filters, services
from milestones.access import require
from milestones.models import (
    Amendment,
    AmendmentChange,
    Deliverable,
    Evidence,
    Milestone,
    Risk,
    RiskAssessment,
    StatusUpdate,
    WorkPackage,
)
from milestones.serializers import inputs, rows
from networks.viewsets import Reading


class Writing(Reading):
    """Rows with actions that a service allows."""

    def taken(self, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """The body, checked for form."""
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def act_on_row(
        self, permit: str, kind: type[Serializer[Any]], service: Callable[..., Any]
    ) -> Response:
        """Run a service on the row of this address and show the row as it is then.

        Who may not is told so before the body is looked at.
        """
        row = self.get_object()
        require(self.request.user, permit, row)
        service(self.act, row, **self.taken(kind))
        return Response(self.get_serializer(self.get_object()).data)

    def created(self, row: Any) -> Response:
        """The new row, as the list shows it."""
        shown = self.get_queryset().get(pk=row.pk)
        return Response(self.get_serializer(shown).data, status=HTTP_201_CREATED)


class WorkPackageViewSet(Reading):
    """Work packages."""

    queryset = WorkPackage.objects.select_related("network", "lead_partner", "lead__user")
    serializer_class = rows.WorkPackageSerializer
    filterset_class = filters.WorkPackageFilter
    ordering_fields = ["id", "code", "start_month", "end_month"]
    ordering_columns = {"code": "code_key"}
    ordering = ["network_id", "code_key", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        shown: QuerySet[Any] = rows.with_people_shown(self.request.user).with_money_shown(
            self.request.user
        )
        return shown


class ItemViewSet(Writing):
    """What milestones and deliverables have in common."""

    ordering_fields = ["id", "code", "due_date", "state", "last_update_at"]
    ordering_columns = {"code": "code_key"}
    ordering = ["network_id", "code_key", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        shown: QuerySet[Any] = rows.with_people_shown(self.request.user)
        return shown


class MilestoneViewSet(ItemViewSet):
    """Milestones: claimed by the network, verified or returned by staff or committee."""

    queryset = Milestone.objects.select_related(
        "network", "lead_partner", "responsible__user"
    ).prefetch_related("work_packages", "contributors")
    serializer_class = rows.MilestoneSerializer
    filterset_class = filters.MilestoneFilter

    @extend_schema(request=inputs.ClaimInput)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: int) -> Response:
        """Say that it is achieved, with the evidence for it."""
        return self.act_on_row("claim", inputs.ClaimInput, services.claim_milestone)

    @extend_schema(request=inputs.ApprovalInput)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: int) -> Response:
        """Confirm a claim."""
        return self.act_on_row("verify", inputs.ApprovalInput, services.verify_milestone)

    @extend_schema(request=inputs.ReturnInput)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: int) -> Response:
        """Send a claim back with a note."""
        return self.act_on_row("return", inputs.ReturnInput, services.return_milestone)


class DeliverableViewSet(ItemViewSet):
    """Deliverables: drafted and submitted by the network, accepted by staff."""

    queryset = Deliverable.objects.select_related(
        "network", "lead_partner", "responsible__user", "work_package"
    )
    serializer_class = rows.DeliverableSerializer
    filterset_class = filters.DeliverableFilter

    @extend_schema(request=inputs.SubmissionInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: int) -> Response:
        """Hand it in, with the evidence for it."""
        return self.act_on_row("submit", inputs.SubmissionInput, services.submit_deliverable)

    @extend_schema(request=inputs.ApprovalInput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        """Accept what was submitted."""
        return self.act_on_row("accept", inputs.ApprovalInput, services.accept_deliverable)

    @extend_schema(request=inputs.ReturnInput)
    @action(detail=True, methods=["post"], url_path="request-revision")
    def request_revision(self, request: Request, pk: int) -> Response:
        """Send it back with a note on what to change."""
        return self.act_on_row("request_revision", inputs.ReturnInput, services.request_revision)


class StatusUpdateViewSet(Writing):
    """The history of items: rows are added, never changed."""

    queryset = StatusUpdate.objects.select_related(
        "network", "milestone", "deliverable", "author", "on_behalf_of"
    )
    serializer_class = rows.StatusUpdateSerializer
    filterset_class = filters.StatusUpdateFilter
    ordering_fields = ["id", "at"]
    ordering = ["-at", "-id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        evidence = Evidence.objects.visible_to(self.request.user)
        shown: QuerySet[Any] = rows.prefetch_related(Prefetch("evidence", evidence))
        return shown

    @extend_schema(request=inputs.StatusUpdateInput, responses={201: rows.StatusUpdateSerializer})
    def create(self, request: Request) -> Response:
        """Say how far one milestone or deliverable is."""
        said = self.taken(inputs.StatusUpdateInput)
        return self.created(services.post_update(self.act, said.pop("item"), **said))


class RiskViewSet(Writing):
    """Critical risks and their state of play."""

    queryset = Risk.objects.select_related("network").prefetch_related("work_packages")
    serializer_class = rows.RiskSerializer
    filterset_class = filters.RiskFilter
    ordering_fields = ["id", "code", "likelihood", "severity"]
    ordering_columns = {"code": "code_key"}
    ordering = ["network_id", "code_key", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        said = RiskAssessment.objects.visible_to(self.request.user).select_related("author")
        shown: QuerySet[Any] = rows.prefetch_related(Prefetch("assessments", said))
        return shown

    @extend_schema(request=inputs.RiskInput, responses={201: rows.RiskSerializer})
    def create(self, request: Request) -> Response:
        """Name a risk the contract did not foresee."""
        said = self.taken(inputs.RiskInput)
        return self.created(services.add_risk(self.act, said.pop("network"), **said))

    @extend_schema(request=inputs.AssessmentInput)
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, pk: int) -> Response:
        """Say where the risk stands in one period."""
        return self.act_on_row("assess_risk", inputs.AssessmentInput, services.assess_risk)


class AmendmentViewSet(Writing):
    """Amendments: drafted, submitted, approved or refused; a draft may change or be withdrawn."""

    queryset = Amendment.objects.select_related("network", "drafted_by", "decided_by")
    serializer_class = rows.AmendmentSerializer
    filterset_class = filters.AmendmentFilter
    ordering_fields = ["id", "number", "drafted_at", "submitted_at", "decided_at"]
    ordering = ["network_id", "-number", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        lines = AmendmentChange.objects.visible_to(self.request.user).order_by("pk")
        shown: QuerySet[Any] = rows.prefetch_related(Prefetch("changes", lines))
        return shown

    @extend_schema(request=inputs.AmendmentInput, responses={201: rows.AmendmentSerializer})
    def create(self, request: Request) -> Response:
        """Draft an amendment; nothing moves yet."""
        said = self.taken(inputs.AmendmentInput)
        return self.created(services.draft_amendment(self.act, said.pop("network"), **said))

    @extend_schema(request=inputs.EmptyInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: int) -> Response:
        """Hand a draft to the programme."""
        return self.act_on_row("submit_amendment", inputs.EmptyInput, services.submit_amendment)

    @extend_schema(request=inputs.DraftInput)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: int) -> Response:
        """Change a draft: what is given takes the place of what stood there."""
        return self.act_on_row("edit_draft", inputs.DraftInput, services.change_draft)

    @extend_schema(request=inputs.NoteInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take a draft back."""
        return self.act_on_row("edit_draft", inputs.NoteInput, services.withdraw_amendment)

    @extend_schema(request=inputs.NoteInput)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: int) -> Response:
        """Agree, and carry out every change."""
        return self.act_on_row("decide_amendment", inputs.NoteInput, services.approve_amendment)

    @extend_schema(request=inputs.RefusalInput)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: int) -> Response:
        """Decline, with the reason."""
        return self.act_on_row("decide_amendment", inputs.RefusalInput, services.refuse_amendment)
