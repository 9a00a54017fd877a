"""A person's own quiet, from My work and from the preferences."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from networks.duties import Duty
from networks.models import Network
from networks.pages import act_on_page, signed_in, way_back
from notifications.forms import QuietForm
from notifications.models import Silence
from notifications.services.quieting import end_silence
from notifications.views.staff import known_source


class QuietPage(LoginRequiredMixin, View):
    """“Remind me again on …”, mute the item, mute its network."""

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        duty = self.duty(request, kind, pk)
        return self.show(request, duty, QuietForm(signed_in(request), duty))

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        duty = self.duty(request, kind, pk)
        form = QuietForm(signed_in(request), duty, request.POST)
        if form.carry_out(act_on_page(request)):
            messages.success(request, form.done())
            return HttpResponseRedirect(way_back(request, reverse("my-work")))
        return self.show(request, duty, form, status=422)

    def duty(self, request: HttpRequest, kind: str, pk: int) -> Duty:
        """An open duty about an item the person may see; else 404."""
        source = known_source(kind)
        duty = next(iter(source.among([pk])), None)
        if duty is None or pk not in source.visible_ids(signed_in(request), [pk]):
            raise Http404
        return duty

    def show(
        self, request: HttpRequest, duty: Duty, form: QuietForm, status: int = 200
    ) -> HttpResponse:
        """The page with the form."""
        context = {
            "duty": duty,
            "form": form,
            "network": Network.objects.get(pk=duty.network_id),
            "now": form.now_in_force(),
            "next": way_back(request, reverse("my-work")),
        }
        return render(request, "notifications/quiet.html", context, status=status)


class EndQuiet(LoginRequiredMixin, View):
    """Take back what one has muted or snoozed; nobody else's."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = Silence.objects.in_force().filter(user=signed_in(request))
        silence = get_object_or_404(own.select_related("network__programme"), pk=pk)
        end_silence(act_on_page(request), silence)
        messages.success(request, _("You are reminded of it again."))
        return redirect("preferences")
