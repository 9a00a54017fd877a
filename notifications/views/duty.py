"""One duty: who was told what and when, its links in mails, and whether its ladder runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.duties import Duty, source
from networks.pages import act_on_page, page_of, signed_in
from notifications.forms import StopForm
from notifications.models import ItemLink, Message, Reminder, Silence
from notifications.services.answering import FORMS, revoke_links
from notifications.services.naming import name_duties
from notifications.services.stopping import start_ladder, stop_of
from notifications.suppressing import suppressed
from notifications.views.staff import StaffPage, staffed_source

NOTICES_SHOWN = 50


class DutyReminders(StaffPage):
    """POST takes its links back, stops its reminders, or starts them again."""

    def get(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        staffed_source(request, kind, pk)
        return self.show(request, kind, pk)

    def post(self, request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        staffed_source(request, kind, pk)
        duty = open_duty(kind, pk)
        if "stop" in request.POST and duty is not None:
            form = StopForm(duty, request.POST)
            if not form.carry_out(act_on_page(request)):
                return self.show(request, kind, pk, form)
            messages.success(request, _("Stopped. Nothing goes out about it any more."))
        elif "start" in request.POST and duty is not None:
            self.start(request, duty)
        elif "revoke" in request.POST:
            self.revoke(request, kind, pk)
        return HttpResponseRedirect(request.path)

    def start(self, request: HttpRequest, duty: Duty) -> None:
        """Start what is stopped."""
        stop = stop_of(duty)
        if stop is not None:
            start_ladder(act_on_page(request), stop)
            messages.success(request, _("Started. The latest step goes out on the next morning."))

    def revoke(self, request: HttpRequest, kind: str, pk: int) -> None:
        """Take all links to the item back."""
        if kind not in FORMS:
            raise Http404
        item = get_object_or_404(FORMS[kind][0].objects.select_related("network"), pk=pk)
        say_revoked(request, revoke_links(act_on_page(request), item))

    def show(
        self, request: HttpRequest, kind: str, pk: int, form: StopForm | None = None
    ) -> HttpResponse:
        """The page; with a form that was refused, as 422."""
        told = Reminder.objects.visible_to(signed_in(request)).filter(duty_kind=kind, duty_id=pk)
        duty = open_duty(kind, pk)
        page = page_of(request, told.select_related("recipient", "message", "network"))
        context = {
            "kind": kind,
            "pk": pk,
            "kind_label": source(kind).label,
            "names": name_duties([Reminder(duty_kind=kind, duty_id=pk)]),
            "key": f"{kind}-{pk}",
            "page": page,
            "barred": suppressed(row.recipient.email for row in page),
            "notices": notices_about(request, kind, pk),
            "revocable": links(kind, pk).exists(),
            "silences": silences_of(duty),
            "stop": stop_of(duty) if duty else None,
            "form": form or (StopForm(duty) if duty else None),
        }
        status = 422 if form else 200
        return render(request, "notifications/duty_reminders.html", context, status=status)


def notices_about(request: HttpRequest, kind: str, pk: int) -> list[Message]:
    """The latest news that was sent about an item."""
    if kind not in FORMS:
        return []
    rows = Message.objects.visible_to(signed_in(request)).select_related("recipient", "event")
    label = FORMS[kind][0]._meta.label_lower
    return list(rows.filter(event__target_type=label, event__target_id=pk)[:NOTICES_SHOWN])


def open_duty(kind: str, pk: int) -> Duty | None:
    """The duty, if it is one now."""
    return next(iter(source(kind).among([pk])), None)


def silences_of(duty: Duty | None) -> list[Silence]:
    """Who has muted or snoozed it."""
    if duty is None:
        return []
    return list(Silence.objects.in_force().about(duty).select_related("user"))


def links(kind: str, pk: int) -> Any:
    """Links to the item that still hold."""
    held = ItemLink.objects.filter(duty_kind=kind, duty_id=pk, revoked_at__isnull=True)
    return held.filter(expires_at__gt=timezone.now())


def say_revoked(request: HttpRequest, number: int) -> None:
    """Tell how many links were taken back."""
    from_now = ngettext(
        "%(count)d link in mails does not work any more.",
        "%(count)d links in mails do not work any more.",
        number,
    )
    messages.success(request, from_now % {"count": number})
