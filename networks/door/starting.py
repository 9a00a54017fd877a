"""The step to another place's log-in."""

from __future__ import annotations

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from django.core.exceptions import MultipleObjectsReturned
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from requests import RequestException


class StartElsewhere(View):
    """POST leads to a provider, by way of a page of ours.

    Browsers hold a form to our policy's ``form-action 'self'`` through redirects too, and
    the provider's address is known only when the button is pressed. GET does nothing, so
    that no page elsewhere can connect its own log-in to somebody's account.
    """

    def post(self, request: HttpRequest, provider: str) -> HttpResponse:
        try:
            found = get_adapter().get_provider(request, provider)
            answer: HttpResponse = found.redirect_from_request(request)
        except (SocialApp.DoesNotExist, MultipleObjectsReturned) as error:
            raise Http404 from error
        except RequestException:
            return render(
                request, "socialaccount/unreachable.html", {"provider": found}, status=503
            )
        if answer.status_code != 302:
            return answer
        context = {"redirect_to": answer["Location"], "provider": found}
        return render(request, "socialaccount/login_redirect.html", context)
