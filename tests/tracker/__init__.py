"""Tests of the project itself: settings, checks, health, demo, servers, packaging."""
