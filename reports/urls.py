"""Addresses of the pages of reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
