"""Addresses of the pages of reports."""

from django.urls import URLPattern, path, re_path

from reports.review_urls import urlpatterns as review_paths
from reports.views import (
    board_packs,
    effort,
    handing_in,
    papers,
    progress,
    rhythm,
    templates,
    writing,
)
from reports.views.portfolio import Portfolio
from reports.views.status import StatusPage
from reports.views.status_rows import StatusRows

_REPORT = "progress-reports/<int:pk>/"
_TEMPLATE = "report-templates/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("networks/", Portfolio.as_view(), name="network-list"),
    path(_REPORT, progress.ShowReport.as_view(), name="progress-report"),
    path(f"{_REPORT}write/", writing.WriteReport.as_view(), name="progress-report-write"),
    path(
        f"{_REPORT}sections/<slug:key>/",
        writing.SaveSection.as_view(),
        name="progress-report-section",
    ),
    path(
        f"{_REPORT}comments/<slug:kind>/<int:item>/",
        writing.Comment.as_view(),
        name="progress-report-comment",
    ),
    path(f"{_REPORT}effort/", effort.StateEffort.as_view(), name="progress-report-effort"),
    path(f"{_REPORT}submit/", handing_in.SubmitReport.as_view(), name="progress-report-submit"),
    path(f"{_REPORT}waive/", handing_in.WaiveReport.as_view(), name="progress-report-waive"),
    path(f"{_REPORT}dates/", handing_in.ReportDates.as_view(), name="progress-report-dates"),
    path(
        f"{_REPORT}compare/", handing_in.CompareVersions.as_view(), name="progress-report-compare"
    ),
    re_path(
        r"^progress-reports/(?P<pk>[0-9]{1,18})/v(?P<number>[0-9]{1,4})\.(?P<ending>pdf|docx|json|html)$",
        papers.version_file,
        name="report-paper",
    ),
    re_path(
        r"^progress-reports/(?P<pk>[0-9]{1,18})/draft\.(?P<ending>pdf|docx|html)$",
        papers.draft_file,
        name="report-draft-paper",
    ),
    path(
        "networks/<path:reference>/reports/", progress.ReportList.as_view(), name="network-reports"
    ),
    path("report-templates/", templates.TemplateList.as_view(), name="report-templates"),
    path(_TEMPLATE, templates.EditTemplate.as_view(), name="report-template"),
    path(
        f"{_TEMPLATE}sections/new/",
        templates.EditSection.as_view(),
        name="report-template-section-new",
    ),
    path(
        f"{_TEMPLATE}sections/<int:section>/",
        templates.EditSection.as_view(),
        name="report-template-section",
    ),
    path(
        "programmes/<slug:slug>/report-rhythm/", rhythm.ReportRhythm.as_view(), name="report-rhythm"
    ),
    path("programmes/<slug:slug>/board-pack.pdf", board_packs.show_pack, name="board-pack"),
    path(
        "programmes/<slug:slug>/board-pack/",
        board_packs.SchedulePack.as_view(),
        name="board-pack-schedule",
    ),
    path("status/rows/", StatusRows.as_view(), name="status-rows"),
    path("decisions/<int:pk>/letter.pdf", papers.letter, name="decision-letter"),
    path("committee/meetings/<int:pk>/pack.pdf", papers.pack, name="meeting-pack"),
    path("status/", StatusPage.as_view(), name="status-report"),
    *review_paths,
]
