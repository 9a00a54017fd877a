"""Calendars to subscribe to: the page of their addresses, and what an address answers."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from networks.clock import Today
from networks.pages import act_on_page, signed_in
from notifications.calendar_form import CalendarForm
from notifications.icalendar_text import calendar_text, feed_name
from notifications.models import CalendarFeed
from notifications.services.feed_dates import dates_of
from notifications.services.feeds import make_feed, note_reading, open_feed, revoke_feed
from notifications.services.links import absolute


@method_decorator(never_cache, name="dispatch")
class CalendarsPage(LoginRequiredMixin, View):
    """A person's calendar addresses. POST makes one, and shows it this once.

    It answers POST with the page itself, not with a redirect: the next page would have to
    learn the secret from somewhere, and we keep it nowhere.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, CalendarForm.of(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CalendarForm.of(request, request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        person = signed_in(request)
        feed, token = make_feed(
            act_on_page(request), person, form.scope, with_networks=form.takes_networks
        )
        address = absolute(reverse("calendar-feed", args=[token]))
        made = {
            "name": feed_name(feed),
            "https": address,
            # The scheme by which a calendar program opens itself and subscribes.
            "webcal": f"webcal:{address.partition(':')[2]}",
        }
        return self.show(request, CalendarForm.of(request), made=made)

    def show(
        self, request: HttpRequest, form: CalendarForm, status: int = 200, **more: Any
    ) -> HttpResponse:
        """The page, with what the person has."""
        held = CalendarFeed.objects.visible_to(signed_in(request)).holding()
        feeds = [
            {"pk": feed.pk, "name": feed_name(feed), "made": feed.created_at, "read": feed.read_on}
            for feed in held.select_related("network", "programme")[:200]
        ]
        context = {"form": form, "feeds": feeds, "public": settings.HTTPS, **more}
        return render(request, "notifications/calendars.html", context, status=status)


class RevokeCalendar(LoginRequiredMixin, View):
    """Ends one address."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        own = CalendarFeed.objects.visible_to(signed_in(request))
        feed = get_object_or_404(own, pk=pk)
        revoke_feed(act_on_page(request), feed)
        messages.success(request, _("The address does not work any more."))
        return redirect("calendars")


class FeedFile(View):
    """What a calendar program reads: no log-in, the address is the key. GET only."""

    opens_by_its_own_key = True

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponseBase:
        now = timezone.now()
        feed = open_feed(token)
        if feed is None:
            return no_such_calendar()
        today = Today.at(now)
        with translation.override(feed.user.language):
            body = calendar_text(feed, dates_of(feed, today))
        note_reading(feed, today.utc_date)
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Language"] = feed.user.language
        response["Content-Disposition"] = 'inline; filename="calendar.ics"'
        response["ETag"] = etag = f'"{sha256(body).hexdigest()}"'
        # The plan was read all the same; what 304 saves is the way of the same bytes.
        return get_conditional_response(request, etag=etag, response=response) or response


def no_such_calendar() -> HttpResponse:
    """One answer for every reason: it tells nobody whether the address ever was one."""
    response = HttpResponse("There is no such calendar.\n", "text/plain", status=404)
    # Django logs the path of a 404, and here the path is a key: it would open the calendar
    # again for whoever comes back to the network. This mark says that it was logged already.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
