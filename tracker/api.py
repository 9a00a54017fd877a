"""The one router of the API. Everything under ``/api/v1/`` starts here."""

from django.http import Http404
from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from milestones import viewsets as milestones
from networks import viewsets as networks
from reports import progress_viewsets as progress
from reports import review_viewsets as reviews
from reports import viewsets as reports

router = DefaultRouter(use_regex_path=False)
router.include_format_suffixes = False
router.register("programmes", networks.ProgrammeViewSet)
router.register("organisations", networks.OrganisationViewSet)
router.register("networks", networks.NetworkViewSet)
router.register("partners", networks.PartnerViewSet)
router.register("members", networks.MemberViewSet)
router.register("work-packages", milestones.WorkPackageViewSet, "workpackage")
router.register("milestones", milestones.MilestoneViewSet)
router.register("deliverables", milestones.DeliverableViewSet)
router.register("status-updates", milestones.StatusUpdateViewSet, "statusupdate")
router.register("risks", milestones.RiskViewSet)
router.register("amendments", milestones.AmendmentViewSet)
router.register("conflicts", networks.ConflictViewSet, "conflict")
router.register("progress-reports", progress.ProgressReportViewSet, "progressreport")
router.register("report-versions", progress.ReportVersionViewSet, "reportversion")
router.register("events", networks.EventViewSet)
router.register("review-rounds", reviews.ReviewRoundViewSet, "reviewround")
router.register("reviews", reviews.ReviewViewSet)
router.register("decisions", reviews.DecisionViewSet)
router.register("conditions", reviews.ConditionViewSet)
router.register("meetings", reviews.MeetingViewSet)
router.register("status-report", reports.StatusReportViewSet, "status-report")
router.register("status-rows", reports.StatusRowsViewSet, "status-rows")


@extend_schema(exclude=True)
class NotThere(APIView):
    """Any other address: the same problem document as for a row that is not there."""

    metadata_class = None

    def not_there(self, request: Request, **kwargs: str) -> Response:
        """Always a 404."""
        raise Http404

    get = post = put = patch = delete = not_there


schema = SpectacularAPIView.as_view(permission_classes=[AllowAny])
# The stock page has a style element, which the project's CSP forbids; ours has none, and the
# script comes from an address of its own.
docs = SpectacularSwaggerSplitView.as_view(
    permission_classes=[AllowAny], url_name="api:schema", template_name="api/docs.html"
)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
    *router.urls,
    re_path("", NotThere.as_view()),
]
