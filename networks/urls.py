"""Addresses of the pages of networks."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
