"""Importing a plan in two steps: see all that would happen, then apply exactly that."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from milestones.forms import ImportForm
from milestones.importing.keeping import Kept, keep, take_back
from milestones.importing.plan_import import Setup, import_plan
from milestones.importing.report import ImportReport
from milestones.importing.wording import MOST, outcome
from networks.access import is_staff_anywhere
from networks.pages import act_on_page, signed_in


class StaffOnly(LoginRequiredMixin, View):
    """For managers and officers of any programme; for others this page is not there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not is_staff_anywhere(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ImportPlan(StaffOnly):
    """The form, and the dry run that it leads to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, filled with what the address says: a second try types nothing twice."""
        form = ImportForm(signed_in(request), initial=request.GET.dict() or None)
        return render(request, "milestones/import_form.html", {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Try it all, save nothing, show what would happen."""
        form = ImportForm(signed_in(request), request.POST, request.FILES)
        if not form.is_valid():
            form.add_error("tables", _("Choose the files again: a browser does not keep them."))
            return render(request, "milestones/import_form.html", {"form": form}, status=422)
        setup, sources = form.setup(), form.sources()
        report = import_plan(act_on_page(request), setup, sources, dry_run=True)
        kept = Kept(setup, sources, report.fingerprint)
        return show(request, report, kept, status=422 if report.is_refused else 200)


class ApplyImport(StaffOnly):
    """Save what the preview showed: once, by the person who saw it, and nothing else."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Apply a preview by its token."""
        kept = take_back(signed_in(request), request.POST.get("token", ""), timezone.now())
        if kept is None:
            messages.error(
                request, _("That preview is used up or too old. Choose the files again.")
            )
            return HttpResponseRedirect(reverse("import-plan"))
        act = act_on_page(request)
        report = import_plan(act, kept.setup, kept.sources, shown=kept.shown)
        if report.is_refused or report.has_moved_on:
            messages.warning(
                request, _("The plan has changed since you looked. Nothing was saved: look again.")
            )
            report.dry_run = True
            kept = Kept(kept.setup, kept.sources, report.fingerprint)
            return show(request, report, kept, status=409)
        messages.success(request, outcome(report))
        page = "network-amendments" if report.amendment else "network"
        return HttpResponseRedirect(reverse(page, args=[kept.setup.reference]))


def _typed(setup: Setup) -> str:
    """The set-up as the form's fields in an address."""
    typed = asdict(setup) | {"dates": setup.date_order}
    del typed["date_order"]
    return urlencode({name: value for name, value in typed.items() if value})


def show(request: HttpRequest, report: ImportReport, kept: Kept, *, status: int) -> HttpResponse:
    """The report as a page; with a button to apply it, where there is something to apply."""
    asks = bool(report.differences) and not report.waits_already
    saves = not report.is_refused and (asks or bool(report.created))
    context = {
        "report": report,
        "again": f"{reverse('import-plan')}?{_typed(kept.setup)}",
        "outcome": outcome(report),
        "token": keep(signed_in(request), kept, timezone.now()) if saves else "",
        "problems": report.problems[:MOST],
        "warnings": report.warnings[:MOST],
        "more": max(0, len(report.problems) - MOST),
    }
    return render(request, "milestones/import_report.html", context, status=status)
