"""Addresses of the pages of reports."""

from django.urls import URLPattern, path, re_path

from reports.views import papers, progress
from reports.views.portfolio import Portfolio
from reports.views.status import StatusPage

urlpatterns: list[URLPattern] = [
    path("networks/", Portfolio.as_view(), name="network-list"),
    path("progress-reports/<int:pk>/", progress.ShowReport.as_view(), name="progress-report"),
    path(
        "progress-reports/<int:pk>/write/",
        progress.ShowReport.as_view(),
        name="progress-report-write",
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
    path("status/", StatusPage.as_view(), name="status-report"),
]
