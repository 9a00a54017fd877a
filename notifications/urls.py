"""Addresses of the pages of notifications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
