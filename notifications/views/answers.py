"""The pages behind the addresses in a mail. They need no log-in; GET never changes anything.

The authority of these pages is their address, not a cookie: whoever forged a request to one
would have to know it already. So they are exempt from the CSRF check, which also could not
work under ``Referrer-Policy: no-referrer`` (browsers then send ``Origin: null``), and a mail
program's one-click request has no cookie at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from milestones.forms import UpdateForm
from networks.acts import Act
from networks.clock import Today
from networks.duties import Duty, source
from networks.models import Event, User
from notifications.forms import QuietForm
from notifications.models import Preference
from notifications.services.answering import (
    Opened,
    answer,
    language_of_link,
    open_link,
    still_the_same,
)
from notifications.services.links import person_of
from notifications.services.preferences import set_preferences


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class SecretPage(View):
    """A page whose address is a secret: nobody else is told it, nobody keeps it."""

    opens_by_its_own_key = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        language = self.language_of(kwargs["token"]) or translation.get_language() or "en"
        # The whole answer, errors of the form included: the person it is for may sit at a
        # browser of another language, or beside somebody else's session.
        with translation.override(language):
            response = super().dispatch(request, *args, **kwargs)
        response["Content-Language"] = language
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex"
        return response

    def language_of(self, token: str) -> str:
        """The language of whoever was sent this address; empty for an address of nobody."""
        raise NotImplementedError


class ItemLinkPage(SecretPage):
    """One item's form. POST says where it stands, as the person the mail went to."""

    def language_of(self, token: str) -> str:
        return language_of_link(token)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        opened = open_link(token, timezone.now())
        if opened is None:
            return gone(request)
        return self.show(request, opened, UpdateForm(opened.item))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        opened = open_link(token, now)
        if opened is None:
            return gone(request)
        if "how" in request.POST:
            return self.keep_quiet(request, opened, now)
        if not opened.item.is_open:
            return self.show(request, opened, UpdateForm(opened.item), status=409)
        if "no_change" in request.POST:
            seen = request.POST.get("version", "")
            form = still_the_same(opened.item, seen, Today.at(now))
        else:
            form = UpdateForm(opened.item, request.POST, request.FILES)
        if answer(opened, form, now):
            messages.success(request, _("Saved. Thank you, that was all."))
            return HttpResponseRedirect(request.path)
        return self.show(request, opened, form, status=409 if form.conflict else 422)

    def keep_quiet(self, request: HttpRequest, opened: Opened, now: datetime) -> HttpResponse:
        """Snooze or mute this one item, as the person the mail went to."""
        duty = duty_behind(opened)
        if duty is None or request.POST["how"] == "network":
            return gone(request)
        form = QuietForm(opened.link.user, duty, request.POST)
        with translation.override(opened.link.user.language):
            if form.carry_out(opened.act(now)):
                messages.success(request, form.done())
                return HttpResponseRedirect(request.path)
        return self.show(request, opened, UpdateForm(opened.item), status=422, quiet=form)

    def show(
        self,
        request: HttpRequest,
        opened: Opened,
        form: UpdateForm,
        status: int = 200,
        quiet: QuietForm | None = None,
    ) -> HttpResponse:
        """The page, with times where the person is whom it acts as."""
        item, duty = opened.item, duty_behind(opened)
        context = {
            "item": item,
            "kind": opened.link.duty_kind,
            "form": form,
            "network": item.network,
            "acting_as": opened.link.user,
            "repeats": duty is not None and duty.may_repeat(Today.at(timezone.now())),
            "quiet": quiet or (QuietForm(opened.link.user, duty) if duty else None),
            "expires": opened.link.expires_at,
            "today": Today.at(timezone.now()).in_zone(item.network.time_zone),
        }
        with timezone.override(opened.link.user.time_zone):
            return render(request, "notifications/item_link.html", context, status=status)


def duty_behind(opened: Opened) -> Duty | None:
    """The duty a link is about, if it is one now."""
    return next(iter(source(opened.link.duty_kind).among([opened.link.duty_id])), None)


class WeeklyPage(SecretPage):
    """The List-Unsubscribe address (RFC 8058): one mail a week, and no news at once.

    What is a duty is not silenced: staff rely on it, and would not see it.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(request, token, done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        person = self.person(token)
        if person is not None:
            act = Act(by=person, at=timezone.now(), channel=Event.Channel.MAIL)
            set_preferences(act, person, rhythm=Preference.Rhythm.WEEKLY, notices=False)
        return self.show(request, token, done=True)

    def language_of(self, token: str) -> str:
        person = self.person(token)
        return person.language if person else ""

    def person(self, token: str) -> User | None:
        """Whose token it is, if their account is open."""
        return User.objects.filter(pk=person_of(token) or 0, is_active=True).first()

    def show(self, request: HttpRequest, token: str, *, done: bool) -> HttpResponse:
        """The page that explains it, with the button, or that it is done."""
        person = self.person(token)
        if person is None:
            return gone(request)
        return render(request, "notifications/weekly.html", {"person": person, "done": done})


def gone(request: HttpRequest) -> HttpResponse:
    """One page for every reason: expired, revoked, left, closed, never was."""
    return render(request, "notifications/link_gone.html", status=404)
