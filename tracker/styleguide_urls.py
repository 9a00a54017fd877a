"""Routed only while DEBUG is on."""

from django.urls import path

from tracker.views import styleguide

urlpatterns = [path("", styleguide, name="styleguide")]
