"""Addresses of the pages of milestones."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
