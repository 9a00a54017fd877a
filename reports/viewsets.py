"""The API of reports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from networks.models import Network
from networks.pagination import Pages
from networks.viewsets import Door
from reports.filters import StatusReportFilter
from reports.serializers import StatusReportSerializer, report_as_json
from reports.status import NoSuchPage, status_report


class StatusReportViewSet(Door):
    """Where every network stands, now or as of a past day."""

    # The service narrows it to what the person may see.
    queryset = Network.objects.order_by()
    serializer_class = StatusReportSerializer
    filterset_class = StatusReportFilter
    ordering_fields = ["acronym", "reference", "starts", "ends"]
    ordering = ["acronym", "id"]
    pagination_class = None

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
    def list(self, request: Request) -> Response:
        """Counts by state, overdue, due soon, delayed, slip, risks: one entry per network."""
        networks: Any = self.filter_queryset(self.get_queryset())
        chosen = self.filterset_class(request.query_params, now=self.now, request=request)
        page, size = Pages.asked(request)
        try:
            report = status_report(
                request.user,  # type: ignore[arg-type]
                self.now,
                networks,
                as_of=chosen.form.cleaned_data["as_of"] if chosen.is_valid() else None,
                page=page,
                page_size=size,
            )
        except NoSuchPage as error:
            raise NotFound from error
        return Response(report_as_json(report))
