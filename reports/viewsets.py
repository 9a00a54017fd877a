"""The API of reports."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from networks.filters import StrictFilterBackend, StrictOrderingFilter
from networks.models import Network
from networks.pagination import Pages
from networks.viewsets import Door
from reports.exports import FORMATS, file_of
from reports.filters import StatusReportFilter, StatusRowsFilter
from reports.renderers import FILES
from reports.serializers import StatusReportSerializer, StatusRowSerializer, report_as_json
from reports.status import NoSuchPage, status_report
from reports.status.links import rows_of
from reports.status.rows import as_row, rows_behind
from reports.status.sources import BY_NETWORK


class StatusReportViewSet(Door):
    """Where every network stands, now or as of a past day."""

    # The service narrows it to what the person may see.
    queryset = Network.objects.order_by()
    serializer_class = StatusReportSerializer
    filterset_class = StatusReportFilter
    ordering_fields = ["acronym", "reference", "starts", "ends"]
    ordering = ["acronym", "id"]
    pagination_class = None
    renderer_classes = [JSONRenderer, *FILES]

    def get_queryset(self) -> Any:
        """All networks: ``status_report`` itself goes through the door."""
        return self.queryset

    @extend_schema(
        responses=StatusReportSerializer,
        parameters=[
            OpenApiParameter("page", OpenApiTypes.INT),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="At most 200."),
        ],
    )
    def list(self, request: Request) -> Any:
        """Counts by state, overdue, due soon, delayed, slip, risks: one entry per network."""
        networks: Any = self.filter_queryset(self.get_queryset())
        chosen = self.filterset_class(request.query_params, now=self.now, request=request).choice
        page, size = Pages.asked(request)
        wanted = request.accepted_renderer.format
        is_file = wanted in FORMATS
        try:
            report = status_report(
                request.user,  # type: ignore[arg-type]
                self.now,
                networks,
                as_of=chosen["as_of"],
                group_by=chosen["group_by"] or BY_NETWORK,
                page=1 if is_file else page,
                page_size=None if is_file else size,
            )
        except NoSuchPage as error:
            raise NotFound from error
        if is_file:
            return file_of(report, wanted)
        address = reverse("api:status-rows-list")
        return Response(report_as_json(report, rows_of(report, address, request.query_params)))


class StatusRowsViewSet(Door):
    """The rows behind one figure of the status report."""

    queryset = Network.objects.order_by()
    serializer_class = StatusRowSerializer
    filterset_class = StatusRowsFilter
    filter_backends = [StrictFilterBackend, StrictOrderingFilter]
    # Most urgent first, as the figure's page has them.
    ordering_fields: ClassVar[list[str]] = []

    def get_queryset(self) -> Any:
        """All networks: ``rows_behind`` itself goes through the door."""
        return self.queryset

    @extend_schema(responses=StatusRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """What was counted: ``kind`` and ``figure`` name the figure, ``group`` its line."""
        networks: Any = self.filter_queryset(self.get_queryset())
        chosen = self.filterset_class(request.query_params, now=self.now, request=request)
        rows = rows_behind(request.user, self.now, networks, chosen.asked)  # type: ignore[arg-type]
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([as_row(row) for row in page or ()])
