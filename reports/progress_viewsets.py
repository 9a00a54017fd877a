"""Progress reports in the API: read, write section by section, submit."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from milestones.viewsets import Writing
from networks import access
from networks.viewsets import Reading
from reports.access import require
from reports.audience import audience_of
from reports.content import template_for
from reports.models import ProgressReport, ReportVersion
from reports.progress_filters import ProgressReportFilter, ReportVersionFilter
from reports.progress_serializers import (
    ProgressReportSerializer,
    ReportVersionDetailSerializer,
    ReportVersionSerializer,
    SectionInput,
    SectionSerializer,
    SubmitInput,
    section_as_json,
)
from reports.section_rows import section_row, section_rows
from reports.services.submitting import submit
from reports.services.writing import save_section


class ProgressReportViewSet(Writing):
    """Progress reports: scheduled, written, submitted, decided on."""

    queryset = ProgressReport.objects.select_related("network__programme", "template")
    serializer_class = ProgressReportSerializer
    filterset_class = ProgressReportFilter
    ordering_fields = ["id", "number", "due_date", "period_end", "state"]
    ordering = ["due_date", "id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        versions = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
        shown: QuerySet[Any] = rows.annotate(last_version=Subquery(versions.values("number")[:1]))
        return shown

    @extend_schema(methods=["GET"], responses=SectionSerializer(many=True), filters=False)
    @extend_schema(methods=["PATCH"], request=SectionInput, responses=SectionSerializer)
    @action(detail=True, methods=["get", "patch"], pagination_class=None)
    def sections(self, request: Request, pk: int) -> Response:
        """The texts as they are written now, for insiders; PATCH saves one of them.

        Give back the section's ``version``: the answer is 409 if somebody saved meanwhile.
        """
        report = self.get_object()
        if audience_of(request.user, report.network) != "staff":
            raise NotFound
        if request.method == "GET":
            return Response([section_as_json(row) for row in section_rows(report)])
        require(request.user, "write", report)
        given = self.taken(SectionInput)
        template = template_for(report)
        if template is None:
            raise NotFound
        section = get_object_or_404(template.sections, key=given.pop("section"))
        answer = save_section(self.act, report, section, **given)
        return Response(section_as_json(section_row(report, section, answer)))

    @extend_schema(request=SubmitInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: int) -> Response:
        """Hand it in: lead or deputy only. What is missing is named."""
        return self.act_on_report("submit", SubmitInput, submit)

    def act_on_report(self, permit: str, kind: type[Serializer[Any]], service: Any) -> Response:
        """As ``act_on_row``, by the table of reports."""
        row = self.get_object()
        require(self.request.user, permit, row)
        service(self.act, row, **self.taken(kind))
        return Response(self.get_serializer(self.get_object()).data)


class ReportVersionViewSet(Reading):
    """Submitted versions: what was frozen, with its hash."""

    queryset = ReportVersion.objects.select_related("report__network", "submitted_by")
    serializer_class = ReportVersionSerializer
    filterset_class = ReportVersionFilter
    ordering_fields = ["id", "submitted_at", "number"]
    ordering = ["-submitted_at", "-id"]

    def shown(self, rows: Any) -> QuerySet[Any]:
        people = access.whether(access.readers, self.request.user, "report__network_id")
        rows = rows.annotate(shows_people=people)
        # Contents are large: a list does without them.
        shown: QuerySet[Any] = rows.defer("content") if self.action == "list" else rows
        return shown

    def get_serializer_class(self) -> Any:
        if self.action == "retrieve":
            return ReportVersionDetailSerializer
        return super().get_serializer_class()
