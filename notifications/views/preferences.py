"""The page of a person's own habits."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views import View

from networks.pages import act_on_page, signed_in
from notifications.models import Silence
from notifications.preferences_form import PreferencesForm, next_mail_in_words
from notifications.services.naming import name_duties
from notifications.services.preferences import set_preferences


class PreferencesPage(LoginRequiredMixin, View):
    """Digest hour, days, rhythm, time zone, language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, PreferencesForm.of(signed_in(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm.of(signed_in(request), request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        set_preferences(act_on_page(request), signed_in(request), **form.wanted())
        language = form.cleaned_data["language"]
        with translation.override(language):
            messages.success(request, _("Saved. Your next mails follow this."))
        response = redirect("preferences")
        # Pages follow at once: Django's LocaleMiddleware reads this cookie.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.HTTPS
        )
        return response

    def show(self, request: HttpRequest, form: PreferencesForm, status: int = 200) -> HttpResponse:
        """The page with the form."""
        person = signed_in(request)
        own = Silence.objects.in_force().filter(user=person).select_related("network")
        silences = list(own[:100])
        context = {
            "form": form,
            "coming": next_mail_in_words(person, timezone.now()),
            "silences": silences,
            "names": name_duties(silences),
        }
        return render(request, "notifications/preferences.html", context, status=status)
