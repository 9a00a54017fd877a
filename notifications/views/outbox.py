"""The outbox: who was told what, when, and was it delivered. For managers and officers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_replace
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from milestones.activity import VERBS
from networks.models import Event
from networks.pages import page_of, signed_in
from notifications.filters import OutboxFilter
from notifications.models import LadderStop, Message, Reminder, Suppression
from notifications.services import gate
from notifications.services.links import masked
from notifications.services.naming import name_duties
from notifications.services.steering import ARRIVED, AT_ONCE, CANCEL, LOST, RETRY, steps_for
from notifications.suppressing import suppressed
from notifications.views.staff import StaffPage

STOPS_SHOWN = 20
BARRED_SHOWN = 20
LOG_SHOWN = 50
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
            .select_related("recipient", "invitation")
            .annotate(lines=Count("reminders", filter=Q(reminders__in=own.values("pk"))))
            .defer("text", "html")
            .order_by("-created_at", "-pk")
        )
        found = OutboxFilter(request.GET, queryset=rows, request=request)
        good = found.form.is_valid()
        asked = found.form.cleaned_data if good else {}
        context = {
            "filter": found.form,
            "page": page_of(request, found.qs if good else rows),
            "counts": counts(request),
            "retries": retries_at_once(asked),
            **stopped(request),
            "barred": barred(request),
            "gate": gate.look(timezone.now()),
        }
        return render(request, "notifications/outbox.html", context, status=200 if good else 400)


# Everywhere else frames are forbidden; here one shows the mail (MessageBody).
@method_decorator(csp_replace({"frame-src": [SELF]}), name="dispatch")
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
            "steps": [] if message.foreign else steps_of(message),
            "log": log_of(request, message),
            "bounces": message.bounces.all()[:LOG_SHOWN],
            "barred": suppressed([message.goes_to]),
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


def steps_of(message: Message) -> list[dict[str, str]]:
    """What staff can do with a mail in its state."""
    words = headings()
    return [
        {
            "name": step,
            "label": words[step],
            "url": reverse("outbox-steer", args=[message.pk, step]),
        }
        for step in steps_for(message)
    ]


def headings() -> dict[str, str]:
    """The steps in words: for the buttons, and the pages that they lead to."""
    return {
        RETRY: _("Try again"),
        ARRIVED: _("It arrived"),
        LOST: _("It did not arrive"),
        CANCEL: _("Cancel this mail"),
    }


def log_of(request: HttpRequest, message: Message) -> list[dict[str, Any]]:
    """What staff did with a mail; one act is logged for each programme, and shown once."""
    rows = Event.objects.visible_to(signed_in(request)).about(message).select_related("actor")
    rows = rows.filter(actor__isnull=False)
    once = {(row.at, row.verb): row for row in rows.order_by("at", "pk")[:LOG_SHOWN]}
    return [{"row": row, "words": VERBS[row.verb]} for row in once.values()]


def retries_at_once(asked: Mapping[str, Any]) -> bool:
    """Whether a filter names what can be retried by one press: one morning, refused or put off."""
    return bool(asked.get("morning")) and asked.get("state") in AT_ONCE


def visible_message(request: HttpRequest, pk: int) -> Any:
    """A mail the person may see, or 404."""
    rows = Message.objects.visible_to(signed_in(request)).select_related("recipient", "invitation")
    return get_object_or_404(rows, pk=pk)


def counts(request: HttpRequest) -> list[dict[str, Any]]:
    """How many mails are in which state, of those the other filters leave; one statement."""
    query = request.GET.copy()
    query.pop("page", None)
    chosen = query.pop("state", [""])[0]
    rows = Message.objects.visible_to(signed_in(request))
    found = OutboxFilter(query, queryset=rows, request=request)
    if not found.form.is_valid():
        return []
    number = dict(found.qs.order_by().values_list("state").annotate(number=Count("pk")))
    return [
        {
            "state": state,
            "number": number[state],
            "chosen": state == chosen,
            "url": f"?{_with_state(query, '' if state == chosen else state)}",
        }
        for state in Message.State.values
        if state in number
    ]


def _with_state(query: QueryDict, state: str) -> str:
    asked = query.copy()
    if state:
        asked["state"] = state
    return asked.urlencode()


def barred(request: HttpRequest) -> list[Suppression]:
    """The latest addresses that nothing is sent to."""
    rows = Suppression.objects.in_force().releasable_by(signed_in(request))
    return list(rows.select_related("user")[:BARRED_SHOWN])


def stopped(request: HttpRequest) -> dict[str, Any]:
    """The latest ladders that are stopped, with the names of what they are about."""
    rows = LadderStop.objects.in_force().visible_to(signed_in(request))
    stops = list(rows.select_related("network", "stopped_by")[:STOPS_SHOWN])
    return {"stops": stops, "names": name_duties(stops)}
