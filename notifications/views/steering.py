"""Retry, settle and cancel: a page that says what will happen, and a button that does it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.pages import act_on_page, signed_in
from notifications.filters import OutboxFilter
from notifications.models import Message
from notifications.services import steering
from notifications.steering_forms import RetryAllForm, SteerForm
from notifications.views.outbox import headings, retries_at_once, visible_message
from notifications.views.staff import StaffPage


class SteerPage(StaffPage):
    """One step with one mail."""

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        message = self.message(request, pk, step)
        if step not in steering.steps_for(message):
            messages.warning(request, _("That cannot be done with the mail in its present state."))
            return redirect("outbox-message", pk)
        return self.show(request, message, step)

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        message = self.message(request, pk, step)
        form = self.form(request, message, step)
        if form.carry_out(act_on_page(request)):
            messages.success(request, done()[step])
            return redirect("outbox-message", pk)
        return self.show(request, message, step, form)

    def message(self, request: HttpRequest, pk: int, step: str) -> Message:
        """The mail; 404 for one that the person does not see, 403 for one not theirs to steer."""
        if step not in steering.STEPS:
            raise Http404
        message: Message = visible_message(request, pk)
        if message.foreign:  # type: ignore[attr-defined]
            raise PermissionDenied
        return message

    def form(self, request: HttpRequest, message: Message, step: str) -> SteerForm:
        """The form, with the question about a third copy where it arises."""
        third = step == steering.RETRY and steering.outlook(message, act_on_page(request)).third
        return SteerForm(message, step, third, request.POST or None)

    def show(
        self, request: HttpRequest, message: Message, step: str, form: SteerForm | None = None
    ) -> HttpResponse:
        """The page; refused as 422, overtaken by a worker or a colleague as 409."""
        context = {
            "message": message,
            "step": step,
            "heading": headings()[step],
            "outlook": steering.outlook(message, act_on_page(request)),
            "possible": step in steering.steps_for(message),
            "form": form or self.form(request, message, step),
        }
        status = 200 if form is None else 409 if form.conflict else 422
        return render(request, "notifications/steer.html", context, status=status)


class RetryAllPage(StaffPage):
    """Retry what the outbox shows, of one morning and refused or put off."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, RetryAllForm(self.found(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RetryAllForm(self.found(request), request.POST)
        if not form.carry_out(act_on_page(request)):
            return self.show(request, form, status=422)
        said = ngettext(
            "%(count)d mail goes out again.", "%(count)d mails go out again.", form.done
        ) % {"count": form.done}
        if form.left:
            said += " " + _("%(count)d are left for the next press.") % {"count": form.left}
        messages.success(request, said)
        return HttpResponseRedirect(back(request))

    def found(self, request: HttpRequest) -> QuerySet[Message]:
        """What the address asks for; 404 unless it is one morning's, refused or put off."""
        rows = Message.objects.visible_to(signed_in(request))
        found = OutboxFilter(request.GET, queryset=rows, request=request)
        if not found.form.is_valid() or not retries_at_once(found.form.cleaned_data):
            raise Http404
        shown: QuerySet[Message] = found.qs
        return shown

    def show(self, request: HttpRequest, form: RetryAllForm, status: int = 200) -> HttpResponse:
        """The page with the figures."""
        act = act_on_page(request)
        shown = form.messages.count()
        going = steering.retriable(act, form.messages).count()
        context = {
            "form": form,
            "going": going,
            "left_out": shown - going,
            "most": steering.MOST_AT_ONCE,
            "morning": form.messages.values_list("local_day", flat=True).first(),
            "back": back(request),
            "url": request.get_full_path(),
        }
        return render(request, "notifications/retry_all.html", context, status=status)


def back(request: HttpRequest) -> str:
    """The outbox as it was filtered."""
    return f"{reverse('outbox')}?{request.GET.urlencode()}"


def done() -> dict[str, str]:
    """What to say when it is done."""
    return {
        steering.RETRY: _("The mail goes out again with the next pass, within a minute."),
        steering.ARRIVED: _("Settled: the mail counts as sent."),
        steering.LOST: _("Settled: the mail goes out again with the next pass."),
        steering.CANCEL: _("Cancelled. The next step of each ladder goes out on its day."),
    }
