"""Addresses of the pages of reports."""

from django.urls import URLPattern, path

from reports.views import progress
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
    path("status/", StatusPage.as_view(), name="status-report"),
]
