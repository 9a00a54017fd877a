"""The API of networks: each viewset is a declaration, rows come through the one door."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.status import HTTP_201_CREATED

from networks.acts import Act
from networks.clock import Today
from networks.filters.sets import (
    ConflictFilter,
    EventFilter,
    MemberFilter,
    NetworkFilter,
    OrganisationFilter,
    PartnerFilter,
    ProgrammeFilter,
)
from networks.models import (
    ConflictDeclaration,
    Event,
    Member,
    Network,
    Organisation,
    Partner,
    Programme,
)
from networks.policy import require
from networks.serializers import (
    ConflictSerializer,
    DeclarationInput,
    EventSerializer,
    MemberSerializer,
    NetworkSerializer,
    OrganisationSerializer,
    PartnerSerializer,
    ProgrammeSerializer,
    WithdrawalInput,
)
from networks.services.conflicts import declare_conflict, withdraw_conflict


class Door(viewsets.GenericViewSet[Any]):
    """What every endpoint has in common: who asks, when, and what they may see."""

    lookup_value_converter = "int"
    # An OPTIONS answer would describe writes to people who may not write.
    metadata_class = None
    ordering_columns: ClassVar[dict[str, str]] = {}

    @cached_property
    def now(self) -> datetime:
        """The one instant of this request."""
        return timezone.now()

    @property
    def act(self) -> Act:
        """Who acts, for services."""
        return Act(by=self.request.user, at=self.now, channel=Event.Channel.API)  # type: ignore[arg-type]

    def get_queryset(self) -> QuerySet[Any]:
        """The rows this person may see."""
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            empty: QuerySet[Any] = rows.none()
            return empty
        return self.shown(rows.visible_to(self.request.user))

    def shown(self, rows: Any) -> QuerySet[Any]:
        """What is read along with the rows; a subclass adds annotations."""
        shown: QuerySet[Any] = rows
        return shown

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "today": Today.at(self.now)}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        final = super().finalize_response(request, response, *args, **kwargs)
        # Every answer depends on who asks: no proxy and no browser may keep it.
        final.headers["Cache-Control"] = "private, no-store"
        return final


class Reading(mixins.ListModelMixin, mixins.RetrieveModelMixin, Door):
    """A list and its rows, to be read."""


class ProgrammeViewSet(Reading):
    """Award programmes and their rules."""

    queryset = Programme.objects.all()
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter
    ordering_fields = ["id", "slug", "name"]
    ordering = ["name", "id"]


class OrganisationViewSet(Reading):
    """Universities, institutes, societies, companies."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    ordering_fields = ["id", "name", "country"]
    ordering = ["name", "id"]


class NetworkViewSet(Reading):
    """Funded networks and single awards."""

    queryset = Network.objects.select_related("programme", "predecessor")
    serializer_class = NetworkSerializer
    filterset_class = NetworkFilter
    ordering_fields = ["id", "acronym", "reference", "starts", "ends"]
    ordering = ["acronym", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        user: Any = self.request.user
        seen = Network.objects.visible_to(user).order_by().values("pk")
        shown: QuerySet[Any] = rows.with_money_shown(user).annotate(
            shows_predecessor=_whether(Q(predecessor__in=seen)),
        )
        return shown


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


class PartnerViewSet(Reading):
    """Organisations in networks."""

    queryset = Partner.objects.select_related("network", "organisation", "affiliated_to")
    serializer_class = PartnerSerializer
    filterset_class = PartnerFilter
    ordering_fields = ["id", "number", "short_name", "starts", "ends"]
    ordering_columns = {"number": "number_key"}
    ordering = ["network_id", "number_key", "id"]


class MemberViewSet(Reading):
    """People in networks."""

    queryset = Member.objects.select_related("network", "user", "partner")
    serializer_class = MemberSerializer
    filterset_class = MemberFilter
    ordering_fields = ["id", "role", "starts", "ends"]
    ordering = ["network_id", "id"]


class EventViewSet(Reading):
    """Who did what, when, through which door."""

    queryset = Event.objects.select_related("network", "programme", "actor", "on_behalf_of")
    serializer_class = EventSerializer
    filterset_class = EventFilter
    ordering_fields = ["id", "at"]
    ordering = ["-at", "-id"]


class ConflictViewSet(Reading):
    """Declarations of interest: one's own, and to staff those about their networks."""

    queryset = ConflictDeclaration.objects.select_related("network", "person", "withdrawn_by")
    serializer_class = ConflictSerializer
    filterset_class = ConflictFilter
    ordering_fields = ["id", "at"]
    ordering = ["-at", "-id"]

    @extend_schema(request=DeclarationInput, responses={201: ConflictSerializer})
    def create(self, request: Request) -> Response:
        """Declare a conflict of interest with a network, or that there is none."""
        said = self.taken(DeclarationInput)
        declared = declare_conflict(self.act, said.pop("network"), **said)
        return Response(self.get_serializer(declared).data, status=HTTP_201_CREATED)

    @extend_schema(request=WithdrawalInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: int) -> Response:
        """Staff withdraw a declaration; nobody their own."""
        declared = self.get_object()
        require(self.request.user, "withdraw_conflict", declared.network)
        withdraw_conflict(self.act, declared, **self.taken(WithdrawalInput))
        return Response(self.get_serializer(declared).data)

    def taken(self, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """The body, checked for form."""
        given = kind(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)
