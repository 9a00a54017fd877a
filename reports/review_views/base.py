"""A page about one thing that a person may see, with a form that runs one service."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from milestones.forms.base import ServiceForm
from networks.clock import Today
from networks.models import User
from networks.pages import act_on_page, dates_now, signed_in
from reports.access import actions_for, refuse


class ThingPage(LoginRequiredMixin, TemplateView):
    """The thing of the address; 404 for whoever may not see it."""

    model: ClassVar[type[Any]]
    related: ClassVar[tuple[str, ...]] = ("network__programme",)

    @cached_property
    def person(self) -> User:
        """Who reads the page."""
        return signed_in(self.request)

    @cached_property
    def thing(self) -> Any:
        """What the page is about."""
        rows: QuerySet[Any] = self.model.objects.visible_to(self.person)
        return get_object_or_404(rows.select_related(*self.related), pk=self.kwargs["pk"])

    @cached_property
    def dates(self) -> Today:
        """The calendar dates at this moment."""
        return dates_now()

    @cached_property
    def actions(self) -> frozenset[str]:
        """What the person may do to it."""
        return actions_for(self.person, self.thing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        network = self.thing.network
        return super().get_context_data(
            thing=self.thing,
            network=network,
            today=self.dates.in_zone(network.time_zone),
            may=self.actions,
            **kwargs,
        )


class ActPage(ThingPage):
    """GET shows the form; POST runs its service and goes on, or says why not.

    A refusal is 422; somebody else's newer version 409 with both texts. A script that saves
    while somebody types (``X-Autosave``) gets the same as JSON, and the new version.
    """

    needed: ClassVar[str] = ""

    def form(self, request: HttpRequest) -> ServiceForm:
        """The form, empty or filled."""
        raise NotImplementedError

    def done(self) -> str:
        """What to say when it is saved."""
        raise NotImplementedError

    def target(self) -> str:
        """Where to go then."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise PermissionDenied for a reader (404 has been raised for a stranger)."""
        if self.needed and self.needed not in self.actions:
            refuse()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        return self.show(self.form(request))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        form = self.form(request)
        saved = form.carry_out(act_on_page(request))
        status = 200 if saved else 409 if form.conflict else 422
        if "X-Autosave" in request.headers:
            return _as_json(form, status)
        if saved:
            messages.success(request, self.done())
            return HttpResponseRedirect(self.target())
        return self.show(form, status)

    def show(self, form: ServiceForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        lines = getattr(form, "lines", [])
        context = self.get_context_data(form=form, conflict_lines=lines, **self.kwargs)
        return self.render_to_response(context, status=status)


def _as_json(form: ServiceForm, status: int) -> JsonResponse:
    if status == 200:
        row: Any = getattr(form, "row", None)
        column = getattr(form, "version_column", "version")
        return JsonResponse({"version": getattr(row, column, None)})
    said = [str(line) for lines in form.errors.values() for line in lines]
    return JsonResponse({"errors": said}, status=status)
