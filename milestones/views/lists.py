"""The lists of a network: milestones, deliverables, risks, activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import get_valid_filename

from milestones.activity import describe, kind_choices, verb_choices
from milestones.activity_files import in_csv, in_json
from milestones.forms.filters import ActivityFilter, DeliverableFilter, MilestoneFilter, RiskFilter
from milestones.models import Deliverable, Milestone, Risk, RiskAssessment
from milestones.views.frame import INSIDE, PANEL, NetworkPage
from networks.models import Event
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


class Activity(ListPage):
    """The event log of a network, readable."""

    tab = "network-activity"
    template_name = "milestones/activity.html"
    readers = INSIDE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ActivityFilter(self.request.GET, verb_choices(), kind_choices())
        page = page_of(self.request, self.events(form))
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            filter=form,
            page=page,
            lines=[describe(event) for event in page],
            exports=[
                (name, self.address(f"network-activity-{name}", query.urlencode()))
                for name in ("csv", "json")
            ],
            **kwargs,
        )

    def events(self, form: ActivityFilter) -> QuerySet[Event]:
        """What the person may read and asked for, newest first."""
        seen = Event.objects.visible_to(self.person).filter(network=self.network)
        rows: QuerySet[Event] = form.apply(seen).select_related("actor", "on_behalf_of")
        return rows.order_by("-at", "-pk")


class ActivityExport(Activity):
    """The same rows, all of them, as a file: one line for each field that changed."""

    as_json = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.roles & INSIDE:
            raise Http404
        form = ActivityFilter(request.GET, verb_choices(), kind_choices())
        if not form.is_valid():
            return super().get(request, *args, **kwargs)
        events = self.events(form).iterator(chunk_size=1000)
        kind = "json" if self.as_json else "csv"
        write = in_json if self.as_json else in_csv
        name = get_valid_filename(f"{self.network.acronym}-activity.{kind}")
        return HttpResponse(
            write(events),
            content_type="application/json" if self.as_json else "text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-store",
            },
        )
