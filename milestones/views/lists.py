"""The lists of a network: milestones, deliverables, risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse

from milestones.forms.filters import DeliverableFilter, MilestoneFilter, RiskFilter
from milestones.models import Deliverable, Milestone, Risk, RiskAssessment
from milestones.views.frame import INSIDE, PANEL, NetworkPage
from networks.pages import ordered, page_of

ITEM_COLUMNS: Mapping[str, Sequence[str]] = {
    "code": ["code_key"],
    "title": ["title"],
    "lead": ["lead_partner__number_key"],
    "due": ["due_date", "code_key"],
    "forecast": ["forecast_date", "due_date"],
    "state": ["state", "due_date"],
    "confidence": ["confidence", "due_date"],
}


class ListPage(NetworkPage):
    """A page whose filter may be wrong: then it says so, with status 400."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=400 if context["filter"].errors else 200)


class MilestoneList(ListPage):
    """Milestones of a network."""

    tab = "network-milestones"
    template_name = "milestones/milestone_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = MilestoneFilter(self.network, self.request.GET)
        seen = Milestone.objects.visible_to(self.person).filter(network=self.network)
        found = form.apply(seen, self.dates).select_related("lead_partner")
        rows = ordered(self.request, found.prefetch_related("work_packages"), ITEM_COLUMNS, "code")
        return super().get_context_data(filter=form, page=page_of(self.request, rows), **kwargs)


class DeliverableList(ListPage):
    """Deliverables of a network."""

    tab = "network-deliverables"
    template_name = "milestones/deliverable_list.html"
    columns: Mapping[str, Sequence[str]] = {
        **ITEM_COLUMNS,
        "type": ["type", "code_key"],
        "level": ["dissemination_level", "code_key"],
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DeliverableFilter(self.network, self.request.GET)
        seen = Deliverable.objects.visible_to(self.person).filter(network=self.network)
        found = form.apply(seen, self.dates).select_related("lead_partner", "work_package")
        rows = ordered(self.request, found, self.columns, "code")
        return super().get_context_data(filter=form, page=page_of(self.request, rows), **kwargs)


class RiskList(ListPage):
    """Risks with their latest state of play, and how many stand where."""

    tab = "network-risks"
    template_name = "milestones/risk_list.html"
    readers = INSIDE | PANEL
    columns: Mapping[str, Sequence[str]] = {
        "code": ["code_key"],
        "likelihood": ["likelihood", "severity"],
        "severity": ["severity", "likelihood"],
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = RiskFilter(self.request.GET)
        seen = Risk.objects.visible_to(self.person).filter(network=self.network)
        found = form.apply(seen).prefetch_related("work_packages", latest_assessment())
        rows = ordered(self.request, found, self.columns, "code")
        return super().get_context_data(
            filter=form,
            page=page_of(self.request, rows),
            matrix=matrix(seen.open()),
            **kwargs,
        )


def latest_assessment() -> Prefetch[Any]:
    """Only the newest assessment of each risk, as ``risk.latest``."""
    own = RiskAssessment.objects.filter(risk=OuterRef("risk")).order_by("-at", "-pk")
    newest = RiskAssessment.objects.filter(pk=Subquery(own.values("pk")[:1]))
    return Prefetch("assessments", newest.select_related("author"), to_attr="latest")


def matrix(risks: Any) -> list[dict[str, Any]]:
    """Open risks by likelihood (rows, high on top) and severity (columns)."""
    counts = {
        (row["likelihood"], row["severity"]): row["n"]
        for row in risks.order_by().values("likelihood", "severity").annotate(n=Count("pk"))
    }
    return [
        {
            "likelihood": likelihood,
            "cells": [
                {
                    "severity": severity,
                    "count": counts.get((likelihood, severity), 0),
                    "heat": "LMH".index(likelihood) + "LMH".index(severity),
                }
                for severity in "LMH"
            ],
        }
        for likelihood in "HML"
    ]
