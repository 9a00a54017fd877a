"""Addresses of the pages of reports."""

from django.urls import URLPattern, path

from reports.views.portfolio import Portfolio
from reports.views.status import StatusPage

urlpatterns: list[URLPattern] = [
    path("networks/", Portfolio.as_view(), name="network-list"),
    path("status/", StatusPage.as_view(), name="status-report"),
]
