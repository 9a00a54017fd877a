"""The ladders of a programme: officers read them, managers change them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from networks.duties import Audience, DutySource, Step, sources
from networks.models import Event, Network, Programme
from networks.pages import act_on_page, signed_in
from networks.policy import can, require
from notifications.forms import StepForm
from notifications.ladder import Ladders
from notifications.services.rules import Scope, reset_ladder, switch_step
from notifications.views.preview import choices
from notifications.views.staff import StaffPage, known_source

NETWORKS_SHOWN = 50
CHANGES_SHOWN = 10


class RulesHome(StaffPage):
    """The programmes whose ladders a person may read; straight in where it is one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        programmes = list(programmes_run(request)[:NETWORKS_SHOWN])
        if len(programmes) == 1:
            return redirect("reminder-rules", programmes[0].slug)
        return render(request, "notifications/rules_home.html", {"programmes": programmes})


class ScopePage(StaffPage):
    """A page about one programme's ladders, or, with ``?network=``, one network's."""

    def scope(self, request: HttpRequest, slug: str) -> Scope:
        """Whose ladder the address names; 404 for what the person does not run."""
        programme = get_object_or_404(programmes_run(request), slug=slug)
        reference = request.GET.get("network", "").strip()
        if not reference:
            return Scope(programme)
        networks = Network.objects.filter(programme=programme)
        return Scope(programme, get_object_or_404(networks, reference=reference))

    def require_manager(self, request: HttpRequest, scope: Scope) -> None:
        """403 for an officer, also for looking at a form that is not theirs to send."""
        require(signed_in(request), "set_reminders", scope.programme)


class RulesPage(ScopePage):
    """Each kind's steps with who says so. POST switches one, or goes back to defaults."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        asked = request.GET.get("network", "").strip()
        if asked and not self.networks(request, slug).filter(reference=asked).exists():
            messages.error(request, _("There is no network “%s” in this programme.") % asked)
            return redirect("reminder-rules", slug)
        scope = self.scope(request, slug)
        ladders = Ladders()
        context = {
            "scope": scope,
            "ladders": [ladder_of(scope, ladders, each) for each in sources()],
            "manages": can(signed_in(request), "set_reminders", scope.programme),
            "own": self.networks(request, slug)
            .filter(reminder_rules__isnull=False)
            .distinct()[:NETWORKS_SHOWN],
            "changes": changes_of(scope),
            "address": address(scope),
        }
        return render(request, "notifications/rules.html", context)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        scope = self.scope(request, slug)
        self.require_manager(request, scope)
        kind = known_source(request.POST.get("kind", "")).kind
        act = act_on_page(request)
        if "reset" in request.POST:
            reset_ladder(act, scope, kind)
        else:
            step = step_of(request.POST.get("step", ""))
            if step is None:
                raise Http404
            switch_step(act, scope, kind, step, on="on" in request.POST)
        messages.success(request, _("Saved. The next mails follow this."))
        return HttpResponseRedirect(f"{address(scope)}#{kind}")

    def networks(self, request: HttpRequest, slug: str) -> QuerySet[Network]:
        """The programme's networks."""
        programme = get_object_or_404(programmes_run(request), slug=slug)
        return Network.objects.filter(programme=programme).order_by("acronym", "pk")


class StepPage(ScopePage):
    """A new step, or with ``?step=`` another one in its place."""

    def get(self, request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        return self.show(request, self.form(request, slug, kind))

    def post(self, request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        form = self.form(request, slug, kind, request.POST)
        if form.carry_out(act_on_page(request)):
            messages.success(request, _("Saved. The next mails follow this."))
            return HttpResponseRedirect(f"{address(form.scope)}#{kind}")
        return self.show(request, form, status=422)

    def form(self, request: HttpRequest, slug: str, kind: str, data: Any = None) -> StepForm:
        """The form; 404 for a step that the ladder does not have."""
        scope = self.scope(request, slug)
        self.require_manager(request, scope)
        known = known_source(kind).kind
        old = step_of(request.GET.get("step", ""))
        if "step" in request.GET and old not in scope.steps(known):
            raise Http404
        return StepForm(scope, known, old, data)

    def show(self, request: HttpRequest, form: StepForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        heading = _("Change a step") if form.old else _("Add a step")
        context = {
            "form": form,
            "scope": form.scope,
            "heading": heading,
            "label": known_source(form.kind).label,
            "back": address(form.scope),
            "url": request.get_full_path(),
        }
        return render(request, "notifications/step.html", context, status=status)


class ChoicePage(ScopePage):
    """The nearest open duties of one kind, to choose whose ladder to preview."""

    def get(self, request: HttpRequest, slug: str, kind: str) -> HttpResponse:
        scope, source = self.scope(request, slug), known_source(kind)
        text = request.GET.get("q", "").strip()[:100]
        context = {
            "scope": scope,
            "kind": source.kind,
            "label": source.label,
            "text": text,
            "back": address(scope),
            "duties": choices(request, source, scope.programme.pk, scope.network_id, text),
        }
        return render(request, "notifications/choice.html", context)


def programmes_run(request: HttpRequest) -> QuerySet[Programme]:
    """Programmes in which a person is manager or officer."""
    return Programme.objects.held_by(signed_in(request)).order_by("name", "pk")


def ladder_of(scope: Scope, ladders: Ladders, source: DutySource) -> dict[str, Any]:
    """One kind's steps, as the page shows them."""
    rungs = ladders.rungs(scope.programme.pk, scope.network_id, source.kind)
    own = "network" if scope.network else "programme"
    return {
        "kind": source.kind,
        "label": source.label,
        "add_url": step_address(scope, source.kind),
        "preview_url": choice_address(scope, source.kind),
        "changed": any(rung.origin == own for rung in rungs),
        "rungs": [
            {
                "offset": rung.step.offset,
                "audience": Audience(rung.step.audience).label,
                "key": key_of(rung.step),
                "change_url": step_address(scope, source.kind, rung.step),
                "on": rung.on,
                "origin": rung.origin,
            }
            for rung in rungs
        ],
    }


def key_of(step: Step) -> str:
    """What names a step in an address."""
    return f"{step.offset}.{step.audience}"


def step_of(key: str) -> Step | None:
    """The step that a key like ``-7.responsible`` names, or None."""
    offset, _dot, audience = key.partition(".")
    if audience not in Audience.values:
        return None
    try:
        return Step(int(offset), audience)
    except ValueError:
        return None


def changes_of(scope: Scope) -> QuerySet[Event]:
    """The latest changes of a scope's ladders, newest first."""
    rows = Event.objects.about(scope.network or scope.programme).filter(verb="set_ladder")
    return rows.select_related("actor").order_by("-at", "-pk")[:CHANGES_SHOWN]


def address(scope: Scope) -> str:
    """The page of a scope."""
    path = reverse("reminder-rules", args=[scope.programme.slug])
    return f"{path}?{urlencode({'network': scope.network.reference})}" if scope.network else path


def step_address(scope: Scope, kind: str, step: Step | None = None) -> str:
    """The form of one step, or of a new one."""
    query = {"network": scope.network.reference} if scope.network else {}
    query |= {"step": key_of(step)} if step else {}
    path = reverse("reminder-step", args=[scope.programme.slug, kind])
    return f"{path}?{urlencode(query)}" if query else path


def choice_address(scope: Scope, kind: str) -> str:
    """Where one chooses a duty to preview."""
    path = reverse("ladder-choice", args=[scope.programme.slug, kind])
    return f"{path}?{urlencode({'network': scope.network.reference})}" if scope.network else path
