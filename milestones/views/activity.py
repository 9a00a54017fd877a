"""The activity log as pages and files: of a network, of one thing in it, and of a programme."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from milestones.activity import describe, kind_choices, verb_choices
from milestones.activity_files import in_csv, in_json
from milestones.forms.filters import ActivityFilter
from milestones.views.frame import INSIDE
from milestones.views.lists import ListPage
from milestones.views.programme import ProgrammePage
from networks.models import Event
from networks.pages import page_of


def asked(request: HttpRequest) -> ActivityFilter:
    """What of the log is asked for."""
    return ActivityFilter(request.GET, verb_choices(), kind_choices())


def chosen(form: ActivityFilter, seen: QuerySet[Event]) -> QuerySet[Event]:
    """Of what a person may read that what they asked for, newest first."""
    rows: QuerySet[Event] = form.apply(seen).select_related("actor", "on_behalf_of")
    return rows.order_by("-at", "-pk")


def shown(request: HttpRequest, form: ActivityFilter, rows: QuerySet[Event]) -> dict[str, Any]:
    """One page of the log in words, and the question for the files of the same rows."""
    page = page_of(request, rows)
    query = request.GET.copy()
    query.pop("page", None)
    lines = [describe(event) for event in page]
    return {"filter": form, "page": page, "lines": lines, "query": query.urlencode()}


def as_file(events: QuerySet[Event], name: str, *, as_json: bool) -> HttpResponse:
    """All of the rows as a file: one line for each field that changed."""
    kind, write = ("json", in_json) if as_json else ("csv", in_csv)
    name = get_valid_filename(f"{name}-activity.{kind}")
    return HttpResponse(
        write(events.iterator(chunk_size=1000)),
        content_type="application/json" if as_json else "text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


class Activity(ListPage):
    """The event log of a network, readable."""

    tab = "network-activity"
    template_name = "milestones/activity.html"
    readers = INSIDE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = asked(self.request)
        told = shown(self.request, form, self.events(form))
        exports = [
            (name, self.address(f"network-activity-{name}", told["query"]))
            for name in ("csv", "json")
        ]
        return super().get_context_data(exports=exports, **told, **kwargs)

    def events(self, form: ActivityFilter) -> QuerySet[Event]:
        """What the person may read and asked for."""
        return chosen(form, Event.objects.visible_to(self.person).filter(network=self.network))


class ActivityExport(Activity):
    """The same rows as a file."""

    as_json = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.roles & INSIDE:
            raise Http404
        form = asked(request)
        if not form.is_valid():
            return super().get(request, *args, **kwargs)
        return as_file(self.events(form), self.network.acronym, as_json=self.as_json)


class ProgrammeActivity(ProgrammePage):
    """What happened to a programme itself: roles, rules, pages, and the committee's own work.

    Networks have a log each, which their teams read; this one is for those who run it.
    """

    template_name = "milestones/programme_activity.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=400 if context["filter"].errors else 200)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = asked(self.request)
        told = shown(self.request, form, self.events(form))
        exports = [
            (name, f"{reverse(f'programme-activity-{name}', args=[self.programme.slug])}?{query}")
            for name, query in (("csv", told["query"]), ("json", told["query"]))
        ]
        return super().get_context_data(exports=exports, heading=_("Activity"), **told, **kwargs)

    def events(self, form: ActivityFilter) -> QuerySet[Event]:
        """What the person may read and asked for."""
        seen = Event.objects.visible_to(self.person)
        return chosen(form, seen.filter(programme=self.programme, network=None))


class ProgrammeActivityExport(ProgrammeActivity):
    """The same rows as a file."""

    as_json = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = asked(request)
        if not form.is_valid():
            return super().get(request, *args, **kwargs)
        return as_file(self.events(form), self.programme.slug, as_json=self.as_json)
