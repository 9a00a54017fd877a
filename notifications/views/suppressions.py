"""Addresses that get no mail: released by staff, or by the person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from networks.pages import act_on_page, signed_in
from networks.refusals import Refusal
from notifications.models import Suppression
from notifications.services.bouncing import release
from notifications.steering_forms import ReleaseForm
from notifications.views.staff import StaffPage


class ReleasePage(StaffPage):
    """Staff say why mail may go there again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(request, ReleaseForm(self.suppression(request, pk)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReleaseForm(self.suppression(request, pk), request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.show(request, form, status=409 if form.conflict else 422)
        messages.success(request, _("Released. The person is written to again."))
        return redirect("outbox")

    def suppression(self, request: HttpRequest, pk: int) -> Suppression:
        """One that the person may release; else 404."""
        rows = Suppression.objects.releasable_by(signed_in(request))
        found: Suppression = get_object_or_404(rows.select_related("user", "message"), pk=pk)
        return found

    def show(self, request: HttpRequest, form: ReleaseForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        context = {"suppression": form.suppression, "form": form}
        return render(request, "notifications/release.html", context, status=status)


class MailAgain(LoginRequiredMixin, View):
    """The person says that the address works."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = Suppression.objects.filter(user=signed_in(request))
        suppression = get_object_or_404(own.select_related("message"), pk=pk)
        try:
            release(act_on_page(request), suppression, reason="The person says that it works.")
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Saved. You are reminded by mail again."))
        return redirect("my-work")
