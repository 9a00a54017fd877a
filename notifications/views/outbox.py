"""The outbox: who was told what, when, and was it delivered. For managers and officers."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin

from networks.pages import page_of, signed_in
from notifications.filters import OutboxFilter
from notifications.models import LadderStop, Message, Reminder
from notifications.services import gate
from notifications.services.links import masked
from notifications.services.naming import name_duties
from notifications.views.staff import StaffPage

STOPS_SHOWN = 20
# A mail's HTML in a frame: nothing runs, nothing is fetched, links open elsewhere.
MAIL_POLICY = {
    "default-src": [NONE],
    "img-src": ["data:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


class Outbox(StaffPage):
    """All mails with a line about a network the person runs, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = Reminder.objects.visible_to(signed_in(request))
        rows = (
            Message.objects.visible_to(signed_in(request))
            .select_related("recipient")
            .annotate(lines=Count("reminders", filter=Q(reminders__in=own.values("pk"))))
            .defer("text", "html")
            .order_by("-created_at", "-pk")
        )
        found = OutboxFilter(request.GET, queryset=rows, request=request)
        good = found.form.is_valid()
        context = {
            "filter": found.form,
            "page": page_of(request, found.qs if good else rows),
            **stopped(request),
            "gate": gate.look(timezone.now()),
        }
        return render(request, "notifications/outbox.html", context, status=200 if good else 400)


class MessagePage(StaffPage):
    """One mail: its state, attempts, lines, and what it says."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_message(request, pk)
        lines = Reminder.objects.visible_to(signed_in(request)).filter(message=message)
        page = page_of(request, lines.select_related("network", "message"))
        context = {
            "message": message,
            "text": "" if message.foreign else masked(message.text),
            "attempts": message.attempts.order_by("at", "pk")[:100],
            "page": page,
            "names": name_duties(page.object_list),
        }
        return render(request, "notifications/message.html", context)


@method_decorator([xframe_options_sameorigin, csp(MAIL_POLICY)], name="dispatch")
class MessageBody(StaffPage):
    """The HTML part alone, under a policy that lets it do nothing but look."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = visible_message(request, pk)
        if message.foreign or not message.html:
            raise Http404
        return HttpResponse('<base target="_blank">' + masked(message.html))


def visible_message(request: HttpRequest, pk: int) -> Any:
    """A mail the person may see, or 404."""
    rows = Message.objects.visible_to(signed_in(request)).select_related("recipient")
    return get_object_or_404(rows, pk=pk)


def stopped(request: HttpRequest) -> dict[str, Any]:
    """The latest ladders that are stopped, with the names of what they are about."""
    rows = LadderStop.objects.in_force().visible_to(signed_in(request))
    stops = list(rows.select_related("network", "stopped_by")[:STOPS_SHOWN])
    return {"stops": stops, "names": name_duties(stops)}
